from django.db import migrations

from linli.registry.isolation import isolate


class Migration(migrations.Migration):

    dependencies = [("notices", "0001_told_and_sent")]

    operations = [
        isolate("notices_cursor", "notices_notice", rights=("SELECT", "INSERT", "UPDATE")),
        isolate("notices_delivery", "notices_readmark", rights=("SELECT", "INSERT")),
        isolate("notices_contact"),
    ]
