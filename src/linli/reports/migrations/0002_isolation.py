from django.db import migrations

from linli.registry.isolation import isolate

WRITTEN = ("reports_reportround", "reports_reportsection")
ADDED_TO = (
    "reports_reportsnapshot", "reports_frozenfigure", "reports_reportwaiver", "reports_reportact",
)
PERMANENT = [
    *(
        f"CREATE TRIGGER permanent BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION casework_forbid_change()"
        for table in ADDED_TO
    ),
    """
    CREATE FUNCTION reports_issued() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.state = 'issued' THEN
            RAISE EXCEPTION 'report % has been issued', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER issued BEFORE UPDATE ON reports_reportround FOR EACH ROW EXECUTE FUNCTION reports_issued()",
]
UNDO = [
    "DROP TRIGGER issued ON reports_reportround",
    "DROP FUNCTION reports_issued()",
    *(f"DROP TRIGGER permanent ON {table}" for table in ADDED_TO),
]


class Migration(migrations.Migration):

    dependencies = [
        ("reports", "0001_rounds"),
        ("casework", "0010_children"),
    ]

    operations = [
        isolate(*WRITTEN, rights=("SELECT", "INSERT", "UPDATE")),
        isolate(*ADDED_TO, rights=("SELECT", "INSERT")),
        migrations.RunSQL(PERMANENT, UNDO),
    ]
