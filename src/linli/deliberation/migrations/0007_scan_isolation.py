from django.db import migrations

from linli.registry.isolation import isolate


class Migration(migrations.Migration):

    dependencies = [("deliberation", "0006_scans")]

    operations = [
        isolate("deliberation_scan", "deliberation_scanreading", rights=("SELECT", "INSERT")),
    ]
