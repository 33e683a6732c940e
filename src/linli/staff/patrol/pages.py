"""The patrol's page: what I can do outside today, each with its form, so that a phone can keep them all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from linli.casework import queries
from linli.casework.queries import CaseRow, InboxLine
from linli.rulebook.mechanism import Action, Label, Mechanism
from linli.staff.acting.laying import laid
from linli.staff.desk import Desk
from linli.staff.patrol.pairs import Pair, on_the_spot, pair_filled, pair_of, seconds, take_both
from linli.staff.starts import Start, starts_for
from linli.ui.sheets import Sheet

MOST = 30
UNFIT = 422
DONE = Label(
    zh="{number} 已登记并当场办结：{action}",
    en="{number} is recorded and dealt with on the spot: {action}",
)


@dataclass(frozen=True)
class Way:
    """One form that can be filled in on the way: `href` is where it is sent, `page` where it opens without script."""

    id: str
    label: Label
    sheet: Sheet | Pair
    href: str
    page: str
    kind: str


@dataclass(frozen=True)
class Task:
    """A case that waits for me, and the forms of what I may do to it."""

    row: CaseRow
    line: InboxLine
    ways: tuple[Way, ...]


def patrol(desk: Desk) -> HttpResponse:
    """Show what waits for me with its forms, and the forms of reporting on the spot."""
    page = queries.inbox(actor=desk.actor, at=desk.at, size=MOST)
    tasks = [Task(line.row, line, tuple(_ways(desk, line))) for line in page.rows]
    more = page.total - len(page.rows)
    return desk.show("staff/patrol.html", {"tasks": tasks, "more": more, "spots": _spots(desk)})


def spot(desk: Desk, mechanism: str, start: str, then: str) -> HttpResponse:
    """Report something and say at once how it was put right: both are recorded, or neither."""
    starts = starts_for(desk.mechanisms.values(), desk.actor)
    known = any((one.mechanism, one.action) == (mechanism, start) for one in starts)
    if not known or then not in seconds(desk.mechanisms[mechanism], start):
        raise Http404(f"{mechanism} {start} {then}")
    pair = pair_of(desk, desk.mechanisms[mechanism], start, then)
    if desk.request.method != "POST":
        return desk.show("staff/patrol_spot.html", {"sheet": pair})
    sent = pair_filled(desk, pair)
    done = sent if sent.faults else take_both(desk, sent)
    if isinstance(done, Pair):
        return desk.show("staff/patrol_spot.html", {"sheet": done}, UNFIT)
    action = pair.second.action.in_language(desk.language)
    said = DONE.in_language(desk.language).format(number=done.number, action=action)
    if desk.is_kept_letter:
        return JsonResponse({"said": said})
    messages.success(desk.request, said)
    return redirect("staff:patrol")


def _ways(desk: Desk, line: InboxLine) -> Iterator[Way]:
    mechanism = desk.mechanisms.get(line.row.mechanism)
    if mechanism is None or line.action not in mechanism.actions:
        return
    for place, action in enumerate(_actions(mechanism, line)):
        kind = "secondary" if place else "primary"
        sheet = _sheet(desk, mechanism, action, line)
        href = reverse("staff:do", args=[line.row.number, action])
        query = {"revision": str(line.row.revision), "back": reverse("staff:patrol")}
        if sheet.member_text:
            query["member"] = sheet.member_text
        name = f"sheet-{line.row.id}-{action}"
        yield Way(name, _label(sheet.action), sheet, href, f"{href}?{urlencode(query)}", kind)


def _sheet(desk: Desk, mechanism: Mechanism, action: str, line: InboxLine) -> Sheet:
    category = mechanism.shows.category
    known = {category: line.row.category} if category and line.row.category else {}
    return laid(
        desk,
        mechanism,
        action,
        revision=line.row.revision,
        member=line.member,
        answers={k: v for k, v in known.items() if k in mechanism.actions[action].fields},
    )


def _actions(mechanism: Mechanism, line: InboxLine) -> Iterator[str]:
    """Give what is awaited, then what the same people may do besides: the other ways it may turn out, and notes."""
    awaited = mechanism.actions[line.action]
    yield line.action
    for key, rule in mechanism.actions.items():
        same = rule is not awaited and all(by in rule.by for by in awaited.by)
        moves = bool(rule.to or rule.entry) and not rule.danger
        if same and moves and line.row.state in mechanism.states_named(rule.from_):
            yield key


def _spots(desk: Desk) -> list[Way]:
    found: list[Way] = []
    for start in starts_for(desk.mechanisms.values(), desk.actor):
        if on_the_spot(start.about.actions[start.action]):
            found.extend(_spot_ways(desk, start))
    return found


def _spot_ways(desk: Desk, start: Start) -> Iterator[Way]:
    sheet = laid(desk, start.about, start.action)
    name = f"spot-{start.mechanism}-{start.action}"
    yield Way(name, start.label, sheet, start.href, start.href, "primary")
    for then in seconds(start.about, start.action):
        pair = pair_of(desk, start.about, start.action, then)
        href = reverse("staff:patrol-spot", args=[start.mechanism, start.action, then])
        label = _label(start.about.actions[then])
        yield Way(f"{name}-{then}", label, pair, href, href, "secondary")


def _label(action: Action) -> Label:
    return Label(zh=action.zh, en=action.en)
