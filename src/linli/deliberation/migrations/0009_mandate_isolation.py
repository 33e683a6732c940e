from django.db import migrations

from linli.registry.isolation import isolate


class Migration(migrations.Migration):

    dependencies = [("deliberation", "0008_mandates")]

    operations = [
        isolate("deliberation_mandate", "deliberation_revocation", rights=("SELECT", "INSERT")),
    ]
