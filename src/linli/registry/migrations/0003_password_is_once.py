from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_isolation")]

    operations = [
        migrations.AddField(
            model_name="account",
            name="password_is_once",
            field=models.BooleanField(default=False),
        ),
    ]
