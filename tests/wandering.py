"""A walker that knows no mechanism: it plans a way by the rules alone and goes it through whatever door it is given."""

import itertools
from datetime import datetime

from django.utils import timezone
from townsfolk import AT, PASSWORD, SPOT, _account
from walking import picture

from linli.casework.journal.casefiles import casefile_of
from linli.casework.models import Case
from linli.casework.turns.timers import fire_due
from linli.registry.actions import add_post, hold_post
from linli.registry.actors import account_actor_id, actor_of
from linli.registry.isolation import office_transaction
from linli.registry.models import Account
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label
from linli.rulebook.proving.inventing import Ground
from linli.rulebook.proving.searching import Deed, Place, Seeker

BODIES = ("市政服务中心", "绿化市容所")
LONGEST = 40
ERRANDS = 6


class Stranded(Exception):
    """No way to an end was found, or the door refused what the rules allow."""


class Town:
    """People for every duty in two bodies, made when somebody is needed; entries of registers likewise."""

    def __init__(self, folk, book, door, now=timezone.localtime):
        self.folk, self.book, self.door, self.now = folk, book, door, now
        self.people, self.names, self.entries = {}, {}, {}
        self.number = itertools.count()

    def ground_of(self, mechanism):
        """Give the ground that a mechanism needs: its people, and an entry of each register it asks for."""
        asked = {rule.of for rule in mechanism.fields.values() if rule.type == "entry" and rule.of}
        for register in sorted(asked - self.entries.keys() - {mechanism.mechanism}):
            self.entries[register] = ()
            self.entries[register] = (self.opened(register),)
        duties = Seeker(mechanism, self.book).inventor.duties
        people = [
            self.person((duty,), body, nth) for duty in duties for body in BODIES for nth in (1, 2)
        ]
        everybody = self.person(tuple(duties), BODIES[0], 1)
        resident = Actor(self.folk.office, "resident:r")
        return Ground(
            bodies=tuple(self.folk.bodies[body] for body in BODIES), area=self.folk.committee, spot=SPOT,
            people=(resident, *people, everybody), entries={k: v for k, v in self.entries.items() if v},
            day=f"{self.now():%Y-%m-%d}" if mechanism.kind == "register" else "",
        )  # fmt: skip

    def person(self, duties, body, nth):
        """Give somebody who holds a post with these duties in a body."""
        if (duties, body, nth) not in self.people:
            self.people[duties, body, nth] = self._settled(duties, body)
        return self.people[duties, body, nth]

    def _settled(self, duties, body):
        username = f"somebody-{next(self.number)}"
        with office_transaction(self.folk.office):
            by = Actor(self.folk.office, account_actor_id(self.folk.accounts["director"]))
            post = add_post(
                body=self.folk.bodies[body], title=Label(zh=username, en=username), duties=[*duties], by=by, at=AT
            )  # fmt: skip
            account = _account(username, username, by)
            hold_post(account=account, post=post, by=by, at=AT)
            actor = actor_of(Account.objects.get(pk=account), AT)
        self.names[actor.id] = username
        return actor

    def seeker(self, key):
        mechanism = self.book.mechanisms[key]
        return Seeker(mechanism, self.book, hears_children=True, ground=self.ground_of(mechanism))

    def opened(self, key):
        """Open a case by the first form that the rules accept and that leads to an end; give its number."""
        seeker = self.seeker(key)
        for actor, opening in seeker.starts():
            for form in seeker.inventor.forms(opening.action):
                place = seeker.done(None, Deed(opening.action, actor, form))
                if place is not None and seeker.way_out(place, set()):
                    return self.door.open(self, key, actor, opening.action, form)
        raise Stranded(f"{key}: nobody can open one")

    def standing(self, number):
        """Give where a case stands now."""
        with office_transaction(self.folk.office):
            row = Case.objects.filter(number=number).values().get()
        case = casefile_of(self.book.mechanisms[row["mechanism"]], row)
        return Place(case, self.now())

    def walked(self, number):
        """Take a case to its end; one that never ends is worked on for a while. Gives the actions taken."""
        seeker = self.seeker(self.standing(number).case.mechanism)
        taken = []
        for _ in range(LONGEST):
            place = self.standing(number)
            if seeker.is_end(place.case):
                return taken + self._errands(seeker, number)
            taken.append(self._one_more(seeker, place, number))
        raise Stranded(f"{number}: {taken}")

    def _one_more(self, seeker, place, number):
        way = seeker.way_out(place, set())
        if way is None:
            raise Stranded(f"{number}: no way out of {place.case.state}")
        deed = way[1].deed
        if deed.actor is not None:
            self.door.do(self, number, seeker.mechanism, deed)
        elif deed.action in seeker.mechanism.clocks:
            self.wait(way[1].at)
        else:
            self._children(number)
        return deed.action

    def _children(self, number):
        with office_transaction(self.folk.office):
            children = Case.objects.filter(parent__number=number, closed_at=None)
            numbers = [*children.values_list("number", flat=True)]
        for child in numbers:
            self.walked(child)

    def wait(self, moment):
        """Let time pass until a clock runs out."""
        self.door.wait(moment)
        with office_transaction(self.folk.office):
            fire_due(moment)

    def _errands(self, seeker, number):
        if (
            any(state.final for state in seeker.mechanism.states.values())
            and not seeker.mechanism.is_register
        ):
            return []
        taken = []
        for _ in range(ERRANDS):
            place = self.standing(number)
            moves = (m for m in seeker.moves(place) if m.deed.actor and m.deed.action not in taken)
            move = next(moves, None)
            if move is None:
                break
            self.door.do(self, number, seeker.mechanism, move.deed)
            taken.append(move.deed.action)
        return taken


def posted(mechanism, action, form):
    """Give answers and evidence as a form sends them."""
    sent = {}
    for name, value in form.items():
        sent |= _answer(mechanism.fields[name].type, name, value)
    for need in mechanism.actions[action].evidence:
        if need.min:
            one = need.choices[0]
            sent[one.tag] = [_upload(one.kind) for _ in range(max(one.min, 1))]
            if one.geotag:
                sent |= {"taken.lon": SPOT[0], "taken.lat": SPOT[1]}
    if mechanism.actions[action].danger:
        sent["sure"] = "on"
    return sent


def _answer(kind, name, value):
    if kind == "place":
        return {f"{name}.lon": value["lon"], f"{name}.lat": value["lat"], f"{name}.datum": "wgs84"}
    if kind in ("photo", "file"):
        return {name: [_upload(kind)]}
    if kind == "bool":
        return {name: str(value).lower()}
    if kind == "moment":
        return {name: datetime.fromisoformat(value).strftime("%Y-%m-%dT%H:%M")}
    return {name: value}


def _upload(kind):
    file = picture()
    file.name = "one.jpg"
    return file


__all__ = ["PASSWORD", "Stranded", "Town", "posted"]
