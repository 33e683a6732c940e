"""Doubtful rows of a `.pb` file: they are counted as they stand, and somebody should look at them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from linli.budget.pabulib.reading import PbFile, Problem, amount
from linli.rulebook.labels import Label


def doubts(file: PbFile) -> tuple[Problem, ...]:
    """Give the rows that stand out, in the order of the file."""
    return (*_projects(file), *_ballots(file))


def _projects(file: PbFile) -> Iterator[Problem]:
    budget = amount(file.meta["budget"])
    marks = file.projects.column("selected") or ("",) * len(file.projects.rows)
    costs = file.projects.column("cost") or ()
    for line, cost, mark in zip(file.projects.lines, costs, marks, strict=True):
        if amount(cost) == 0:
            yield _doubt(line, "造价为零", "the project costs nothing")
        if amount(cost) > budget:
            yield _doubt(line, "造价高于总额", "the project costs more than the fund")
        if mark == "3":
            yield _doubt(
                line, "由预备金另行资助，不在计票之内", "paid from a reserve, apart from the count"
            )
        if mark not in {"", "0", "1", "2", "3"}:
            yield _doubt(
                line, f"selected 应为 0 或 1：{mark}", f"selected is neither 0 nor 1: {mark}"
            )


def _ballots(file: PbFile) -> Iterator[Problem]:
    least, most = _length(file, "min_length"), _length(file, "max_length")
    if file.vote_type == "choose-1":
        most = Fraction(1)
    points = file.votes.column("points")
    limit = file.meta.get("max_sum_points", "")
    votes = file.votes.column("vote") or ()
    for number, (line, vote) in enumerate(zip(file.votes.lines, votes, strict=True)):
        named = [part.strip() for part in vote.split(",") if part.strip()]
        if not named:
            yield _doubt(line, "空白票", "the ballot is empty")
        if len(set(named)) < len(named):
            yield _doubt(line, "同一项目写了两次", "a project is named twice")
        if named and least is not None and len(named) < least:
            yield _doubt(
                line,
                f"只选了 {len(named)} 项，少于 {least}",
                f"{len(named)} named, fewer than {least}",
            )
        if most is not None and len(named) > most:
            yield _doubt(
                line, f"选了 {len(named)} 项，多于 {most}", f"{len(named)} named, more than {most}"
            )
        if points and limit.isdigit() and _sum(points[number]) > int(limit):
            yield _doubt(line, f"分数之和超过 {limit}", f"the points sum to more than {limit}")


def _length(file: PbFile, key: str) -> Fraction | None:
    said = file.meta.get(key)
    return amount(said) if said else None


def _sum(points: str) -> Fraction:
    try:
        return sum((amount(part) for part in points.split(",") if part.strip()), Fraction(0))
    except ValueError:
        return Fraction(0)  # named by its line when the points are counted


def _doubt(line: int, zh: str, en: str) -> Problem:
    return Problem(line, Label(zh=zh, en=en), grave=False)
