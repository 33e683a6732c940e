import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0005_addresses'),
    ]

    operations = [
        migrations.AddField(
            model_name='holding',
            name='instead_of',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='holding',
            constraint=models.CheckConstraint(condition=models.Q(('instead_of__isnull', True), models.Q(('held_until__isnull', False), models.Q(('instead_of', models.F('account')), _negated=True)), _connector='OR'), name='substitute_for_a_time'),
        ),
    ]
