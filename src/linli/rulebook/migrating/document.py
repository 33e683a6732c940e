"""Migration documents: how running cases of one version of a mechanism go on under another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from linli.rulebook.forms import Codes, Unfit, value_of
from linli.rulebook.labels import KEY, Label, Rule, Wrong
from linli.rulebook.lint import guess
from linli.rulebook.mechanism import Mechanism
from linli.rulebook.reading import MechanismRefused, read_yaml

Named = tuple[tuple[str | int, ...], str, Mapping[str, object]]


class Migration(Rule):
    """What becomes of running cases. What no map names keeps its name; a field that goes to null is dropped.

    `clocks`: `keep` lets a clock go on with the limit it began with (so does a clock that is not named),
    `restart` begins it anew, at the moment of the migration, under the limit of the new version.
    """

    migrate: str = Field(pattern=KEY)
    from_: int = Field(alias="from", ge=1)
    to: int = Field(ge=1)
    reason: Label
    states: dict[str, str] = {}
    tracks: dict[str, dict[str, str]] = {}
    fields: dict[str, str | None] = {}
    defaults: dict[str, Any] = {}
    clocks: dict[str, Literal["keep", "restart"]] = {}

    @model_validator(mode="after")
    def _two_versions(self) -> Migration:
        if self.from_ == self.to:
            raise Wrong("from 与 to 是同一版", "from and to are the same version")
        return self

    def plain(self) -> dict[str, Any]:
        """Give the document as JSON values, as a step keeps it."""
        return self.model_dump(by_alias=True, mode="json")


def read_migration(text: str, file: str, old: Mechanism, new: Mechanism, book: Codes) -> Migration:
    """Give the document in a text, held against both versions. Raises MechanismRefused."""
    document, lines = read_yaml(text, file, Migration)
    for path, name, known in _names(document, old, new):
        if name not in known:
            said = Label(
                zh=f"“{'.'.join(map(str, path))}”中的“{name}”不在所指的版本里。",
                en=f"{name!r} in {'.'.join(map(str, path))} is not in the version meant.",
            )
            raise MechanismRefused(file, lines.of(path), said, guess(name, known))
    for path, wrong, cure in _wrongs(document, old, new, book):
        raise MechanismRefused(file, lines.of(path), wrong, cure)
    return document


def named(text: str, file: str) -> tuple[str, int, int]:
    """Give the key and the two versions that a document is about. Raises MechanismRefused."""
    document, _lines = read_yaml(text, file, Migration)
    return document.migrate, document.from_, document.to


def _names(document: Migration, old: Mechanism, new: Mechanism) -> Iterator[Named]:
    for was, becomes in document.states.items():
        yield ("states", was), was, old.states
        yield ("states", was), becomes, new.states
    for track, moves in document.tracks.items():
        yield ("tracks", track), track, old.tracks
        yield ("tracks", track), track, new.tracks
        for was, becomes in moves.items():
            yield ("tracks", track, was), was, old.tracks[track].states
            yield ("tracks", track, was), becomes, new.tracks[track].states
    for field, goes_to in document.fields.items():
        yield ("fields", field), field, old.fields
        if goes_to is not None:
            yield ("fields", field), goes_to, new.fields
    for field in document.defaults:
        yield ("defaults", field), field, new.fields
    for clock in document.clocks:
        yield ("clocks", clock), clock, new.clocks


def _wrongs(
    document: Migration, old: Mechanism, new: Mechanism, book: Codes
) -> Iterator[tuple[tuple[str, ...], Label, Label]]:
    """Give what would break what is on record, and defaults that do not fit their fields."""
    for field, rule in old.fields.items():
        target = document.fields.get(field, field)
        if rule.is_sealed and (
            target != field
            or field not in new.fields
            or (new.fields[field].type, new.fields[field].personal) != (rule.type, rule.personal)
        ):
            yield (
                ("fields", field),
                Label(
                    zh=f"“{rule.zh}”是封存的内容，改名、改类型或去掉后就读不出来。",
                    en=f"{rule.en} is sealed: renamed, retyped or dropped, it could not be read.",
                ),
                Label(zh="请在新版保留这个字段。", en="Keep the field in the new version."),
            )
    if old.unique != new.unique:
        yield (
            ("migrate",),
            Label(zh="两版的唯一键不同。", en="The two versions have different unique keys."),
            Label(
                zh="条目不能这样迁移，请新建名册。",
                en="Entries cannot move so: begin a new register.",
            ),
        )
    for name, value in document.defaults.items():
        try:
            value_of(new.fields[name], value, book)
        except Unfit as unfit:
            yield ("defaults", name), unfit.label, Label(zh="请改写。", en="Write another.")
        if new.fields[name].is_sealed:
            yield (
                ("defaults", name),
                Label(zh=f"“{name}”是封存的字段。", en=f"{name!r} is a sealed field."),
                Label(zh="封存的字段没有默认值。", en="Sealed fields take no default."),
            )
