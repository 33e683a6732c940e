from django.db import migrations

from linli.registry.isolation import isolate


class Migration(migrations.Migration):

    dependencies = [("notices", "0003_links")]

    operations = [
        isolate("notices_link", rights=("SELECT", "INSERT", "UPDATE")),
    ]
