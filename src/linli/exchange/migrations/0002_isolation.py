from django.db import migrations

from linli.registry.isolation import isolate


class Migration(migrations.Migration):

    dependencies = [("exchange", "0001_orders_and_lists")]

    operations = [
        isolate("exchange_batch", "exchange_outsideorder", rights=("SELECT", "INSERT", "UPDATE")),
    ]
