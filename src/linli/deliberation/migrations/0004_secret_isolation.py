from django.db import migrations

from linli.registry.isolation import isolate


class Migration(migrations.Migration):

    dependencies = [("deliberation", "0003_secret_votes")]

    operations = [
        isolate(
            "deliberation_concern",
            "deliberation_handing",
            "deliberation_boxsheet",
            rights=("SELECT", "INSERT"),
        ),
    ]
