from django.db import migrations, models


class Migration(migrations.Migration):
    """Lists are counted from an index alone; what is open and what was closed lately is found without reading all."""

    dependencies = [("casework", "0011_joint")]

    operations = [
        migrations.RemoveIndex(model_name="case", name="case_state"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("office"),
                models.F("mechanism"),
                models.F("state"),
                models.OrderBy(models.F("opened_at"), descending=True),
                include=("phase", "area", "category", "closed_at", "due_at"),
                name="case_state",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index("office", "closed_at", name="case_closed"),
        ),
    ]
