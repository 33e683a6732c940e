from django.db import migrations

from linli.registry.isolation import isolate


class Migration(migrations.Migration):

    dependencies = [("reach", "0001_walking_network")]

    operations = [isolate("reach_walkingnetwork")]
