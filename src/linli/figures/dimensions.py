"""What a figure can be broken down by: the SQL that groups its records, and the names of the groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from linli.figures.compiling import Clause, moment_of
from linli.registry.queries import area_names, body_names, cell_names
from linli.rulebook.counting import Counted
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import FieldRule, Label, Mechanism

ELSEWHERE = Label(zh="（未分区）", en="(no division)")
BLANK = Label(zh="（空）", en="(blank)")
YES, NO = Label(zh="是", en="Yes"), Label(zh="否", en="No")
AREA, CATEGORY, MONTH = "area", "category", "month"
GENERAL = {
    AREA: Label(zh="分区", en="Division"),
    CATEGORY: Label(zh="类别", en="Category"),
    "cell": Label(zh="网格", en="Grid cell"),
    "holder": Label(zh="承办单位", en="Body"),
    "source": Label(zh="来源", en="Source"),
    MONTH: Label(zh="月份", en="Month"),
}
SOURCES = {
    "web": Label(zh="网页上报", en="Web"),
    "desk": Label(zh="窗口电话登记", en="Desk and telephone"),
    "ledger": Label(zh="台账导入", en="Ledger"),
}
COLUMNS = {
    CATEGORY: "c.category",
    "source": "c.source",
    "holder": "c.holder_id::text",
    "cell": "c.cell_id::text",
}
OFFERED = ("code", "bool")


class DimensionUnknown(LookupError):
    """A figure cannot be broken down by this; `message` says by what it can."""

    def __init__(self, by: str, known: Iterable[str]) -> None:
        names = list(known)
        self.message = Label(
            zh=f"不能按“{by}”分；可用：{'、'.join(names)}",
            en=f"cannot break down by {by!r}; there are: {', '.join(names)}",
        )
        super().__init__(self.message.en)


def dimensions(mechanisms: Sequence[Mechanism]) -> dict[str, Label]:
    """Give what pages offer to break a figure over these mechanisms down by: key and name.

    A field is offered when every one of them has it.
    """
    first, *others = mechanisms
    fields = {
        name: Label(zh=rule.zh, en=rule.en)
        for name, rule in first.fields.items()
        if rule.type in OFFERED and not rule.is_sealed and name != first.shows.category
        and all(name in _open_fields(other) for other in others)
    }  # fmt: skip
    offered = {**GENERAL, **fields}
    if all(one.shows.category is None for one in mechanisms):
        del offered[CATEGORY]
    return offered


def grouping(mechanism: Mechanism, counted: Counted, place: str, by: str) -> Clause:
    """Give the SQL value that tells the groups apart. Raises DimensionUnknown."""
    if by in COLUMNS:
        return Clause(COLUMNS[by])
    if by == AREA:
        return Clause("split_part(substr(c.area, %s), '/', 1)", [len(place) + 1])
    if by == MONTH:
        moment = moment_of(counted)
        text = f"to_char({moment.text} AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')"
        return Clause(text, moment.parameters)
    fields = _open_fields(mechanism)
    if by not in fields:
        raise DimensionUnknown(by, [*GENERAL, *fields])
    return Clause("c.values ->> %s", [by])


def _open_fields(mechanism: Mechanism) -> dict[str, FieldRule]:
    return {name: rule for name, rule in mechanism.fields.items() if not rule.is_sealed}


def group_names(
    mechanisms: Sequence[Mechanism], place: str, by: str, keys: Iterable[str], book: Book
) -> dict[str, Label]:
    """Give the name of each group; '' is the group of records that name none."""
    wanted = [key for key in keys if key]
    if by == AREA:
        names = area_names([f"{place}{key}/" for key in wanted])
        said = {key: names.get(f"{place}{key}/", key) for key in wanted}
        return {"": ELSEWHERE, **{key: Label(zh=name, en=name) for key, name in said.items()}}
    if by == "holder":
        bodies = body_names(int(key) for key in wanted)
        return {"": BLANK, **{key: bodies.get(int(key), BLANK) for key in wanted}}
    if by == "cell":
        cells = cell_names(int(key) for key in wanted)
        codes = {key: cells.get(int(key), key) for key in wanted}
        return {"": BLANK, **{key: Label(zh=code, en=code) for key, code in codes.items()}}
    if by == MONTH:
        return {"": BLANK, **{key: _month(key) for key in wanted}}
    if by == "source":
        return {"": BLANK, **{key: SOURCES.get(key, Label(zh=key, en=key)) for key in wanted}}
    named = {"": BLANK}
    for key in wanted:
        said_by = (code_name(_grouped_field(one, by), key, book) for one in mechanisms)
        plain = Label(zh=key, en=key)
        named[key] = next((label for label in said_by if label != plain), plain)
    return named


def _grouped_field(mechanism: Mechanism, by: str) -> FieldRule | None:
    return mechanism.fields.get((mechanism.shows.category if by == CATEGORY else by) or "")


def code_name(field: FieldRule | None, key: str, book: Book) -> Label:
    """Give the name of a value of a field: its code's name, 是 or 否, or the value itself."""
    if field is not None and key in field.labels:
        return field.labels[key]
    codes = book.codes.get(field.codes) if field and isinstance(field.codes, str) else None
    code = codes.codes.get(key) if codes else None
    if code is not None:
        return Label(zh=code.zh, en=code.en)
    if field is not None and field.type == "bool":
        return YES if key == "true" else NO
    return Label(zh=key, en=key)


def _month(key: str) -> Label:
    year, _, month = key.partition("-")
    return Label(zh=f"{year}年{int(month)}月", en=key)


def months_between(keys: Iterable[str]) -> list[str]:
    """Give all months from the first to the last of the keys ('2018-02'), so that none is skipped."""
    known = sorted(key for key in keys if key)
    if not known:
        return []
    (year, month), last = map(int, known[0].split("-")), known[-1]
    months = [known[0]]
    while months[-1] < last:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)  # noqa: PLR2004
        months.append(f"{year:04}-{month:02}")
    return months
