from django.db import migrations, models

SORTED = ("mechanism", "state", "phase", "area", "category", "holder_id")


class Migration(migrations.Migration):
    """Lists are counted from small indexes alone: all cases, those that are open, those opened in a time."""

    dependencies = [("casework", "0012_lists")]

    operations = [
        migrations.RemoveIndex(model_name="case", name="case_state"),
        migrations.RemoveIndex(model_name="case", name="case_due"),
        migrations.RemoveIndex(model_name="case", name="case_opened"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("office"),
                models.F("mechanism"),
                models.F("state"),
                models.OrderBy(models.F("opened_at"), descending=True),
                name="case_state",
            ),
        ),
        migrations.AddIndex(
            model_name="case", index=models.Index("office", *SORTED, name="case_counted")
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                "office", "due_at", include=(*SORTED, "opened_at", "id"), name="case_open",
                condition=models.Q(closed_at__isnull=True),
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index("office", "opened_at", include=SORTED, name="case_opened"),
        ),
    ]
