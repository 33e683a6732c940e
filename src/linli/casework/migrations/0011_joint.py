import django.db.models.deletion
from django.db import migrations, models

from linli.registry.isolation import isolate


class Migration(migrations.Migration):

    dependencies = [("casework", "0010_children"), ("registry", "0001_places_people_posts")]

    operations = [
        migrations.CreateModel(
            name="Tie",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField(blank=True)),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
                ("undone_by", models.TextField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("office", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to="registry.office")),
                ("primary", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casework.case")),
                ("secondary", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casework.case")),
            ],
            options={
                "indexes": [models.Index(models.F("office"), models.F("primary"), name="tie_primary")],
                "constraints": [
                    models.UniqueConstraint(models.F("secondary"), condition=models.Q(("undone_at__isnull", True)), name="tie_once"),
                    models.CheckConstraint(condition=models.Q(("primary", models.F("secondary")), _negated=True), name="tie_of_two"),
                    models.CheckConstraint(
                        condition=models.Q(("undone_at__isnull", True), ("undone_by__isnull", True))
                        | models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                        name="tie_undone_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Follower",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.TextField()),
                ("access", models.BinaryField()),
                ("lookup", models.BinaryField(null=True)),
                ("at", models.DateTimeField()),
                ("case", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="casework.case")),
                ("office", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to="registry.office")),
            ],
            options={
                "indexes": [models.Index(models.F("office"), models.F("case"), name="follower_case")],
                "constraints": [models.UniqueConstraint(models.F("office"), models.F("key"), name="follower_key")],
            },
        ),
        isolate("casework_tie", rights=("SELECT", "INSERT", "UPDATE")),
        isolate("casework_follower", rights=("SELECT", "INSERT")),
    ]
