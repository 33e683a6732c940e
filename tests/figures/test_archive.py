"""The archive: months as Parquet, from which DuckDB gives the same figures as PostgreSQL from the records."""

import hashlib

import pytest
from casework.building import FIRST, STREET
from figures.playing import Play

from linli.figures.archive.comparing import compare
from linli.figures.archive.writing import AnalyticsMissing, write_months
from linli.figures.models import RollupCell
from linli.figures.periods import period_named

try:
    import duckdb
except ImportError:
    duckdb = None
needs_duckdb = pytest.mark.skipif(
    duckdb is None, reason="duckdb is not installed: pip install 'linli[analytics]'"
)
YEAR, QUARTER = period_named("2026"), period_named("2026-Q2")


@needs_duckdb
def test_both_engines_give_the_same_figures(office, tmp_path):
    Play(office, 8).play(400)

    written = list(write_months(tmp_path, YEAR))

    assert len(written) == 12
    assert sum(one.rows for one in written) > 50
    assert all(hashlib.sha256(one.path.read_bytes()).hexdigest() == one.sha256 for one in written)
    assert not RollupCell.objects.exists()
    counted = 0
    for period, place in ((YEAR, STREET), (QUARTER, FIRST)):
        found = list(compare(tmp_path, period, place=place))
        counted += sum(bool(one.live and one.live.num) for one in found)
        assert [one.key for one in found if one.differs] == []
        assert sum(one.archived is not None for one in found) > 400
    assert counted > 0


@needs_duckdb
def test_what_changed_since_it_was_written_is_told(office, tmp_path):
    play = Play(office, 9)
    play.play(120)
    list(write_months(tmp_path, YEAR))
    play.play(80)

    differing = [one for one in compare(tmp_path, YEAR) if one.differs]

    assert differing
    assert all(one.live != one.archived for one in differing)


@pytest.mark.skipif(duckdb is not None, reason="duckdb is installed")
def test_without_duckdb_it_is_told_how_to_have_it(office, tmp_path):
    with pytest.raises(AnalyticsMissing):
        list(write_months(tmp_path, YEAR))
