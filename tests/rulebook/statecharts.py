"""A mechanism as a statechart of python-statemachine (SCXML semantics): an oracle for the interpreter.

One parallel state holds a region for the main state and one for each track. A region moves on an action's event when the
others stand where the action needs them (SCXML's In predicate), so that all move together or none. Automatic actions are
transitions without an event, in the order of the file. Where a case may go is thus told by python-statemachine; what is
not configuration (values, members, clocks) is its datamodel, kept by the rule book's own effects and guards.
"""

from __future__ import annotations

from dataclasses import replace

from statemachine.io import create_machine_class_from_definition

from linli.rulebook.casefile import RULE_ACTOR, StepRefused
from linli.rulebook.deciding.effects import Act, take
from linli.rulebook.deciding.plans import plan_of
from linli.rulebook.deciding.standing import check_last

UNOPENED = "main_unopened"


class World:
    """The chart's datamodel: the case file, the act that an event carries, and the actions taken since."""

    def __init__(self, mechanism, book):
        self.mechanism, self.book, self.state = mechanism, book, None
        self.file, self.act, self.is_opening, self.taken = None, None, False, []

    def automatic_act(self, move):
        """Give an automatic act that follows the one laid before the chart."""
        return Act(move, RULE_ACTOR, self.act.at)

    def offer(self, file, act, *, opening):
        """Lay an event's act before the chart."""
        own = replace(act, move=plan_of(self.mechanism).moves[act.move.key])
        self.file, self.act, self.is_opening, self.taken = file, own, opening, []

    def allows(self, key, act, *, opening=False):
        """Tell whether guard, participant, clocks and tables allow an action, configuration aside."""
        move = plan_of(self.mechanism).moves[key]
        members = {(m.kind, m.key): m.state for m in self.file.members}
        for kind, steps in move.action.participant.items():
            if act.member is None or act.member[0] != kind or members.get(act.member) not in steps:
                return False
        clocks = [self.file.clocks.get(name) for name in move.action.extend]
        if any(reading is None or reading.ended_at for reading in clocks):
            return False
        try:
            if not opening:
                check_last(self.file, move, act.at)
            take(self.mechanism, self.file, act, self.book, opening=opening)
        except StepRefused:
            return False
        return True

    def keep(self, act, *, opening=False):
        """Take the action's effects into the case file."""
        self.file, _ = take(self.mechanism, self.file, act, self.book, opening=opening)
        self.taken.append(act.move.key)


def chart_of(mechanism, world):
    """Give a running chart of the mechanism over this world, nothing opened yet."""
    return _Chart(mechanism).build()(model=world)


def configuration(machine):
    """Give the main state and the state of each track."""
    values = set(machine.configuration_values) - {"case", "main"}
    main = next(value.removeprefix("main_") for value in values if value.startswith("main_"))
    tracks = dict(value.split("__")[1:] for value in values if value.startswith("track__"))
    return main, tracks


class _Chart:
    """The chart of one mechanism. Conditions are asked of the machine that runs: the chart itself keeps nothing."""

    def __init__(self, mechanism):
        self.mechanism = mechanism
        self.moves = plan_of(mechanism).moves

    def build(self):
        regions = {"main": {"states": self.main()}}
        for name, track in self.mechanism.tracks.items():
            regions[f"track_{name}"] = {"states": self.track(name, track)}
        return create_machine_class_from_definition(
            "Case",
            {"case": {"parallel": True, "initial": True, "states": regions}},
            validate_disconnected_states=False,
            validate_trap_states=False,
            validate_final_reachability=False,
            catch_errors_as_events=False,
        )

    def enabled(self, key, machine):
        """Tell whether main state and tracks stand where the action needs them."""
        move, standing = self.moves[key], set(machine.configuration_values)
        opens = [UNOPENED] * (move.action.start and machine.model.is_opening)
        if standing.isdisjoint([*(f"main_{state}" for state in move.origins), *opens]):
            return False
        return all(
            not standing.isdisjoint(f"track__{name}__{start}" for start in steps)
            for name, steps in move.action.track.items()
        )

    def told(self, key):
        """Give the condition of an event's transition."""

        def holds(machine):
            world = machine.model
            return (
                world.act is not None
                and world.act.move.key == key
                and self.enabled(key, machine)
                and world.allows(key, world.act, opening=world.is_opening)
            )

        return holds

    def due(self, key):
        """Give the condition of an automatic transition: due, and none before it in the file is."""

        def holds(machine):
            return self.first_due(machine) == key

        return holds

    def first_due(self, machine):
        world = machine.model
        if UNOPENED in set(machine.configuration_values):
            return None
        for key, move in self.moves.items():
            if not move.triggers or not self.enabled(key, machine):
                continue
            holds = any(trigger is None or trigger.holds(world.file) for trigger in move.triggers)
            if holds and world.allows(key, world.automatic_act(move)):
                return key
        return None

    def main(self):
        states = {UNOPENED: {"initial": True, "value": UNOPENED}}
        for key, state in self.mechanism.states.items():
            states[f"main_{key}"] = {"final": state.final, "value": f"main_{key}"}
        states[UNOPENED]["on"] = {
            f"act_{key}": [self.arc(self.moves[key], self.mechanism.initial_state)]
            for key in self.mechanism.starts()
        }
        for state in self.mechanism.states:
            leaving = [move for move in self.moves.values() if state in move.origins]
            if leaving:
                states[f"main_{state}"]["on"] = {
                    f"act_{m.key}": [self.arc(m, state)] for m in leaving
                }
                states[f"main_{state}"]["transitions"] = [
                    self.drift(m, state) for m in leaving if m.triggers
                ]
        return states

    def arc(self, move, here):
        def keep(machine):
            machine.model.keep(machine.model.act, opening=machine.model.is_opening)

        return {"target": f"main_{move.action.to or here}", "cond": self.told(move.key), "on": keep}

    def drift(self, move, here):
        def keep(machine):
            machine.model.keep(machine.model.automatic_act(move))

        return {"target": f"main_{move.action.to or here}", "cond": self.due(move.key), "on": keep}

    def track(self, name, track):
        states = {
            f"track__{name}__{key}": {
                "initial": key == track.initial,
                "value": f"track__{name}__{key}",
            }
            for key in track.states
        }
        for key, move in self.moves.items():
            for start, end in move.action.track.get(name, {}).items():
                state = states[f"track__{name}__{start}"]
                target = f"track__{name}__{end}"
                arcs = state.setdefault("on", {}).setdefault(f"act_{key}", [])
                arcs.append({"target": target, "cond": self.told(key)})
                if move.triggers:
                    state.setdefault("transitions", []).append(
                        {"target": target, "cond": self.due(key)}
                    )
        return states
