"""Why this date: how each due moment of a case came about, and what an action would do to its clocks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from linli.casework.queries import CaseView, Said
from linli.casework.queries.deadlines import Turn, clock_changes, clock_stories
from linli.rulebook.casefile import ClockReading
from linli.rulebook.explaining.dates import Day
from linli.rulebook.explaining.lengths import length_in_words
from linli.staff.cases import seen
from linli.staff.desk import Desk
from linli.staff.listing.beside import way_back
from linli.ui.moments import moment_in_words, remaining_in_words
from linli.ui.sheets import Sheet

TURNS = {
    "started": _("开始计时"),
    "restarted": _("重新计时"),
    "extended": _("延长"),
    "paused": _("暂停"),
    "resumed": _("恢复计时"),
    "kept": _("单位或类别变了，时限照旧"),
    "breached": _("超时"),
    "met": _("按时完成"),
    "missed": _("超时完成"),
    "over": _("期满"),
    "ended": _("期满后结束"),
    "cut": _("未满期即结束"),
    "revived": _("上一步撤回，照原来的时限接着算"),
}
CHANGES = {
    "same": _("不变"),
    "started": _("开始计时"),
    "restarted": _("重新计时"),
    "extended": _("延长"),
    "paused": _("暂停"),
    "resumed": _("恢复计时"),
    "ended": _("计时结束"),
}
GROUNDED = ("restarted", "extended", "paused", "resumed", "kept", "revived")
TONES = {"breached": "red", "missed": "red", "met": "green", "extended": "amber", "paused": "amber"}


@dataclass(frozen=True)
class Stretch:
    """Days that stand together in a count: those of one reason, from the first to the last."""

    first: Day
    last: Day
    minutes: int


@dataclass(frozen=True)
class TurnShown:
    """A turn of a clock ready for the page."""

    turn: Turn
    title: str
    tone: str
    amount: str
    left: str
    stretches: tuple[Stretch, ...]
    counted: int
    skipped: int
    texts: tuple[Said, ...]

    @property
    def says(self) -> bool:
        """True when there is more to say than what happened, when and by whom."""
        return bool(self.texts or self.turn.asked or self.left or self.amount)


def why(desk: Desk, number: str) -> HttpResponse:
    """Show how each due moment of a case came about, step by step."""
    view = seen(desk, number)
    stories = clock_stories(view=view, at=desk.at)
    readings = {line.clock: line for line in view.clocks}
    shown = [
        (story, readings.get(story.clock), [_turn(desk, turn) for turn in story.turns])
        for story in stories
    ]
    back = way_back(desk.request.GET.get("back"))
    return desk.show("staff/deadlines.html", {"view": view, "stories": shown, "back": back})


def changes_shown(desk: Desk, view: CaseView, sheet: Sheet) -> list[dict[str, object]]:
    """Give, for each clock of a case, what the action on the sheet would do to it."""
    changes = clock_changes(
        view=view, action=sheet.name, answers=sheet.form, member=sheet.member, at=desk.at
    )
    return [
        {
            "label": change.label,
            "title": CHANGES[change.sort],
            "is_same": change.sort == "same",
            "before": _stands(desk, change.before),
            "after": _stands(desk, change.after) if change.sort != "same" else "",
        }
        for change in changes
    ]


def _stands(desk: Desk, reading: ClockReading | None) -> str:
    if reading is None:
        return ""
    if reading.due_at is not None:
        return moment_in_words(reading.due_at, desk.at)
    return str(_("暂停，还剩 %(left)s")) % {"left": remaining_in_words(reading)}


def _turn(desk: Desk, turn: Turn) -> TurnShown:
    stretches = tuple(_stretches(turn.days))
    return TurnShown(
        turn=turn,
        title=str(TURNS[turn.sort]),
        tone=TONES.get(turn.sort, "info"),
        amount=length_in_words(turn.amount).in_language(desk.language) if turn.amount else "",
        left=remaining_in_words(turn.reading) if turn.sort == "paused" else "",
        stretches=stretches,
        counted=sum(day.counts for day in turn.days),
        skipped=sum(not day.counts for day in turn.days),
        texts=turn.step.texts if turn.step and turn.sort in GROUNDED else (),
    )


def _stretches(days: tuple[Day, ...]) -> list[Stretch]:
    groups = groupby(days, key=lambda day: (day.sort, day.label.zh))
    found = []
    for _key, group in groups:
        listed = list(group)
        found.append(Stretch(listed[0], listed[-1], sum(day.minutes for day in listed)))
    return found
