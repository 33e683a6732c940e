from django.db import migrations

from linli.registry.isolation import isolate


class Migration(migrations.Migration):

    dependencies = [("appraisal", "0001_rounds_and_scores")]

    operations = [
        isolate(
            "appraisal_scoreround", "appraisal_scoreobjection", rights=("SELECT", "INSERT", "UPDATE")
        ),
        isolate("appraisal_score"),
    ]
