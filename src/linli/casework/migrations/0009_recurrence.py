import django.db.models.deletion
from django.db import migrations, models

from linli.registry.isolation import isolate


class Migration(migrations.Migration):

    dependencies = [("casework", "0008_registers"), ("registry", "0002_isolation")]

    operations = [
        migrations.CreateModel(
            name="Recurrence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mechanism", models.TextField(db_collation="C")),
                ("name", models.TextField(db_collation="C")),
                ("rule", models.TextField()),
                ("occurrence", models.TextField(blank=True)),
                ("next_at", models.DateTimeField(null=True)),
                ("reached", models.TextField(blank=True, db_collation="C")),
                ("office", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="registry.office")),
            ],
            options={
                "constraints": [models.UniqueConstraint(models.F("office"), models.F("mechanism"), models.F("name"), name="recurrence_once")],
                "indexes": [models.Index(models.F("office"), models.F("next_at"), name="recurrence_next")],
            },
        ),
        isolate("casework_recurrence"),
    ]
