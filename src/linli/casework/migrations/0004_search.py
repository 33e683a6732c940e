from django.conf import settings
from django.db import migrations

from linli.registry.isolation import CURRENT

EXTENSION = """
    DO $$ BEGIN
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
    EXCEPTION
        WHEN undefined_file OR feature_not_supported THEN
            RAISE EXCEPTION 'pg_trgm is not installed on the database server: install its contrib package'
                ' (Debian: postgresql-contrib), then start again';
        WHEN insufficient_privilege THEN
            RAISE EXCEPTION 'the owner of the database may not install pg_trgm: let an administrator run'
                ' CREATE EXTENSION pg_trgm in this database, then start again';
    END $$
"""
INDEX = """
    CREATE INDEX sealed_words ON casework_sealed USING gin (text gin_trgm_ops)
    WHERE text IS NOT NULL AND NOT starts_with(field, '@')
"""
# No index can serve a search under row-level security: comparing texts by their letters might leak them, so
# PostgreSQL tells the offices apart first. This function reads as the owner and tells them apart itself.
READER = "CREATE POLICY search ON casework_sealed FOR SELECT TO CURRENT_USER USING (true)"
SEARCH = f"""
    CREATE FUNCTION casework_cases_saying(pattern text) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
        RETURN QUERY EXECUTE
            'SELECT DISTINCT s.case_id FROM casework_sealed s WHERE s.text ILIKE $1'
            ' AND s.text IS NOT NULL AND NOT starts_with(s.field, ''@'') AND s.office_id = $2'
            USING pattern, {CURRENT};
    END $$
"""
UNDO = [
    "DROP FUNCTION casework_cases_saying(text)",
    "DROP POLICY search ON casework_sealed",
    "DROP INDEX sealed_words",
]


class Migration(migrations.Migration):

    dependencies = [("casework", "0003_statistics")]

    operations = [
        migrations.RunSQL(
            [
                EXTENSION,
                INDEX,
                READER,
                SEARCH,
                "REVOKE ALL ON FUNCTION casework_cases_saying(text) FROM PUBLIC",
                f'GRANT EXECUTE ON FUNCTION casework_cases_saying(text) TO "{settings.LINLI_APP_ROLE}"',
            ],
            UNDO,
        )
    ]
