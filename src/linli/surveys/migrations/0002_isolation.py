from django.db import migrations

from linli.registry.isolation import isolate


class Migration(migrations.Migration):

    dependencies = [("surveys", "0001_drawings")]

    operations = [isolate("surveys_drawing", rights=("SELECT", "INSERT", "UPDATE"))]
