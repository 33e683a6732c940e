from django.conf import settings
from django.db import migrations

# Only a table's owner may gather its statistics; whoever writes many cases at once needs them at once.
NAME = "casework_count_anew()"
TABLES = "casework_case, casework_step, casework_entry, casework_sealed, casework_pending"
CREATE = [
    f"""
    CREATE FUNCTION {NAME} RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN ANALYZE {TABLES}; END $$
    """,
    f"REVOKE ALL ON FUNCTION {NAME} FROM PUBLIC",
    f'GRANT EXECUTE ON FUNCTION {NAME} TO "{settings.LINLI_APP_ROLE}"',
]


class Migration(migrations.Migration):

    dependencies = [("casework", "0002_isolation_and_permanence")]

    operations = [migrations.RunSQL(CREATE, [f"DROP FUNCTION {NAME}"])]
