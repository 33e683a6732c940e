"""Pages are built from parts, open to whom they should be, and carry no script or style of their own."""

from __future__ import annotations

import re

import pytest
from django.urls import URLPattern, get_resolver, reverse

from house import ground
from linli.registry.actions import NewAccount, NewOffice, found_office, release_post
from linli.registry.actors import actor_of
from linli.registry.isolation import office_transaction
from linli.registry.models import Account
from linli.rulebook.mechanism import Label

OPEN = {"login", "login-code", "logout"}
EXAMPLE = {"IntConverter": 1}
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL)
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b(?![\w-])|\b(?:rgb|hsl)a?\(")
PIXELS = re.compile(r"(?<![\w.-])(?:[2-9]|\d{2,})px\b")


def _staff_patterns():
    staff = next(r for r in get_resolver().url_patterns if getattr(r, "app_name", "") == "staff")
    return [pattern for pattern in staff.url_patterns if isinstance(pattern, URLPattern)]


def _address(pattern):
    asked = pattern.pattern.converters
    words = {name: EXAMPLE.get(type(one).__name__, "x") for name, one in asked.items()}
    return reverse(f"staff:{pattern.name}", kwargs=words)


SHUT = [pattern for pattern in _staff_patterns() if pattern.name not in OPEN]


@pytest.fixture
def founded(db, moment):
    return found_office(
        office=NewOffice("310112006", "某街道办事处", Label(zh="某街道", en="Some Subdistrict")),
        founder=NewAccount("operator", "王受理", password="long-enough-word-7"),
        duties=["operator"],
        at=moment,
    )


@pytest.mark.parametrize("pattern", SHUT, ids=lambda pattern: pattern.name)
def test_every_staff_page_asks_for_a_login(client, founded, pattern):
    answer = client.get(_address(pattern))

    assert answer.status_code in {302, 405}
    assert answer.status_code == 405 or answer["Location"].startswith(reverse("staff:login"))


@pytest.mark.parametrize("pattern", SHUT, ids=lambda pattern: pattern.name)
def test_every_staff_page_asks_for_a_post(client, founded, pattern, moment):
    with office_transaction(founded.office):
        account = Account.objects.get(pk=founded.account)
        client.force_login(account)
        by = actor_of(account, moment)
        release_post(account=account.pk, post=founded.post, by=by, at=moment)

    answer = client.get(_address(pattern))

    assert answer.status_code in {403, 405}


def test_staff_addresses_all_have_names():
    assert [str(pattern.pattern) for pattern in _staff_patterns() if not pattern.name] == []


def test_templates_hold_no_style_and_no_script_text():
    wrong = []
    for path in ground.templates():
        text = path.read_text(encoding="utf-8")
        if re.search(r"\sstyle\s*=", text) or "<style" in text:
            wrong.append(f"{ground.shown(path)}: style")
        if re.search(r"\son[a-z]+\s*=\s*[\"']", text):
            wrong.append(f"{ground.shown(path)}: an event attribute")
        if re.search(r"javascript:", text):
            wrong.append(f"{ground.shown(path)}: a javascript: address")
        wrong += [
            f"{ground.shown(path)}: script text"
            for attributes, body in SCRIPT.findall(text)
            if body.strip() and "application/json" not in attributes
        ]

    assert wrong == []


def test_templates_decide_little():
    """Data goes in ready: no filters that compute, no raw output, no tags from outside the parts."""
    wrong = [
        f"{ground.shown(path)}: {found}"
        for path in ground.templates()
        for found in re.findall(
            r"\|safe\b|\{% autoescape|\|dictsort|\{% regroup", path.read_text(encoding="utf-8")
        )
    ]

    assert wrong == []


def test_style_uses_tokens_outside_the_token_layer():
    for path in sorted(ground.PACKAGE.glob("*/static/*.css")):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        begins = text.find("@layer tokens {")
        rest = text if begins < 0 else text[:begins] + text[_end_of_block(text, begins) :]
        lines = [line.strip() for line in rest.splitlines() if not line.strip().startswith("@")]

        assert [line for line in lines if COLOUR.search(line)] == []
        assert [line for line in lines if PIXELS.search(line)] == []


def _end_of_block(text, begins):
    depth = 0
    for place in range(text.index("{", begins), len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return place + 1
    return len(text)
