from django.conf import settings
from django.db import migrations

from linli.registry.isolation import CURRENT, isolate, secured

ADDED_TO = ("SELECT", "INSERT")
JOURNAL = ("casework_step", "casework_position", "casework_checkpoint", "casework_definition")

# Definitions without an office are for all: any office may read them, only the owner publishes them.
DEFINITION = [
    *secured("casework_definition", ADDED_TO),
    f"CREATE POLICY seen ON casework_definition FOR SELECT USING (office_id IS NULL OR office_id = {CURRENT})",
    f"CREATE POLICY added ON casework_definition FOR INSERT WITH CHECK (office_id IS NULL OR office_id = {CURRENT})",
]
UNDO_DEFINITION = [
    "DROP POLICY seen ON casework_definition",
    "DROP POLICY added ON casework_definition",
    "ALTER TABLE casework_definition DISABLE ROW LEVEL SECURITY",
]
PERMANENCE = [
    """
    CREATE FUNCTION casework_forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is added to, never changed: % refused', TG_TABLE_NAME, TG_OP
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    *(
        f"CREATE TRIGGER permanent BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION casework_forbid_change()"
        for table in JOURNAL
    ),
]
CHANGEABLE = [
    *(f"DROP TRIGGER permanent ON {table}" for table in JOURNAL),
    "DROP FUNCTION casework_forbid_change()",
]


class Migration(migrations.Migration):

    dependencies = [("casework", "0001_cases_and_journal")]

    operations = [
        migrations.RunSQL(DEFINITION, UNDO_DEFINITION),
        isolate("casework_case", rights=("SELECT", "INSERT", "UPDATE")),
        isolate(
            "casework_participant",
            "casework_timer",
            "casework_inboxrow",
            "casework_sealed",
            "casework_casekey",
            "casework_attachment",
            "casework_pending",
        ),
        isolate(
            "casework_step",
            "casework_entry",
            "casework_position",
            "casework_checkpoint",
            "casework_reading",
            "casework_erasure",
            rights=ADDED_TO,
        ),
        migrations.RunSQL(PERMANENCE, CHANGEABLE),
        migrations.RunSQL(
            f'GRANT USAGE ON SEQUENCE casework_case_id_seq TO "{settings.LINLI_APP_ROLE}"',
            migrations.RunSQL.noop,
        ),
    ]
