import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0007_dwellings'),
    ]

    operations = [
        migrations.AddField(
            model_name='gridcell',
            name='kind',
            field=models.TextField(choices=[('residential', '居民区网格'), ('street_front', '街面网格'), ('self_governed', '自治网格')], db_default='residential', default='residential'),
        ),
        migrations.AddField(
            model_name='gridcell',
            name='keeper',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='registry.post'),
        ),
        migrations.AddConstraint(
            model_name='gridcell',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['residential', 'street_front', 'self_governed'])), name='cell_kind_known'),
        ),
    ]
