"""Questions about the gazetteer: addresses by what somebody types, and where an address in a text lies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from linli.registry.gazetteer.parsing import Address as Parts
from linli.registry.gazetteer.parsing import addresses_in, plain_text
from linli.registry.models import Address, Estate
from linli.registry.queries import area_names

FEW = 10


@dataclass(frozen=True)
class KnownAddress:
    """An address of the gazetteer: as it is written, in whose ground it lies, and where, in WGS-84."""

    words: str
    area: str
    area_name: str
    lon: float | None
    lat: float | None
    datum: str


def address_count() -> int:
    """Give how many addresses are known. One statement."""
    return Address.objects.count()


def addresses_like(words: str, *, most: int = FEW) -> list[KnownAddress]:
    """Give the known addresses that hold the words, the shortest first. Two statements."""
    plain = plain_text(words.strip())
    rows = Address.objects.filter(words__contains=plain) if plain else Address.objects.all()
    return _told(rows.order_by(Length("words"), "words")[:most])


def offered_for(text: str, *, most: int = FEW) -> list[KnownAddress]:
    """Give the known addresses for what somebody types: those that hold it, or those that it names somewhere."""
    if len(plain_text(text.strip())) < 2:  # noqa: PLR2004 - one letter is no beginning
        return []
    return (
        addresses_like(text, most=most)
        or [one for parts in addresses_in(text, known_names()) for one in _nearest(parts)][:most]
    )


def known_names() -> frozenset[str]:
    """Give the names that addresses begin with: roads, estates, villages. Two statements."""
    rows = Address.objects.values_list("road", "estate", "village").distinct()
    estates = Estate.objects.values_list("name", "aliases")
    named = {name for row in rows for name in row}
    named |= {name for one, others in estates for name in (one, *others)}
    return frozenset(named - {""})


def located(text: str) -> KnownAddress | None:
    """Give the known address, with its position, that a text names: a house, a lane, an estate or a village.

    A road alone is too long to stand for a place. None for a text that names nothing known.
    """
    for parts in addresses_in(text, known_names()):
        ways = [*_narrowings(parts)]
        for narrowed in ways[:-1] if parts.road else ways:
            rows = Address.objects.filter(narrowed, lon__isnull=False)
            found = _told(rows.order_by(Length("words"), "words")[:1])
            if found:
                return found[0]
    return None


def _nearest(parts: Parts) -> list[KnownAddress]:
    """Give the known addresses nearest to one that was read: the house, else its lane, else the road or estate itself."""
    for narrowed in _narrowings(parts):
        found = _told(Address.objects.filter(narrowed).order_by(Length("words"), "words")[:FEW])
        if found:
            return found
    return []


def _narrowings(parts: Parts) -> Iterator[Q]:
    within = Q(road=parts.road) if parts.road else Q(estate=parts.estate, village=parts.village)
    if not (parts.road or parts.estate or parts.village):
        return
    if parts.number:
        yield within & Q(lane=parts.lane, number=parts.number)
    if parts.lane:
        yield within & Q(lane=parts.lane)
    yield within & Q(lane="", number="")


def _told(rows: QuerySet[Address]) -> list[KnownAddress]:
    found = list(rows)
    names = area_names(row.area for row in found)
    return [
        KnownAddress(row.words, row.area, names.get(row.area, ""), row.lon, row.lat, row.datum)
        for row in found
    ]
