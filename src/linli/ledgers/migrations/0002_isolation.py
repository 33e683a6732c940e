from django.db import migrations

from linli.registry.isolation import isolate


class Migration(migrations.Migration):

    dependencies = [("ledgers", "0001_imports_and_uploads")]

    operations = [
        isolate("ledgers_ledgerimport", rights=("SELECT", "INSERT")),
        isolate("ledgers_ledgerupload"),
    ]
