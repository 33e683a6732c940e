"""Roll-ups say what the records say: at every moment, whatever was touched, and built anew row for row."""

from datetime import timedelta

from casework.building import FIRST, SECOND, STREET
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from figures.playing import Play, plain_value
from figures.test_counting_truly import CHANCE, looked_at
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from linli.casework.models import Case
from linli.casework.sequencing import sequence
from linli.figures.dimensions import AREA, CATEGORY, MONTH
from linli.figures.finding import figure_named
from linli.figures.models import RollupCell, RollupPart
from linli.figures.periods import period_named
from linli.figures.queries import read, read_all
from linli.figures.rollups.auditing import audit, last_audits
from linli.figures.rollups.keeping import build, refresh
from linli.rulebook.loading import shipped

PERIODS = ("2026", "2026-03", "2026-Q2", "2026-03-02..2026-03-20", "2026-03-15..2026-07-01", "2027")


def kept_up(at):
    while sequence() or refresh(at):
        pass
    while build(at):
        pass


def cells():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT part, grain, area, month, told, category, took, times, amount"
            " FROM figures_rollupcell ORDER BY 1, 2, 3, 4, 5, 6, 7"
        )
        return cursor.fetchall()


def built_anew(at):
    RollupCell.objects.all().delete()
    RollupPart.objects.all().delete()
    kept_up(at)
    return cells()


@settings(CHANCE, max_examples=2, phases=[Phase.generate])
@given(seed=st.integers(0, 2**32), period=st.sampled_from(PERIODS))
def test_rollups_and_what_is_touched_since_say_what_the_records_say(office, seed, period):
    chosen, book = period_named(period), shipped()
    with transaction.atomic():
        play = Play(office, seed)
        play.play(60)
        kept_up(play.at)
        play.play(100)
        kept_up(play.at)
        kept = cells()

        assert kept == built_anew(play.at)
        for _ in range(2):
            for key in looked_at():
                tree = figure_named(key)
                for place in (STREET, FIRST, SECOND):
                    value = read(key, chosen, place=place, book=book).value
                    assert value == plain_value(tree, chosen, place), (key, place)
            play.play(20)
            sequence(5)
        transaction.set_rollback(True)


@settings(CHANCE, max_examples=2, phases=[Phase.generate])
@given(seed=st.integers(0, 2**32), period=st.sampled_from(PERIODS))
def test_breakdowns_by_rollup_are_those_of_the_records(office, seed, period):
    chosen, book = period_named(period), shipped()

    def broken_down():
        return {
            (key, by): [
                (part.key, part.value) for part in read(key, chosen, by=by, book=book).slices
            ]
            for key in looked_at()
            for by in (AREA, CATEGORY, MONTH)
        }

    def in_short(found):
        return {
            name: sorted((key, value) for key, value in parts if value.num or value.den)
            for name, parts in found.items()
        }

    with transaction.atomic():
        play = Play(office, seed)
        play.play(160)
        from_records = broken_down()
        kept_up(play.at)
        assert in_short(broken_down()) == in_short(from_records)
        transaction.set_rollback(True)


def test_an_audit_finds_a_wrong_cell_tells_it_and_mends_it(office):
    play = Play(office, 3)
    play.play(120)
    kept_up(play.at)
    right = cells()
    assert audit(at=play.at, whole=True).differing == 0
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE figures_rollupcell SET times = times + 1 WHERE ctid = "
            "(SELECT ctid FROM figures_rollupcell WHERE grain = 0 ORDER BY part, month LIMIT 1)"
        )

    found = audit(at=play.at + timedelta(days=1), whole=True)

    assert found.differing == 1
    [told] = found.differences
    assert told["kept"][0] == told["anew"][0] + 1
    assert cells() == right
    assert [one.differing for one in last_audits()] == [1, 0]


def test_an_office_sees_its_own_rollups_and_above_it_only_those_of_the_ground_opened(office):
    play = Play(office, 4)
    play.play(80)
    kept_up(play.at)
    own = RollupCell.objects.count()
    assert own

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL linli.office = ''")
        assert not RollupCell.objects.count()
        cursor.execute("SET LOCAL linli.ground = '/310000/310112/'")
        assert RollupCell.objects.count() == own
        assert not Case.objects.count()
        assert not RollupCell.objects.filter(grain=0).update(took=9)
        cursor.execute("SET LOCAL linli.ground = '/310000/310113/'")
        assert not RollupCell.objects.count()


def test_a_reading_from_rollups_asks_no_case_and_one_touched_month_only_that_month(office):
    play = Play(office, 6)
    play.play(150)
    kept_up(play.at)

    with CaptureQueriesContext(connection) as asked:
        readings = read_all("repairs", period_named("2026"), book=shipped())

    texts = [query["sql"] for query in asked.captured_queries if "c.mechanism" in query["sql"]]
    assert len(readings) == 27
    assert len(texts) == 1  # what is distinct within a year is no sum of months
