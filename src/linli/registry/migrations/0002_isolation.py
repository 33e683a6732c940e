from django.db import migrations

from linli.registry.isolation import ALL_RIGHTS, CURRENT, isolate, secured

# Every office may be seen, to choose one at the door; only its own transaction may found or change it.
OFFICE = [
    *secured("registry_office", ("SELECT", "INSERT", "UPDATE")),
    'CREATE POLICY seen ON registry_office FOR SELECT USING (true)',
    f'CREATE POLICY founded ON registry_office FOR INSERT WITH CHECK (id = {CURRENT})',
    f'CREATE POLICY changed ON registry_office FOR UPDATE USING (id = {CURRENT})',
]
# Districts and above are shared: any office may read and add them, none may change or remove them.
AREA = [
    *secured("registry_area", ALL_RIGHTS),
    f'CREATE POLICY seen ON registry_area FOR SELECT USING (office_id = {CURRENT} OR (office_id IS NULL AND {CURRENT} IS NOT NULL))',
    f'CREATE POLICY added ON registry_area FOR INSERT WITH CHECK (office_id = {CURRENT} OR (office_id IS NULL AND {CURRENT} IS NOT NULL))',
    f'CREATE POLICY changed ON registry_area FOR UPDATE USING (office_id = {CURRENT})',
    f'CREATE POLICY removed ON registry_area FOR DELETE USING (office_id = {CURRENT})',
]
UNDO = [
    *(f"DROP POLICY {name} ON registry_area" for name in ("seen", "added", "changed", "removed")),
    *(f"DROP POLICY {name} ON registry_office" for name in ("seen", "founded", "changed")),
    "ALTER TABLE registry_area DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE registry_office DISABLE ROW LEVEL SECURITY",
]


class Migration(migrations.Migration):

    dependencies = [("registry", "0001_places_people_posts")]

    operations = [
        migrations.RunSQL([*OFFICE, *AREA], UNDO),
        isolate(
            "registry_gridcell",
            "registry_estate",
            "registry_building",
            "registry_landmark",
            "registry_body",
            "registry_post",
            "registry_account",
            "registry_holding",
            "registry_loginattempt",
        ),
        isolate("registry_change", rights=("SELECT", "INSERT")),
    ]
