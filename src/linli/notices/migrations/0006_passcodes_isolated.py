from django.db import migrations

from linli.registry.isolation import isolate


class Migration(migrations.Migration):

    dependencies = [("notices", "0005_passcodes")]

    operations = [
        isolate("notices_passcode"),
    ]
