import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from linli.registry.isolation import isolate

PERMANENT = (
    "CREATE TRIGGER permanent BEFORE UPDATE OR DELETE OR TRUNCATE ON casework_destruction "
    "FOR EACH STATEMENT EXECUTE FUNCTION casework_forbid_change()"
)


class Migration(migrations.Migration):

    dependencies = [("casework", "0005_editions"), ("registry", "0001_places_people_posts")]

    operations = [
        migrations.CreateModel(
            name="ErasureRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("with_texts", models.BooleanField()),
                ("reason", models.TextField()),
                ("asked_by", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("decided_by", models.TextField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("is_granted", models.BooleanField(null=True)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="casework.case")),
                ("office", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to="registry.office")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("is_granted__isnull", True))
                        | models.Q(("decided_at__isnull", False), ("decided_by__isnull", False), ("is_granted__isnull", False)),
                        name="erasure_decision_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decided_by__isnull", True)) | ~models.Q(("decided_by", models.F("asked_by"))),
                        name="erasure_decided_by_another",
                    ),
                    models.UniqueConstraint(models.F("case"), condition=models.Q(("decided_by__isnull", True)), name="erasure_asked_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Destruction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("kind", models.TextField()),
                ("fields", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("values", models.PositiveIntegerField()),
                ("files", models.PositiveIntegerField()),
                ("basis", models.TextField()),
                ("reason", models.TextField()),
                ("by", models.TextField()),
                ("confirmed_by", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("digest", models.BinaryField()),
                ("hash", models.BinaryField()),
                ("signature", models.BinaryField()),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="casework.case")),
                ("office", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to="registry.office")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("office"), models.F("number"), name="destruction_number"),
                    models.CheckConstraint(condition=models.Q(("kind__in", ["request", "retention"])), name="destruction_kind"),
                ],
            },
        ),
        isolate("casework_erasurerequest", rights=("SELECT", "INSERT", "UPDATE")),
        isolate("casework_destruction", rights=("SELECT", "INSERT")),
        migrations.RunSQL(PERMANENT, "DROP TRIGGER permanent ON casework_destruction"),
    ]
