import django.db.models.deletion
from django.db import migrations, models

from linli.registry.isolation import isolate


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0004_machine_keys'),
    ]

    operations = [
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.TextField()),
                ('road', models.TextField(blank=True)),
                ('lane', models.TextField(blank=True)),
                ('number', models.TextField(blank=True)),
                ('estate', models.TextField(blank=True)),
                ('village', models.TextField(blank=True)),
                ('area', models.TextField(db_collation='C')),
                ('lon', models.FloatField(null=True)),
                ('lat', models.FloatField(null=True)),
                ('datum', models.TextField(blank=True)),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='registry.office')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('office', 'words'), name='address_words'), models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='address_has_words'), models.CheckConstraint(condition=models.Q(models.Q(('datum', ''), ('lat__isnull', True), ('lon__isnull', True)), models.Q(('lat__isnull', False), ('lon__isnull', False), models.Q(('datum', ''), _negated=True)), _connector='OR'), name='address_place_whole')],
            },
        ),
        isolate("registry_address"),
    ]
