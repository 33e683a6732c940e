import django.db.models.deletion
from django.db import migrations, models

from linli.registry.isolation import isolate


class Migration(migrations.Migration):

    dependencies = [("hints", "0001_lessons")]

    operations = [
        migrations.CreateModel(
            name="RuleSet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mechanism", models.TextField(db_collation="C")),
                ("field", models.TextField(db_collation="C")),
                ("table", models.JSONField()),
                ("note", models.TextField(blank=True)),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
                ("office", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="registry.office")),
            ],
            options={
                "indexes": [models.Index(models.F("office"), models.F("mechanism"), models.F("field"), models.OrderBy(models.F("id"), descending=True), name="rule_set_latest")],
            },
        ),
        isolate("hints_ruleset", rights=("SELECT", "INSERT")),
    ]
