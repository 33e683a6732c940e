"""Assignment with capacities: as many as can be, and among those the cheapest. Exact, by successive shortest paths."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field

START, END = ("", "start"), ("", "end")
Node = tuple[str, str]


@dataclass
class _Net:
    """What can still flow from node to node, and what a unit costs; going back gives the cost back."""

    left: dict[Node, dict[Node, int]] = field(default_factory=dict)
    cost: dict[tuple[Node, Node], int] = field(default_factory=dict)

    def join(self, one: Node, other: Node, capacity: int, cost: int = 0) -> None:
        self.left.setdefault(one, {})[other] = capacity
        self.left.setdefault(other, {}).setdefault(one, 0)
        self.cost[one, other], self.cost[other, one] = cost, -cost

    def cheapest_way(self) -> list[Node]:
        """Give the cheapest way from start to end that still has room; nothing when there is none."""
        reached: dict[Node, tuple[int, Node | None]] = {START: (0, None)}
        for _ in self.left:
            if not self._nearer(reached):
                break
        if END not in reached:
            return []
        way: list[Node] = []
        node: Node | None = END
        while node is not None:
            way.append(node)
            node = reached[node][1]
        return way[::-1]

    def _nearer(self, reached: dict[Node, tuple[int, Node | None]]) -> bool:
        changed = False
        for one, (far, _) in list(reached.items()):
            for other, room in self.left[one].items():
                told = far + self.cost[one, other]
                if room and (other not in reached or told < reached[other][0]):
                    reached[other] = told, one
                    changed = True
        return changed

    def send(self, way: list[Node]) -> None:
        """Let as much flow along a way as it has room for."""
        steps = list(itertools.pairwise(way))
        room = min(self.left[one][other] for one, other in steps)
        for one, other in steps:
            self.left[one][other] -= room
            self.left[other][one] += room


def assigned(
    wants: Mapping[str, int], gives: Mapping[str, int], costs: Mapping[tuple[str, str], int]
) -> dict[tuple[str, str], int]:
    """Give how often each (want, give) is put together: most in all, then least cost.

    `wants`, `gives`: how often each is wanted or can be given; `costs`: what each possible pair costs, not below 0.
    """
    net = _Net({START: {}, END: {}})
    for key, number in sorted(wants.items()):
        net.join(START, ("want", key), number)
    for key, number in sorted(gives.items()):
        net.join(("give", key), END, number)
    for (want, give), cost in sorted(costs.items()):
        net.join(("want", want), ("give", give), min(wants[want], gives[give]), cost)
    while way := net.cheapest_way():
        net.send(way)
    flows = {(want, give): net.left["give", give]["want", want] for want, give in sorted(costs)}
    return {pair: flow for pair, flow in flows.items() if flow}
