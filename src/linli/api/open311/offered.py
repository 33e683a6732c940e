"""Services: what can be reported about a place, read from the opening actions that residents may take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse

from linli.api.door import Call, CallRefused
from linli.casework.definitions import MechanismUnknown, current, in_force
from linli.registry.queries import areas_of_office
from linli.rulebook.casefile import RESIDENT
from linli.rulebook.explaining.lengths import length_in_words
from linli.rulebook.forms import code_list
from linli.rulebook.mechanism import FieldRule, Label, Mechanism
from linli.rulebook.ownbook import at_hand
from linli.ui.shelves import ABOUT

ADDRESS, PHONE, CONTACT = "address", "phone", "contact"
TYPES = {
    "text": "text", "int": "number", "number": "number", "money": "number", "date": "datetime",
    "moment": "datetime", "bool": "singlevaluelist", "area": "singlevaluelist",
}  # fmt: skip
YES_NO = (("true", Label(zh="是", en="Yes")), ("false", Label(zh="否", en="No")))


@dataclass(frozen=True)
class Service:
    """One thing to report: an opening action open to residents whose form asks for a place."""

    mechanism: Mechanism
    action: str

    @property
    def code(self) -> str:
        """Give the service code; keys of mechanisms hold no underscore, so it can be told apart."""
        return f"{self.mechanism.mechanism}_{self.action}"

    @property
    def name(self) -> Label:
        """Give the mechanism's title and what the action is called."""
        title, rule = self.mechanism.title, self.mechanism.actions[self.action]
        return Label(zh=f"{title.zh} · {rule.zh}", en=f"{title.en} · {rule.en}")

    @property
    def fields(self) -> list[str]:
        """Give the names its form asks for."""
        return self.mechanism.actions[self.action].fields

    @property
    def place(self) -> str:
        """Give the field that takes lat and long."""
        return next(name for name in self.fields if self.mechanism.fields[name].type == "place")

    @property
    def description(self) -> str | None:
        """Give the field that takes the description: the title of its cases, else its first text."""
        texts = [name for name in self.fields if self._is_text(name) and name != ADDRESS]
        title = self.mechanism.shows.title
        return title if title in texts else next(iter(texts), None)

    @property
    def attributes(self) -> list[str]:
        """Give the fields asked as attributes: all that the parameters of the specification do not take."""
        taken = {self.place, self.description, ADDRESS, PHONE, CONTACT}
        required = self.mechanism.actions[self.action].required
        return [
            name
            for name in self.fields
            if name not in taken
            and self.mechanism.fields[name].type not in ("photo", "file", "place")
            and (not self.mechanism.fields[name].personal or name in required)
        ]

    @property
    def notice(self) -> Label:
        """Give its main limits in words."""
        clocks = [clock for clock in self.mechanism.clocks.values() if clock.main]
        said = [(clock, length_in_words(clock.budget)) for clock in clocks]
        return Label(
            zh="；".join(f"{clock.zh}：{length.zh}" for clock, length in said) or "按本机制办理",
            en="; ".join(f"{clock.en}: {length.en}" for clock, length in said)
            or "Handled as ruled",
        )

    @property
    def keywords(self) -> list[Label]:
        """Give the kinds of trouble it takes: the headings of its category list, each once."""
        field = self.mechanism.fields.get(self.mechanism.shows.category or "")
        if field is None or field.type != "code":
            return []
        codes = code_list(field, at_hand()).codes.values()
        return list({one.zh: one for one in codes if not one.parent and not one.declined}.values())

    def _is_text(self, name: str) -> bool:
        field = self.mechanism.fields[name]
        return field.type in ("text", "word") and not field.personal


def services(mechanisms: Iterable[Mechanism]) -> Iterator[Service]:
    """Give the services of the mechanisms."""
    for mechanism in mechanisms:
        for action in mechanism.starts():
            rule = mechanism.actions[action]
            asks = any(mechanism.fields[name].type == "place" for name in rule.fields)
            if asks and any(by.role == RESIDENT for by in rule.by):
                yield Service(mechanism, action)


def services_here() -> dict[str, Service]:
    """Give the services of the open office by code. One statement."""
    return {one.code: one for one in services(in_force().values())}


def service_list(call: Call) -> HttpResponse:
    """Give what can be reported here."""
    return call.answer("services", [_listed(call, one) for one in services_here().values()])


def service_definition(call: Call, code: str) -> HttpResponse:
    """Give the attributes of a service."""
    service = service_of(code)
    attributes = [
        _attribute(call, service, name, nth) for nth, name in enumerate(service.attributes, 1)
    ]
    tree = {"service_code": service.code, "attributes": attributes}
    return call.answer("service_definition", tree)


def service_of(code: str) -> Service:
    """Give the service of a code. One statement. Raises CallRefused."""
    try:
        mechanism = current(code.partition("_")[0])
    except MechanismUnknown as unknown:
        raise _unknown(code) from unknown
    found = next((one for one in services([mechanism]) if one.code == code), None)
    if found is None:
        raise _unknown(code)
    return found


def _unknown(code: str) -> CallRefused:
    return CallRefused(
        404, Label(zh=f"没有 service_code “{code}”", en=f"service_code {code!r} was not found")
    )


def _listed(call: Call, service: Service) -> dict[str, Any]:
    return {
        "service_code": service.code,
        "service_name": call.words(service.name),
        "description": call.words(service.notice),
        "metadata": bool(service.attributes),
        "type": "realtime",
        "keywords": ", ".join(one.in_language(call.language) for one in service.keywords) or None,
        "group": call.words(ABOUT[service.mechanism.subject]),
    }


def _attribute(call: Call, service: Service, name: str, nth: int) -> dict[str, Any]:
    field = service.mechanism.fields[name]
    choices = _choices(field)
    shown: dict[str, Any] = {
        "variable": True,
        "code": name,
        "datatype": "singlevaluelist" if choices else TYPES.get(field.type, "string"),
        "required": name in service.mechanism.actions[service.action].required,
        "datatype_description": call.words(field.hint),
        "order": nth,
        "description": call.words(Label(zh=field.zh, en=field.en)),
    }
    if choices:
        shown["values"] = [{"key": key, "name": call.words(label)} for key, label in choices]
    return shown


def _choices(field: FieldRule) -> list[tuple[str, Label]]:
    if field.type == "bool":
        return list(YES_NO)
    if field.type == "area":
        return [(row.path, Label(zh=row.name, en=row.name)) for row in areas_of_office()]
    if field.type == "code":
        codes = code_list(field, at_hand())
        if not codes.open:
            return [(one.code, Label(zh=one.zh, en=one.en)) for one in codes.choices()]
    return []
