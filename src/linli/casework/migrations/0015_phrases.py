import django.db.models.deletion
from django.db import migrations, models

from linli.registry.isolation import isolate


class Migration(migrations.Migration):

    dependencies = [("casework", "0014_worklists"), ("registry", "0001_places_people_posts")]

    operations = [
        migrations.CreateModel(
            name="Phrase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mechanism", models.TextField(blank=True)),
                ("action", models.TextField(blank=True)),
                ("name", models.TextField()),
                ("text", models.TextField()),
                ("saved_by", models.TextField()),
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
                "constraints": [
                    models.UniqueConstraint(
                        models.F("office"), models.F("mechanism"), models.F("action"), models.F("name"), name="phrase_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("action", ""), models.Q(("mechanism", ""), _negated=True), _connector="OR"),
                        name="phrase_of_a_mechanism",
                    ),
                ],
            },
        ),
        isolate("casework_phrase"),
    ]
