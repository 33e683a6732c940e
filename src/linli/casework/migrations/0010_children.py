from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("casework", "0009_recurrence")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="children",
            field=models.JSONField(db_default=[], default=list),
        ),
    ]
