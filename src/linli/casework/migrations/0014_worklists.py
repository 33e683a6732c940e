import django.db.models.deletion
from django.db import migrations, models

from linli.registry.isolation import isolate


class Migration(migrations.Migration):

    dependencies = [("casework", "0013_counted"), ("registry", "0001_places_people_posts")]

    operations = [
        migrations.CreateModel(
            name="WorkList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("owner", models.TextField()),
                ("body", models.BigIntegerField(null=True)),
                ("name", models.TextField()),
                ("query", models.TextField()),
                ("saved_at", models.DateTimeField()),
                (
                    "office",
                    models.ForeignKey(
                        db_constraint=False, db_index=False,
                        on_delete=django.db.models.deletion.PROTECT, to="registry.office",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(models.F("office"), models.F("body"), name="worklist_body")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("office"), models.F("owner"), models.F("name"), name="worklist_name"
                    ),
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="worklist_is_named"),
                ],
            },
        ),
        isolate("casework_worklist"),
    ]
