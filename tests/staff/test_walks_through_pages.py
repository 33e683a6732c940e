"""Every mechanism worked through on the pages, by a walker that knows none of them and clients without JavaScript."""

import re
from contextlib import contextmanager

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from sampling import sampled
from walking import hidden, log_in, text
from wandering import Stranded, Town, posted

from linli.rulebook.loading import shipped

BOOK = shipped()


class PlainDoor:
    """The pages, through clients without JavaScript: one for each colleague, one for each resident."""

    def __init__(self, clock):
        self.clock, self.clients, self.visitors = clock, {}, {}

    def client(self, town, actor):
        name = town.names[actor.id]
        if name not in self.clients:
            self.clients[name] = log_in(name)
        return self.clients[name]

    def open(self, town, key, actor, action, form):
        if actor.is_resident:
            client, address = Client(), f"/report/{key}/{action}/"
        else:
            client, address = self.client(town, actor), f"/staff/intake/{key}/{action}/"
        answer = self.sent(client, address, town.book.mechanisms[key], action, form, ("key",))
        if actor.is_resident:
            number = answer["Location"].split("/")[2]
            self.visitors[number] = client
            return number
        return re.search(r"/staff/cases/([\w-]+)/", text(client.get(answer["Location"])))[1]

    def do(self, town, number, mechanism, deed):
        member = {} if deed.member is None else {"member": ":".join(deed.member)}
        if deed.actor.is_resident:
            client, address = self.visitors[number], f"/cases/{number}/do/{deed.action}/"
        else:
            client = self.client(town, deed.actor)
            page = text(client.get(f"/staff/cases/{number}/"))
            address = f"/staff/cases/{number}/do/{deed.action}/"
            if address not in page:
                raise Stranded(f"{number} does not offer {deed.action} to {deed.actor}")
        self.sent(client, address, mechanism, deed.action, deed.form, ("key", "revision"), **member)

    def sent(self, client, address, mechanism, action, form, kept, **more):
        page = client.get(address, more)
        if page.status_code != 200:
            raise Stranded(f"{address}: {page.status_code}")
        given = {name: hidden(page, name) for name in kept}
        answer = client.post(address, {**given, **posted(mechanism, action, form), **more})
        if answer.status_code != 302:
            said = re.findall(
                r'class="(?:field__error|notice)[^"]*"[^>]*>(.*?)</', text(answer), re.DOTALL
            )
            raise Stranded(f"{address} {form}: {answer.status_code} {said}")
        return answer

    def wait(self, moment):
        self.clock.move_to(moment)
        self.clients.clear()  # whoever comes back after weeks logs in again


@contextmanager
def a_town(folk):
    with time_machine.travel(timezone.localtime(), tick=True) as clock:
        yield Town(folk, BOOK, PlainDoor(clock))


@pytest.mark.parametrize("key", sampled(BOOK.mechanisms))
def test_a_case_is_worked_through_on_the_pages_to_its_end(folk, key):
    with a_town(folk) as town:
        number = town.opened(key)

        town.walked(number)

        place = town.standing(number)
    assert town.seeker(key).is_end(place.case)
