import django.db.models.deletion
from django.db import migrations, models

from linli.registry.isolation import isolate

PERMANENT = (
    "CREATE TRIGGER permanent BEFORE UPDATE OR DELETE OR TRUNCATE ON casework_photocover "
    "FOR EACH STATEMENT EXECUTE FUNCTION casework_forbid_change()"
)


class Migration(migrations.Migration):

    dependencies = [("casework", "0015_phrases"), ("registry", "0001_places_people_posts")]

    operations = [
        migrations.CreateModel(
            name="PhotoCover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.TextField()),
                ("boxes", models.JSONField()),
                ("is_hidden", models.BooleanField()),
                ("reason", models.TextField()),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="casework.case",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        db_constraint=False, db_index=False,
                        on_delete=django.db.models.deletion.PROTECT, to="registry.office",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="cover_has_a_reason"
                    ),
                ],
                "indexes": [
                    models.Index(models.F("case"), models.F("sha256"), models.F("id"), name="cover_of_photo"),
                ],
            },
        ),
        isolate("casework_photocover", rights=("SELECT", "INSERT")),
        migrations.RunSQL(PERMANENT, "DROP TRIGGER permanent ON casework_photocover"),
    ]
