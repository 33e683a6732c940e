"""Who sits at the desk: every staff page asks for a login and a post before anything else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language

from linli.casework.covering.queries import may_cover
from linli.casework.definitions import in_force
from linli.casework.erasing.actions import may_erase
from linli.casework.queries import CaseFilters, state_counts, waiting_at_least
from linli.deliberation.voting.standing import tells
from linli.exchange.actions import may_exchange
from linli.exchange.queries import profiles_in_force
from linli.ledgers.actions import may_bring_in
from linli.notices.links.reach import may_give_links
from linli.notices.queries import unread_count
from linli.registry.actions import REGISTRAR
from linli.registry.factors.queries import must_have_second
from linli.registry.models import Account
from linli.registry.queries import HeldPost, OfficeRow, actor_with, posts_of, this_office
from linli.reports.rounds.permits import may_see
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Mechanism
from linli.staff.navigation import Shown, navigation
from linli.staff.starts import starts_for
from linli.surveys.kinds import kinds_at_hand
from linli.ui.shelves import concerns

P = ParamSpec("P")
MOST_DIGITS = 6
JUST_NOW, LONGEST_AWAY = timedelta(minutes=1), timedelta(days=7)
MOST_COUNTED = 100
BOOK_DUTY = "book"
PASSED = "second_factor"


@dataclass(frozen=True)
class Desk:
    """Somebody with a post, at the moment of the request. What the navigation shows is read when shown."""

    request: HttpRequest
    account: Account
    actor: Actor
    at: datetime

    @cached_property
    def waiting(self) -> int:
        """Give how many things wait for this person; 100 stands for more."""
        return waiting_at_least(actor=self.actor, most=MOST_COUNTED)

    @cached_property
    def unread(self) -> int:
        """Give how many things this person was told and has not read."""
        return unread_count(actor=self.actor, account=self.account.pk, at=self.at)

    @cached_property
    def office(self) -> OfficeRow:
        """Give the office the desk stands in."""
        return this_office()

    @cached_property
    def posts(self) -> tuple[HeldPost, ...]:
        """Give the posts this person holds."""
        return posts_of(self.account.pk, self.at)

    @property
    def post_title(self) -> str:
        """Give the first post's body and title in words."""
        language = self.language
        held = self.posts[:1]
        return " ".join(
            label.in_language(language) for post in held for label in (post.body_name, post.title)
        )

    @cached_property
    def mechanisms(self) -> dict[str, Mechanism]:
        """Give the mechanisms in force here, by key."""
        return in_force()

    @cached_property
    def first_mechanism(self) -> str:
        """Give the key of the mechanism shown first: of those with cases that name a duty of mine, the one with the most."""
        cases = Counter[str]()
        for (key, _), count in state_counts(actor=self.actor, filters=CaseFilters()).items():
            cases[key] += count
        mine = {key: concerns(one, self.actor) for key, one in self.mechanisms.items()}
        return max(
            self.mechanisms, key=lambda key: (cases[key] > 0, mine[key], cases[key]), default=""
        )

    @property
    def ground(self) -> str | None:
        """Give the one area that all posts of this person are for; None where there are several."""
        areas = {area for duty in self.actor.duties for area in duty.areas}
        return next(iter(areas)) if len(areas) == 1 else None

    @property
    def may_bring_in(self) -> bool:
        """Say whether this person may bring ledgers in."""
        return may_bring_in(self.actor)

    @property
    def may_exchange(self) -> bool:
        """Say whether this person may exchange lists with any platform."""
        known = self.mechanisms
        return any(
            may_exchange(self.actor, one, known[one.mechanism])
            for one in profiles_in_force().values()
        )

    @property
    def may_survey(self) -> bool:
        """Say whether this person keys the answers of any kind of survey."""
        known = self.mechanisms
        answers = [known[one.answers] for one in kinds_at_hand().values() if one.answers in known]
        return bool(starts_for(answers, self.actor))

    @property
    def may_tell(self) -> bool:
        """Say whether this person takes ballots in."""
        return tells(self.actor)

    @property
    def is_registrar(self) -> bool:
        """Say whether this person administers posts and accounts."""
        return any(duty.code == REGISTRAR for duty in self.actor.duties)

    @property
    def may_keep_book(self) -> bool:
        """Say whether this person keeps the office's book: the post has the duty for it."""
        return any(duty.code == BOOK_DUTY for duty in self.actor.duties)

    @property
    def may_give_links(self) -> bool:
        """Say whether this person may hand steps out by one-time links."""
        return may_give_links(self.actor)

    @property
    def may_cover(self) -> bool:
        """Say whether this person may cover photos."""
        return may_cover(self.actor)

    @property
    def may_erase(self) -> bool:
        """Say whether this person may erase personal data, and see the destruction register."""
        return may_erase(self.actor)

    @property
    def may_see_reports(self) -> bool:
        """Say whether this person has a part in reports."""
        return may_see(self.actor)

    @property
    def has_passed_second(self) -> bool:
        """Say whether this session answered with a code of the second factor."""
        return bool(self.request.session.get(PASSED) == self.account.pk)

    @property
    def navigation(self) -> Iterator[tuple[Promise, list[Shown]]]:
        """Give what this person may open, in groups."""
        return navigation(self)

    @property
    def language(self) -> str:
        """Give the code of the language the page is in."""
        return get_language() or "zh-hans"

    @property
    def today(self) -> date:
        """Give the day, as people here count it."""
        return timezone.localdate(self.at)

    @property
    def page_number(self) -> int:
        """Give the page of a list asked for; the first for anything that is no page number."""
        text = self.request.GET.get("page", "")
        return max(1, int(text)) if text.isdecimal() and len(text) <= MOST_DIGITS else 1

    @property
    def is_part(self) -> bool:
        """Say whether htmx asks for a part of the page only."""
        return bool(self.request.headers.get("HX-Request"))

    @property
    def is_kept_letter(self) -> bool:
        """Say whether a phone sends a form that it keeps until it knows what became of it: it wants one line, no page."""
        return bool(self.request.headers.get("X-Outbox"))

    @property
    def done_at(self) -> datetime | None:
        """Give when a phone says that what it sends now was done; None when that was just now, or cannot be.

        A phone's clock proves nothing: what it claims is kept as a claim, and only of the past days.
        """
        try:
            claimed = datetime.fromisoformat(self.request.headers.get("X-Outbox-Done", ""))
        except ValueError:
            return None
        if claimed.tzinfo is None or not JUST_NOW < self.at - claimed < LONGEST_AWAY:
            return None
        return claimed.replace(microsecond=0)

    def show(self, template: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
        """Answer with a page of the office, or with the part of it that was asked for."""
        whole = {"desk": self, "now": self.at, **context}
        return render(self.request, template, whole, status=status)


Page = Callable[Concatenate[Desk, P], HttpResponse]


def at_desk(page: Page[P], methods: tuple[str, ...]) -> Callable[..., HttpResponseBase]:
    """Open a page to people who are logged in and hold a post; send others to the door or refuse them."""

    @wraps(page)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not isinstance(request.user, Account):
            return _to_the_door(request)
        at = timezone.now()
        held = posts_of(request.user.pk, at)
        desk = Desk(request, request.user, actor_with(request.user, held), at)
        if not desk.actor.duties:
            return render(request, "staff/no_post.html", {"account": request.user}, status=403)
        first = _first(desk)
        if first and not request.path.startswith(first):
            return _led(request, first)
        if request.method not in methods:
            return HttpResponseNotAllowed(methods)
        answer = page(desk, *args, **kwargs)
        answer.setdefault("Cache-Control", "no-store")
        return answer

    guarded.asks_for_a_post = True  # type: ignore[attr-defined]
    return guarded


def _first(desk: Desk) -> str:
    """Give where somebody has to go before anything else opens: one's own password, then the second factor required."""
    if desk.account.password_is_once:
        return reverse("staff:password")
    if not desk.has_passed_second and must_have_second(desk.actor):
        return reverse("staff:second-factor")
    return ""


def _to_the_door(request: HttpRequest) -> HttpResponse:
    door = reverse("staff:login")
    if request.headers.get("HX-Request"):
        return _led(request, door)
    return redirect(f"{door}?{urlencode({'next': request.get_full_path()})}")


def _led(request: HttpRequest, address: str) -> HttpResponse:
    """Lead the whole page elsewhere, also when htmx asks for a part of it."""
    if not request.headers.get("HX-Request"):
        return redirect(address)
    answer = HttpResponse(status=401)
    answer["HX-Redirect"] = address
    return answer
