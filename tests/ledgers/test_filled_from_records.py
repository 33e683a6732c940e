"""Every ledger Linli brings along is filled from records, and read in again from the Excel it was given out as."""

import pytest
from casework.building import FIRST, an_office
from figures.playing import Play

from linli.casework.actions import StepRefused, open_case
from linli.casework.models import Case, Step
from linli.ledgers.filling import ColumnsUnfit, Filling
from linli.ledgers.filling_in import filled_in
from linli.ledgers.layouts import is_known, shipped_layouts
from linli.ledgers.printing import as_workbook
from linli.ledgers.sheets import read_sheet
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import Actor, Duty, Exhibit
from linli.rulebook.loading import shipped

BOOK = shipped()
LAYOUTS = shipped_layouts()
TRIES = 60
ACTS = 8


class Clerks(Play):
    """People who open a case of a mechanism and act on it, with entries that are there."""

    def case_of(self, key):
        """Open a case, after the entries it has to name. Gives whether there is one."""
        mechanism = BOOK.mechanisms[key]
        starts = [name for name, rule in mechanism.actions.items() if rule.start]
        for nth in range(TRIES):
            action = starts[nth % len(starts)]
            rule = mechanism.actions[action]
            is_resident = rule.by[0].role == "resident"
            try:
                receipt = open_case(
                    mechanism=key, action=action, by=self.office.resident if is_resident else self.people[-1],
                    at=self.at, form=self._form(mechanism, action), area=FIRST,
                    exhibits=[Exhibit(need.kind, need.tag, "ab" * 32, has_position=True) for need in rule.exhibits], key=f"{key}-{action}-{nth}",
                )  # fmt: skip
            except StepRefused:
                continue
            self.cases.append(receipt.case_id)
            return True
        return False

    def _answer(self, field):
        if field.type == "entry":
            found = Case.objects.filter(mechanism=field.of).values_list("number", flat=True).first()
            return found if found or not self.case_of(field.of) else self._answer(field)
        given = {"area": FIRST, "number": "12.5", "money": "100.00", "int": (field.min or 0) + 1}
        return given.get(field.type) or super()._answer(field)

    def go_on(self, nth):
        """Act on the last case a few times, whatever may be done."""
        every, self.cases = self.cases, self.cases[-1:]
        for turn in range(ACTS):
            self._act(f"act-{nth}-{turn}")
        self.cases = every


@pytest.fixture
def office(db, settings, tmp_path):
    settings.LINLI_HOME = tmp_path
    built = an_office()
    with office_transaction(built.id):
        yield built


@pytest.fixture
def clerks(office, monkeypatch):
    monkeypatch.setenv("LINLI_BOOK", "")
    people = Clerks(office, 7)
    everything = {
        rule.duty or key for one in BOOK.mechanisms.values() for key, rule in one.roles.items()
    }
    duties = tuple(Duty(code, office.bodies["patrol"], ("/310000/",)) for code in everything)
    people.people = [
        *office.actors.values(), office.resident,
        *(Actor(office.id, f"account:{number}", duties) for number in (991, 992, 993)),
    ]  # fmt: skip
    return people


def test_each_ledger_is_filled_from_records_and_its_excel_reads_back(clerks):
    empty, unlike = [], []
    for nth, (key, layout) in enumerate(sorted(LAYOUTS.items())):
        made = clerks.case_of(layout.of)
        if made and layout.span == "year":
            clerks.go_on(nth)
        mechanism = BOOK.mechanisms[layout.of]
        table = filled_in(
            layout, mechanism, actor=clerks.people[-1], year=clerks.at.year, at=clerks.at
        )
        sheet = read_sheet(f"{key}.xlsx", as_workbook(table.headings, table.rows))
        known = [n for n, word in enumerate(layout.columns.values()) if is_known(word, mechanism)]
        if not any(row[n] for row in table.rows for n in known):
            empty.append(key)
        if [tuple(row.cells[head] for head in table.headings) for row in sheet.rows] != list(
            table.rows
        ):
            unlike.append(key)

    assert len(LAYOUTS) >= 50
    assert (empty, unlike) == ([], [])


REGISTERS = {
    key: layout for key, layout in LAYOUTS.items() if BOOK.mechanisms[layout.of].kind == "register"
}


def again(clerks, key, change=None):
    """Take the Excel of a register's ledger in again, as it was given out or with a cell changed."""
    layout = LAYOUTS[key]
    table = filled_in(
        layout,
        BOOK.mechanisms[layout.of],
        actor=clerks.people[-1],
        year=clerks.at.year,
        at=clerks.at,
    )
    rows = [
        [(change or {}).get(head, cell) for head, cell in zip(table.headings, row, strict=True)]
        for row in table.rows
    ]
    filling = Filling(layout.of, clerks.people[-1], clerks.at, BOOK, ground=FIRST, writes=True)
    return filling.fill(read_sheet(f"{key}.xlsx", as_workbook(table.headings, rows)))


def test_a_ledger_of_a_register_comes_in_again_and_changes_nothing(clerks):
    became, unfit = {}, []
    for key, layout in sorted(REGISTERS.items()):
        assert clerks.case_of(layout.of), key
        before = Step.objects.count()
        try:
            became[key] = [row.became for row in again(clerks, key).rows]
        except ColumnsUnfit:
            unfit.append(key)
        assert Step.objects.count() == before

    assert unfit == ["volunteers"]  # the telephone of a volunteer is personal and never given out
    assert len(became) >= 11
    assert {key: rows for key, rows in became.items() if set(rows) != {"same"}} == {}


def test_a_cell_changed_in_the_ledger_amends_the_entry(clerks):
    assert clerks.case_of("venue")

    assert [row.became for row in again(clerks, "venues", {"开放时间": "9:00–21:00"}).rows] == [
        "changed"
    ]
    assert [row.became for row in again(clerks, "venues").rows] == ["same"]
    assert Case.objects.get(mechanism="venue").values["hours"] == "9:00–21:00"
