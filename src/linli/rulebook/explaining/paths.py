"""The paths of a mechanism: which action leads from where to where, by whom, as graphs and as lines of a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from linli.rulebook.deciding.wording import in_words
from linli.rulebook.forms import Codes
from linli.rulebook.guards import parse
from linli.rulebook.mechanism import Action, By, Label, Mechanism

BEGIN = Label(zh="开始", en="Start")
PHASES = {
    "intake": Label(zh="受理", en="Intake"),
    "open": Label(zh="办理", en="Handling"),
    "done": Label(zh="办结", en="Done"),
    "void": Label(zh="不办", en="Void"),
}
FEW = 3
AUTOMATIC = {
    "clock": Label(zh="到时自动", en="by the clock"),
    "schedule": Label(zh="按期自动", en="on schedule"),
    "parent": Label(zh="由上级事项开立", en="by the case that opens it"),
}
EVIDENCE = {
    "photo": Label(zh="照片", en="photo"),
    "file": Label(zh="文件", en="file"),
    "signature": Label(zh="签名", en="signature"),
}
RULED = Label(zh="条件成立时自动", en="when its condition holds")
Moves = Mapping[str, list[tuple[str | None, str | None]]]


@dataclass(frozen=True)
class Row:
    """One way out of a node: an action, by whom, and the node it leads to (None: it stays)."""

    action: str
    label: Label
    who: Label
    target: str | None
    is_automatic: bool


@dataclass(frozen=True)
class Node:
    """A state with the ways out of it. `phase` is empty for tracks and participants."""

    key: str
    label: Label
    phase: str
    rows: tuple[Row, ...]
    is_end: bool = False


@dataclass(frozen=True)
class Graph:
    """States and what leads from one to another, under headings; `key` is empty for the main path."""

    key: str
    title: Label
    groups: tuple[tuple[Label | None, tuple[Node, ...]], ...]

    @property
    def nodes(self) -> list[Node]:
        """Give all nodes in order."""
        return [node for _heading, nodes in self.groups for node in nodes]


@dataclass(frozen=True)
class Line:
    """One action as a line of a table: who, from where, to where, on which condition, and what else it does."""

    action: str
    label: Label
    who: Label
    origins: Label
    target: Label | None
    condition: Label | None
    more: tuple[Label, ...]
    is_automatic: bool


def graphs(mechanism: Mechanism) -> list[Graph]:
    """Give the main path, then each track and each kind of participant."""
    return [_main(mechanism), *_tracks(mechanism), *_participants(mechanism)]


def anywhere(mechanism: Mechanism) -> list[str]:
    """Give the actions that no graph draws: they may be taken in many states and move none."""
    drawn = {row.action for graph in graphs(mechanism) for node in graph.nodes for row in node.rows}
    return [key for key in mechanism.actions if key not in drawn]


def lines(mechanism: Mechanism, book: Codes) -> list[Line]:
    """Give every action as a line, in the order of the file."""
    return [_line(mechanism, key, rule, book) for key, rule in mechanism.actions.items()]


def who(mechanism: Mechanism, rule: Action) -> Label:
    """Give who takes an action, in words."""
    return joined(_by(mechanism, by) for by in rule.by)


def joined(labels: Iterable[Label]) -> Label:
    """Give several labels as one, each once."""
    listed = list({label.zh: label for label in labels}.values())
    return Label(
        zh="、".join(one.zh for one in listed) or "—", en=", ".join(one.en for one in listed) or "—"
    )


def _by(mechanism: Mechanism, by: By) -> Label:
    if by.auto:
        return AUTOMATIC.get(by.auto, RULED)
    if by.role == "resident":
        return Label(zh="居民", en="Resident")
    role = mechanism.roles[by.role or ""]
    return Label(zh=role.zh, en=role.en)


def _row(mechanism: Mechanism, key: str, target: str | None) -> Row:
    rule = mechanism.actions[key]
    return Row(
        action=key,
        label=Label(zh=rule.zh, en=rule.en),
        who=who(mechanism, rule),
        target=target,
        is_automatic=all(by.auto for by in rule.by),
    )


def _main(mechanism: Mechanism) -> Graph:
    begin = Node(
        "",
        BEGIN,
        "",
        tuple(
            _row(mechanism, key, mechanism.actions[key].to or mechanism.initial_state)
            for key in mechanism.starts()
        ),
    )
    groups: list[tuple[Label | None, tuple[Node, ...]]] = [(None, (begin,))]
    for phase, heading in PHASES.items():
        nodes = tuple(
            Node(
                key,
                Label(zh=state.zh, en=state.en),
                phase,
                tuple(_leaving(mechanism, key)),
                is_end=state.final,
            )
            for key, state in mechanism.states.items()
            if state.phase == phase
        )
        if nodes:
            groups.append((heading, nodes))
    return Graph("", mechanism.title, tuple(groups))


def _leaving(mechanism: Mechanism, state: str) -> Iterator[Row]:
    for key, rule in mechanism.actions.items():
        origins = mechanism.states_named(rule.from_)
        if rule.start or state not in origins:
            continue
        stays = rule.to is None
        if not stays or (len(origins) <= FEW and not rule.track and not rule.participant):
            yield _row(mechanism, key, rule.to)


def _tracks(mechanism: Mechanism) -> Iterator[Graph]:
    for name, track in mechanism.tracks.items():
        moves: dict[str, list[tuple[str | None, str | None]]] = {
            key: list(rule.track[name].items())
            for key, rule in mechanism.actions.items()
            if name in rule.track
        }
        yield _small(mechanism, name, Label(zh=track.zh, en=track.en), track.states, moves)


def _participants(mechanism: Mechanism) -> Iterator[Graph]:
    for name, kind in mechanism.participants.items():
        moves: dict[str, list[tuple[str | None, str | None]]] = {}
        for key, rule in mechanism.actions.items():
            if name in rule.invite:
                moves.setdefault(key, []).append((None, kind.initial))
            moves.setdefault(key, []).extend(rule.participant.get(name, {}).items())
        yield _small(mechanism, name, Label(zh=kind.zh, en=kind.en), kind.states, moves)


def _small(
    mechanism: Mechanism, key: str, title: Label, states: Mapping[str, Label], moves: Moves
) -> Graph:
    """Give the graph of a track or a kind of participant."""

    def rows(origin: str | None) -> tuple[Row, ...]:
        return tuple(
            _row(mechanism, action, target)
            for action, pairs in moves.items()
            for begun, target in pairs
            if begun == origin
        )

    nodes = [Node(name, label, "", rows(name)) for name, label in states.items()]
    first = rows(None)
    begin = [Node("", BEGIN, "", first)] if first else []
    return Graph(key, title, ((None, (*begin, *nodes)),))


def _line(mechanism: Mechanism, key: str, rule: Action, book: Codes) -> Line:
    origins = [mechanism.states[state] for state in mechanism.states_named(rule.from_)]
    target = rule.to or (mechanism.initial_state if rule.start else None)
    state = mechanism.states[target] if target else None
    return Line(
        action=key,
        label=Label(zh=rule.zh, en=rule.en),
        who=who(mechanism, rule),
        origins=BEGIN if rule.start else joined(origins),
        target=Label(zh=state.zh, en=state.en) if state else None,
        condition=_condition(mechanism, rule, book),
        more=tuple(_more(mechanism, rule)),
        is_automatic=all(by.auto for by in rule.by),
    )


def guard_in_words(text: str, mechanism: Mechanism, book: Codes) -> Label:
    """Give a guard in words; 'true' is “always”."""
    if text == "true":
        return Label(zh="一到此状态即办", en="as soon as it gets there")
    return in_words(parse(text, mechanism), mechanism, book)


def _condition(mechanism: Mechanism, rule: Action, book: Codes) -> Label | None:
    ruled = [by.auto for by in rule.by if by.auto and by.auto not in AUTOMATIC]
    texts = [text for text in (rule.when, *ruled) if text]
    said = [guard_in_words(text, mechanism, book) for text in texts]
    if not said:
        return None
    return Label(zh="；".join(one.zh for one in said), en="; ".join(one.en for one in said))


def _more(mechanism: Mechanism, rule: Action) -> Iterator[Label]:
    for name, moves in rule.track.items():
        track = mechanism.tracks[name]
        for origin, target in moves.items():
            a, b = track.states[origin], track.states[target]
            yield Label(zh=f"{track.zh}：{a.zh} → {b.zh}", en=f"{track.en}: {a.en} → {b.en}")
    for name, moves in rule.participant.items():
        kind = mechanism.participants[name]
        for origin, target in moves.items():
            a, b = kind.states[origin], kind.states[target]
            yield Label(zh=f"{kind.zh}：{a.zh} → {b.zh}", en=f"{kind.en}: {a.en} → {b.en}")
    for name in rule.invite:
        kind = mechanism.participants[name]
        yield Label(zh=f"邀请{kind.zh}", en=f"Invites: {kind.en}")
    if rule.entry:
        entries = mechanism.entries[rule.entry]
        yield Label(zh=f"记一条“{entries.zh}”", en=f"Adds an entry: {entries.en}")
