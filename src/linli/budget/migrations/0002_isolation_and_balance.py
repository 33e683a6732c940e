from django.db import migrations

from linli.registry.isolation import isolate

ADDED_TO = ("SELECT", "INSERT")
PERMANENT = (
    "budget_document", "budget_posting", "budget_lot", "budget_ballotbox", "budget_roundcount",
)
BALANCE = [
    """
    ALTER TABLE budget_document ADD CONSTRAINT document_step
        FOREIGN KEY (case_id, seq) REFERENCES casework_step (case_id, seq)
    """,
    """
    CREATE FUNCTION budget_open() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.balance := 0;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION budget_post() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public AS $$
    BEGIN
        UPDATE public.budget_fundaccount SET balance = balance + NEW.amount
            WHERE id = NEW.account_id AND office_id = NEW.office_id AND fund_id = (
                SELECT fund_id FROM public.budget_document
                WHERE id = NEW.document_id AND office_id = NEW.office_id
            );
        IF NOT FOUND THEN
            RAISE EXCEPTION 'posting % is of another fund or office', NEW.id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION budget_even() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public AS $$
    DECLARE
        asked bigint := coalesce(
            to_jsonb(NEW) ->> 'document_id', to_jsonb(NEW) ->> 'id')::bigint;
        lines int; total numeric; given numeric; said numeric;
    BEGIN
        SELECT count(*), sum(amount), sum(amount) FILTER (WHERE amount > 0)
            INTO lines, total, given FROM public.budget_posting WHERE document_id = asked;
        SELECT amount INTO said FROM public.budget_document WHERE id = asked;
        IF lines <> 2 OR total <> 0 OR given <> said THEN
            RAISE EXCEPTION 'document % does not sum to nothing', asked
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION budget_lot_first() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM budget_roundcount WHERE round_id = NEW.round_id) THEN
            RAISE EXCEPTION 'round % has been counted', NEW.round_id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER opened BEFORE INSERT ON budget_fundaccount FOR EACH ROW EXECUTE FUNCTION budget_open()",
    "CREATE TRIGGER added AFTER INSERT ON budget_posting FOR EACH ROW EXECUTE FUNCTION budget_post()",
    *(
        f"CREATE CONSTRAINT TRIGGER even AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION budget_even()"
        for table in ("budget_document", "budget_posting")
    ),
    *(
        f"CREATE TRIGGER before_count BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION budget_lot_first()"
        for table in ("budget_lot", "budget_ballotbox")
    ),
    *(
        f"CREATE TRIGGER permanent BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION casework_forbid_change()"
        for table in PERMANENT
    ),
]
UNDO = [
    *(f"DROP TRIGGER permanent ON {table}" for table in PERMANENT),
    *(f"DROP TRIGGER before_count ON {table}" for table in ("budget_lot", "budget_ballotbox")),
    *(f"DROP TRIGGER even ON {table}" for table in ("budget_document", "budget_posting")),
    "DROP TRIGGER added ON budget_posting",
    "DROP TRIGGER opened ON budget_fundaccount",
    *(
        f"DROP FUNCTION {name}()"
        for name in ("budget_lot_first", "budget_even", "budget_post", "budget_open")
    ),
    "ALTER TABLE budget_document DROP CONSTRAINT document_step",
]


class Migration(migrations.Migration):

    dependencies = [
        ("budget", "0001_accounts_and_rounds"),
        ("casework", "0010_children"),
    ]

    operations = [
        isolate("budget_fundaccount", *PERMANENT, rights=ADDED_TO),
        migrations.RunSQL(BALANCE, UNDO),
    ]
