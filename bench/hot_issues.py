"""How well hot issues are grouped: recall and precision on 4,326 real messages, for topics that are agreed on.

Run as `python bench/hot_issues.py ../shared/data/citizen-messages-with-likes.xlsx`. There is no gold standard. A
topic's messages are those whose title or body names the place and the trouble, as written in TOPICS below; the group
measured is the one that holds most of them. The grouping sees titles only, as one list, and none of these words.
"""

from __future__ import annotations

import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from openpyxl import load_workbook

from linli.casework.joint.topics import Reported, Topic, topics

AGREED = {
    "丽发新城：搅拌站扰民": (r"丽发新城", r"搅拌|混凝土|水泥|灰尘|粉尘|噪音|扰民|污染"),
    "伊景园滨河苑：捆绑销售车位": (r"滨河苑|伊景园", r"捆绑|车位|广铁|职工"),
}
APART = {"人才购房补贴": (r"人才", r"购房补贴|购房")}


def main(path: Path) -> None:
    """Print the table."""
    rows = _rows(path)
    began = time.perf_counter()
    reports = [Reported(key, title, who, at) for key, who, title, at, _body in rows]
    latest = max(one.at for one in reports)
    found = topics(reports, latest)
    took = time.perf_counter() - began
    print(f"{len(rows)} messages, {len(found)} topics of two people or more, {took:.1f} s")
    for name, words in {**AGREED, **APART}.items():
        print(_line(name, words, rows, found))
    print("the five with most different reporters:")
    for topic in sorted(found, key=lambda topic: -topic.reporters)[:5]:
        print(f"  {topic.reporters:4} people {len(topic.reports):4} messages  {topic.title[:40]}")


def _line(
    name: str,
    words: tuple[str, str],
    rows: list[tuple[str, str, str, datetime, str]],
    found: list[Topic],
) -> str:
    place, trouble = map(re.compile, words)
    told = [(key, f"{title} {body}") for key, _who, title, _at, body in rows]
    wanted = {key for key, text in told if place.search(text) and trouble.search(text)}
    groups = [{one.key for one in topic.reports} for topic in found]
    best = max(groups, key=lambda group: len(group & wanted), default=set())
    hit = len(best & wanted)
    recall, precision = hit / len(wanted), hit / len(best) if best else 0.0
    return f"{name}: {len(wanted)} messages, group of {len(best)}, recall {recall:.2f}, precision {precision:.2f}"


def _rows(path: Path) -> list[tuple[str, str, str, datetime, str]]:
    sheet = load_workbook(path, read_only=True, data_only=True).active
    assert sheet is not None
    rows = []
    for key, who, title, at, body, *_likes in list(sheet.iter_rows(values_only=True))[1:]:
        moment = at if isinstance(at, datetime) else _moment(str(at))
        rows.append(
            (str(key), str(who), str(title).strip(), moment.replace(tzinfo=UTC), str(body or ""))
        )
    return rows


def _moment(text: str) -> datetime:
    day, _space, clock = text.strip().partition(" ")
    year, month, date = map(int, re.split(r"[/-]", day))
    hour, minute = map(int, (clock or "0:0").split(":")[:2])
    return datetime(year, month, date, hour, minute, tzinfo=UTC)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
