from django.db import migrations

from linli.registry.isolation import isolate

# Above an office only its numbers are read, never its cases: whoever opens the ground of a district or a city
# (linli.ground, a path) sees the roll-ups of the offices in it, and changes none of them.
GROUND = "nullif(current_setting('linli.ground', true), '')"
BELOW = f"area >= {GROUND} AND area < (left({GROUND}, -1) || '0')"
SEEN_FROM_ABOVE = ("figures_rollupcell", "figures_rolluppart", "figures_rollupcursor")


class Migration(migrations.Migration):

    dependencies = [
        ("figures", "0001_rollups"),
        ("registry", "0002_isolation"),
    ]

    operations = [
        isolate(
            "figures_rollupcell", "figures_rolluppart", "figures_rollupcursor", "figures_rollupaudit"
        ),
        migrations.RunSQL(
            [
                f'CREATE POLICY above ON "{table}" FOR SELECT USING ({BELOW})'
                for table in SEEN_FROM_ABOVE
            ],
            [f'DROP POLICY above ON "{table}"' for table in SEEN_FROM_ABOVE],
        ),
    ]
