"""`linli book mutate | walk | tell | clones`: how well the mechanisms of the book are proved, by their own stories."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from linli.project.commands.authors.reading import all_stories, mechanism_or_refused, sound_book
from linli.project.progress import Refused, say, worded
from linli.rulebook.covering.coverage import repository_of
from linli.rulebook.covering.survivors import judged, read_list, text_of
from linli.rulebook.loading import FOLDER, Book, shipped
from linli.rulebook.mechanism import Label
from linli.rulebook.ownbook import own_folder
from linli.rulebook.ownbook.checking import story_beside
from linli.rulebook.proving.drafting import NothingToTell, drafted
from linli.rulebook.proving.filling import filled
from linli.rulebook.proving.judging import Judgement, cores, judge
from linli.rulebook.proving.likeness import nearest, shape_of, twins
from linli.rulebook.proving.strolling import Stroll, stroll
from linli.rulebook.proving.tightening import tightened
from linli.rulebook.stories import read_story

VERBS = ("mutate", "walk", "tell", "clones")
STEPS = 20_000
SURVIVORS = "docs/survivors.yaml"


def show(options: argparse.Namespace) -> int:
    """Run one of the proofs over one mechanism, or over all of them."""
    book, is_whole = sound_book()
    if options.path:
        mechanism_or_refused(book, options.path)
    keys = [options.path] if options.path else sorted(book.mechanisms)
    verb = {"mutate": _mutate, "walk": _walk, "tell": _tell, "clones": _clones}[options.verb]
    return verb(book, keys, options) or (0 if is_whole or options.path else 1)


def _mutate(book: Book, keys: list[str], options: argparse.Namespace) -> int:
    """Plant faults and list the survivors; refuse where fewer than 95 in 100 are noticed.

    With --write what was found is kept in docs/survivors.yaml, for the shipped mechanisms.
    """
    stories = all_stories()
    found = []
    for key in keys:
        found.append(judge(key, book, stories[key], cores=cores()))
        if not options.json:
            say(_in_words(found[-1]))
        if options.write:
            _record(book, found[-1])
    if options.json:
        told = [asdict(one) for one in found]
        say(json.dumps(told, ensure_ascii=False, indent=1, default=Label.model_dump))
    return 0 if all(one.is_enough for one in found) else 1


def _record(book: Book, found: Judgement) -> None:
    root = repository_of(FOLDER)
    if root is None or found.key not in shipped().mechanisms:
        return
    file = root / SURVIVORS
    file.write_text(text_of(judged(read_list(file), book, [found])), encoding="utf-8")


def _in_words(one: Judgement) -> str:
    share = 100 * one.caught / max(1, one.planted)
    mark = "✓" if one.is_enough else "✗"
    head = worded(
        f"{mark} {one.key}：种下 {one.planted} 处错，发现 {one.caught} 处（{share:.1f}%），"
        f"写法 {one.by_shape}、检查 {one.by_lint}、故事 {one.by_story}",
        f"{mark} {one.key}: {one.planted} faults planted, {one.caught} noticed ({share:.1f} %):"
        f" shape {one.by_shape}, lint {one.by_lint}, story {one.by_story}",
    )
    lines = [
        f"  {one.key}.yaml:{left.line}: {left.where} → {left.said}  {worded(left.cure.zh, left.cure.en)}"
        for left in one.survivors
    ]
    return "\n".join([head, *lines])


def _walk(book: Book, keys: list[str], options: argparse.Namespace) -> int:
    """Walk every mechanism; refuse when a case strands; name actions that no way was found to."""
    share = max(1, (options.steps or STEPS) // len(keys))
    found = [stroll(book.mechanisms[key], book, steps=share, seed=options.seed) for key in keys]
    if options.json:
        say(json.dumps([vars(one) for one in found], ensure_ascii=False, indent=1))
    else:
        say("\n".join(_walked(one) for one in found))
    return 1 if any(one.stranded for one in found) else 0


def _walked(one: Stroll) -> str:
    mark = "✗" if one.stranded else "✓"
    ends = ", ".join(f"{state} {count}" for state, count in one.ends.most_common())
    head = worded(
        f"{mark} {one.key}：{one.cases} 件，{one.steps} 步，拒绝 {one.refused} 次，查看 {one.places} 处，走到终态：{ends}",
        f"{mark} {one.key}: {one.cases} cases, {one.steps} steps, {one.refused} refusals,"
        f" {one.places} places searched; ended in {ends}",
    )
    lost = [worded(f"  走不到头：{where}", f"  stranded: {where}") for where in one.stranded[:5]]
    never = ", ".join(one.untaken)
    missed = [worded(f"  未找到走法：{never}", f"  no way found to: {never}")] if never else []
    return "\n".join([head, *lost, *missed])


def _tell(book: Book, keys: list[str], options: argparse.Namespace) -> int:
    """Write into a story what it leaves unsaid, and scenes that notice the faults it lets pass; or print it first."""
    stories, own = all_stories(), own_folder()
    if own is not None and not options.path:
        keys = [key for key in keys if own in book.files[key].parents]
    for key in keys:
        file = story_beside(book.files[key])
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        if text and key not in stories:
            continue
        if text:
            whole = filled(book.mechanisms[key], stories[key], text, book)
            whole = tightened(book.mechanisms[key], read_story(whole, file.name), whole, book)
        else:
            whole = _drafted(book, key)
        if options.write:
            file.write_text(whole, encoding="utf-8")
        elif whole != text:
            say(whole)
    return 0


def _drafted(book: Book, key: str) -> str:
    """Draft a story where there is none; what no way was found to show stands at its head."""
    try:
        text, untold = drafted(book.mechanisms[key], book)
    except NothingToTell as nothing:
        raise Refused(
            f"“{key}”没有找到任何走法：没有人能新开一件。请看检查的结果，或自己写故事",
            f"no way through {key!r} was found: nobody can open one. See what the check says, or tell it yourself",
        ) from nothing
    return "".join(f"# 待补：{one}\n" for one in untold) + text


def _clones(book: Book, keys: list[str], options: argparse.Namespace) -> int:
    """List how much of each file stands in another, and the shapes; refuse two with one graph."""
    found = [one for one in nearest(book.mechanisms) if one.key in keys]
    same = twins(book.mechanisms.values())
    if options.json:
        shapes = {key: shape_of(book.mechanisms[key]) for key in keys}
        listed = {"likeness": [asdict(one) for one in found], "twins": same, "shapes": shapes}
        say(json.dumps(listed, ensure_ascii=False, indent=1))
        return 1 if same else 0
    for one in found:
        say(f"{one.share:6.1%}  {one.key}  →  {one.nearest}")
    for first, second in same:
        say(
            worded(
                f"✗ {second} 与 {first} 同图同型：请并为一个机制，用代码表区分",
                f"✗ {second} and {first} have one graph and one set of field types: make them one with a code list",
            )
        )
    return 1 if same else 0
