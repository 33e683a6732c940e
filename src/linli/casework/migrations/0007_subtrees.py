import django.db.models.deletion
from django.db import migrations, models

from linli.registry.isolation import isolate

PERMANENT = (
    "CREATE TRIGGER permanent BEFORE UPDATE OR DELETE OR TRUNCATE ON casework_subtree "
    "FOR EACH STATEMENT EXECUTE FUNCTION casework_forbid_change()"
)


class Migration(migrations.Migration):

    dependencies = [
        ("casework", "0006_erasing"),
        ("registry", "0002_isolation"),
    ]

    operations = [
        migrations.CreateModel(
            name="Subtree",
            fields=[
                ("pk", models.CompositePrimaryKey("office_id", "height", "nth", blank=True, editable=False, primary_key=True, serialize=False)),
                ("height", models.PositiveSmallIntegerField()),
                ("nth", models.BigIntegerField()),
                ("root", models.BinaryField()),
                ("office", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to="registry.office")),
            ],
        ),
        isolate("casework_subtree", rights=("SELECT", "INSERT")),
        migrations.RunSQL(PERMANENT, "DROP TRIGGER permanent ON casework_subtree"),
    ]
