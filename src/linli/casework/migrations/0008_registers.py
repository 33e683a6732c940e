import django.db.models.deletion
from django.db import migrations, models

from linli.registry.isolation import isolate


class Migration(migrations.Migration):

    dependencies = [("casework", "0007_subtrees"), ("registry", "0002_isolation")]

    operations = [
        migrations.AddField("case", "entry_key", models.JSONField(null=True)),
        migrations.AddConstraint(
            "case",
            models.UniqueConstraint(
                models.F("office"), models.F("mechanism"), models.F("entry_key"),
                condition=models.Q(("entry_key__isnull", False)), name="case_entry_once",
            ),
        ),
        migrations.CreateModel(
            name="Reference",
            fields=[
                ("pk", models.CompositePrimaryKey("case_id", "seq", "field", blank=True, editable=False, primary_key=True, serialize=False)),
                ("seq", models.PositiveIntegerField()),
                ("field", models.TextField(db_collation="C")),
                ("entry", models.TextField()),
                ("case", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="casework.case")),
                ("office", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to="registry.office")),
            ],
            options={
                "indexes": [models.Index(models.F("office"), models.F("entry"), models.F("case"), name="reference_entry")],
            },
        ),
        isolate("casework_reference", rights=("SELECT", "INSERT")),
    ]
