"""Clocks: they run in states that are there, on a known calendar, and breach into possible actions."""

from __future__ import annotations

from linli.rulebook.lint.findings import Findings, Where, text
from linli.rulebook.lint.naming import ACTION
from linli.rulebook.mechanism import BUDGET, Clock

CALENDARS = ("office", "duty")


def check_clocks(findings: Findings) -> None:
    """Check every clock, that one at most is the main one, and that no live state is without any."""
    m = findings.mechanism
    for key, clock in m.clocks.items():
        _check_clock(findings, key, clock)
    if sum(clock.main for clock in m.clocks.values()) > 1:
        findings.say(
            "clock",
            ("clocks",),
            text("主时限只能有一个。", "Only one clock may be the main one."),
            text("请只留一个 main: true。", "Keep one main: true."),
        )
    timed = {
        name
        for clock in m.clocks.values()
        for name in m.states_named([*clock.runs_in, *clock.pauses_in])
    }
    for key, state in () if m.is_register else m.states.items():
        if state.phase in ("intake", "open") and not state.final and key not in timed:
            findings.say(
                "untimed",
                ("states", key),
                text(f"“{state.zh}”没有时限。", f"No clock runs in {key!r}."),
                text("请给它一个时限，免得事项搁在这里。", "Give it one, lest cases rest there."),
                "warning",
            )
    for key, action in m.actions.items():
        for name, budget in action.extend.items():
            if not BUDGET.fullmatch(budget):
                findings.say(
                    "clock",
                    ("actions", key, "extend", name),
                    text(f"延长“{budget}”写法不对。", f"The extension {budget!r} cannot be read."),
                    text("请写成“3 wd”。", "Write it like '3 wd'."),
                )


def _check_clock(findings: Findings, key: str, clock: Clock) -> None:
    m, path = findings.mechanism, ("clocks", key)
    groups = [f"@{group}" for group in m.groups]
    known = [
        *m.states,
        *groups,
        *(f"track.{t}.{s}" for t, track in m.tracks.items() for s in track.states),
    ]
    word = ("状态或轨道状态", "state or track.TRACK.STATE")
    findings.check_known((*path, "runs_in"), word, clock.runs_in, known)
    findings.check_known((*path, "pauses_in"), word, clock.pauses_in, known)
    if not clock.calendar.startswith("="):
        word = ("日历", "calendar")
        findings.check_known((*path, "calendar"), word, [clock.calendar], CALENDARS)
    if both := set(clock.runs_in) & set(clock.pauses_in):
        findings.say(
            "clock",
            path,
            text(
                f"在“{'、'.join(sorted(both))}”既走又停。",
                f"It both runs and pauses in {sorted(both)}.",
            ),
            text("请二者择一。", "Choose one."),
        )
    for part, value in (("budget", clock.budget), ("calendar", clock.calendar)):
        if value.startswith("="):
            _check_table(findings, (*path, part), value[1:], part)
    _check_roll(findings, clock, path)
    if clock.breach:
        _check_breach(findings, key, clock, path)
    if clock.basis is None:
        findings.say(
            "basis",
            path,
            text(f"“{clock.zh}”没有写依据。", f"Clock {key!r} names no basis."),
            text("请写 basis；街道自定的也如实写明。", "Write basis, also when the office set it."),
        )


def _check_roll(findings: Findings, clock: Clock, path: Where) -> None:
    if clock.roll and not _is_in_calendar_days(clock):
        findings.say(
            "clock",
            (*path, "roll"),
            text("只有按日历天计的时限才顺延。", "Only a limit in calendar days rolls."),
            text(
                "请把 budget 写成“10 cd”，或去掉 roll。",
                "Write the budget like '10 cd', or drop roll.",
            ),
        )


def _is_in_calendar_days(clock: Clock) -> bool:
    return clock.budget.startswith("=") or clock.budget.endswith(" cd")


def _check_table(findings: Findings, path: Where, table: str, part: str) -> None:
    """Check that the table a clock asks yields budgets or calendars that are such."""
    m = findings.mechanism
    if not findings.check_known(path, ("判定表", "decision"), [table], m.decisions):
        return
    decision = m.decisions[table]
    if part not in decision.out:
        findings.say(
            "clock",
            path,
            text(f"判定表“{table}”没有输出 {part}。", f"Decision {table!r} yields no {part}."),
            text(f"请在 out 中写 {part}。", f"Add {part} to its out."),
        )
        return
    place = len(decision.in_) + decision.out.index(part)
    for number, row in enumerate(decision.rules):
        if place < len(row) and not _is_said_well(part, row[place]):
            findings.say(
                "clock",
                ("decisions", table, "rules", number),
                text(f"{row[place]} 不是合格的 {part}。", f"{row[place]} is no proper {part}."),
                text(
                    '时限请写成 "5 wd"，日历请写 "office" 或 "duty"。',
                    'Write "5 wd", "office" or "duty".',
                ),
            )


def _is_said_well(part: str, cell: str) -> bool:
    said = cell.strip().strip('"')
    if part == "calendar":
        return said in CALENDARS
    return said == "null" or BUDGET.fullmatch(said) is not None


def _check_breach(findings: Findings, key: str, clock: Clock, path: Where) -> None:
    m, name = findings.mechanism, clock.breach or ""
    if not findings.check_known((*path, "breach"), ACTION, [name], m.actions):
        return
    action = m.actions[name]
    if not any(by.auto == "clock" for by in action.by):
        findings.say(
            "breach",
            (*path, "breach"),
            text(f"动作“{name}”不能由时限触发。", f"Action {name!r} is not for clocks."),
            text("请在它的 by 中加 {auto: clock}。", "Add {auto: clock} to its by."),
        )
    origins = m.states_named(action.from_)
    beyond = [
        state
        for state in m.states_named(clock.runs_in)
        if state in m.states and state not in origins
    ]
    if beyond:
        listed = "、".join(beyond)
        findings.say(
            "breach",
            (*path, "breach"),
            text(f"在“{listed}”到期时，“{name}”办不了。", f"{name!r} is impossible in {listed}."),
            text("请把这些状态加进它的 from。", f"Add them to the from of {name!r} ({key})."),
        )
