from django.db import migrations

from linli.registry.isolation import isolate


class Migration(migrations.Migration):

    dependencies = [("exchange", "0003_devices")]

    operations = [
        isolate("exchange_device", rights=("SELECT", "INSERT", "UPDATE")),
        isolate("exchange_deviceevent", rights=("SELECT", "INSERT")),
    ]
