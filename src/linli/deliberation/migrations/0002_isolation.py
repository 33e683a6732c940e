from django.db import migrations

from linli.registry.isolation import isolate


class Migration(migrations.Migration):

    dependencies = [("deliberation", "0001_votes")]

    operations = [
        isolate(
            "deliberation_rollunit",
            "deliberation_attempt",
            "deliberation_keying",
            "deliberation_ballot",
            "deliberation_annulment",
            "deliberation_votestep",
            rights=("SELECT", "INSERT"),
        ),
        isolate(
            "deliberation_vote",
            "deliberation_paperform",
            "deliberation_objection",
            rights=("SELECT", "INSERT", "UPDATE"),
        ),
    ]
