import django.db.models.deletion
from django.db import migrations, models

from linli.registry.isolation import isolate


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0010_children'),
        ('exchange', '0004_devices_isolation'),
    ]

    operations = [
        migrations.CreateModel(
            name='InboundLetter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.BinaryField()),
                ('sender', models.BinaryField()),
                ('at', models.DateTimeField()),
                ('became', models.TextField(db_collation='C')),
                ('notes', models.JSONField(default=list)),
                ('wrapped_key', models.BinaryField(null=True)),
                ('sealed', models.BinaryField(null=True)),
                ('case', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casework.case')),
                ('office', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.office')),
            ],
            options={
                'indexes': [models.Index(models.F('office'), models.OrderBy(models.F('at'), descending=True), name='letter_latest'), models.Index(models.F('office'), models.F('sender'), models.F('at'), name='letter_sender')],
                'constraints': [models.UniqueConstraint(models.F('office'), models.F('digest'), name='letter_once'), models.CheckConstraint(condition=models.Q(models.Q(('became', 'kept'), ('case__isnull', True)), models.Q(('became__in', ['opened', 'added']), ('case__isnull', False)), _connector='OR'), name='letter_became'), models.CheckConstraint(condition=models.Q(models.Q(('sealed__isnull', True), ('wrapped_key__isnull', True)), models.Q(('sealed__isnull', False), ('wrapped_key__isnull', False)), _connector='OR'), name='letter_kept_whole')],
            },
        ),
        isolate("exchange_inboundletter", rights=("SELECT", "INSERT", "UPDATE")),
    ]
