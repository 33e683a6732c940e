import django.db.models.deletion
from django.db import migrations, models

from linli.registry.isolation import isolate


class Migration(migrations.Migration):

    initial = True
    dependencies = [("registry", "0004_machine_keys")]

    operations = [
        migrations.CreateModel(
            name="Lesson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mechanism", models.TextField(db_collation="C")),
                ("field", models.TextField(db_collation="C")),
                ("at", models.DateTimeField()),
                ("cases", models.PositiveIntegerField()),
                ("first", models.PositiveIntegerField()),
                ("three", models.PositiveIntegerField()),
                ("macro_f1", models.FloatField()),
                ("later", models.PositiveIntegerField(default=0)),
                ("later_right", models.PositiveIntegerField(default=0)),
                ("model", models.BinaryField(null=True)),
                ("office", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="registry.office")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("first__lte", models.F("three")), ("three__lte", models.F("cases"))), name="lesson_adds_up"),
                    models.CheckConstraint(condition=models.Q(("later_right__lte", models.F("later"))), name="lesson_later_adds_up"),
                ],
                "indexes": [models.Index(models.F("office"), models.F("mechanism"), models.F("field"), models.OrderBy(models.F("at"), descending=True), name="lesson_latest")],
            },
        ),
        migrations.CreateModel(
            name="Caution",
            fields=[
                ("office", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to="registry.office")),
                ("least", models.FloatField()),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("least__gte", 0.3), ("least__lte", 0.99)), name="caution_sane")],
            },
        ),
        isolate("hints_lesson", "hints_caution", rights=("SELECT", "INSERT", "UPDATE")),
    ]
