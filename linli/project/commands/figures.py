"""`linli figures`: a figure read at the console, with numerator, denominator and breakdown."""

from __future__ import annotations

import argparse
import json
from typing import Any

from linli.figures.periods import period_named
from linli.figures.queries import Reading, Value, figure_keys, figure_named, read
from linli.project.commands.office import inside, office_named, said
from linli.project.progress import Refused, say, worded
from linli.registry.queries import areas_of_office
from linli.rulebook.loading import shipped


def figures(options: argparse.Namespace) -> int:
    """Read a figure, or list those there are."""
    with inside(office_named(options.office)):
        if options.verb == "list":
            _list()
            return 0
        if not options.key or not options.period:
            raise Refused("请写明指标和 --period", "name the figure and a --period")
        reading = read(
            options.key,
            period_named(options.period),
            place=_path(options.place),
            by=options.by,
            book=shipped(),
        )
    say(json.dumps(_plain(reading), ensure_ascii=False) if options.json else _in_words(reading))
    return 0


def _list() -> None:
    for key in figure_keys():
        say(f"{key:<40} {said(figure_named(key)[0].label)}")


def _path(code: str | None) -> str | None:
    if code is None:
        return None
    found = [area.path for area in areas_of_office() if code == area.code]
    if not found:
        raise Refused(f"没有区划 {code}", f"there is no division {code}")
    return found[0]


def _plain(reading: Reading) -> dict[str, Any]:
    decimals = reading.figure.decimals
    return {
        "figure": reading.figure.key,
        "label": {"zh": reading.figure.label.zh, "en": reading.figure.label.en},
        "words": {"zh": reading.words.zh, "en": reading.words.en},
        "period": reading.period.text,
        "start": reading.period.start.isoformat(),
        "end": reading.period.end.isoformat(),
        "place": reading.place,
        **_value(reading.value, decimals),
        **({"by": reading.by} if reading.by else {}),
        **(
            {
                "parts": [
                    {"key": part.key, "label": part.label.zh, **_value(part.value, decimals)}
                    for part in reading.slices
                ]
            }
            if reading.by
            else {}
        ),
    }


def _value(value: Value, decimals: int) -> dict[str, Any]:
    exact = value.exact
    return {
        "numerator": str(value.num),
        "denominator": None if value.den is None else str(value.den),
        "value": None if exact is None else str(exact),
        "printed": value.printed(decimals).zh,
    }


def _in_words(reading: Reading) -> str:
    lines = [
        f"{said(reading.figure.label)}  {said(reading.period.label)}  {said(reading.place_name)}",
        f"  {said(reading.words)}",
        f"  {_printed(reading, reading.value)}",
        *(f"  {said(part.label):<24} {_printed(reading, part.value)}" for part in reading.slices),
    ]
    return "\n".join(lines)


def _printed(reading: Reading, value: Value) -> str:
    printed = said(value.printed(reading.figure.decimals))
    if value.den is None:
        return printed
    return worded(f"{printed}（{value.num}/{value.den}）", f"{printed} ({value.num}/{value.den})")
