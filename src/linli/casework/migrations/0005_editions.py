from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("casework", "0004_search")]

    operations = [
        migrations.AddField("definition", "edition", models.PositiveIntegerField(db_default=1)),
        migrations.AddField("definition", "overlay", models.JSONField(default=dict)),
        migrations.RemoveConstraint("definition", "definition_version"),
        migrations.AddConstraint(
            "definition",
            models.UniqueConstraint(
                "office", "key", "version", "edition", name="definition_edition", nulls_distinct=False
            ),
        ),
    ]
