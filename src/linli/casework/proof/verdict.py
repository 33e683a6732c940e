"""What a check of the journal found: counts, and the broken steps in the order of the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from linli.rulebook.mechanism import Label

COUNTS = ("steps", "positions", "values", "erased", "unreadable", "checkpoints")
WRONGS = {
    "changed": Label(zh="内容被改动", en="its content was changed"),
    "chain": Label(zh="与上一步不相接", en="it does not follow from the step before"),
    "missing": Label(zh="步骤缺失", en="the step is missing"),
    "value": Label(zh="封存内容被改动", en="a sealed value was changed"),
    "gone": Label(zh="封存内容缺失且无删除记录", en="a sealed value is gone without a note"),
    "case": Label(zh="案件与最后一步不符", en="the case row and its last step differ"),
    "log": Label(zh="日志位置与步骤不符", en="its place in the log was changed"),
    "gap": Label(zh="日志位置不连续", en="the log has a gap before it"),
    "root": Label(zh="此前的日志与检查点不符", en="the log up to it and its checkpoint differ"),
    "destroyed": Label(zh="销毁登记被改动", en="its line in the destruction register was changed"),
    "subtree": Label(
        zh="此前的日志与保存的子树根不符", en="the log up to it and a kept root of it differ"
    ),
    "signature": Label(
        zh="检查点签名无效", en="the checkpoint up to it is not signed by the office"
    ),
}


@dataclass(frozen=True)
class Fault:
    """Something broken: `wrong` is a key of WRONGS; a root or signature names the last step it covers."""

    wrong: str
    case: int
    seq: int
    field: str = ""
    number: str = ""
    position: int | None = None


@dataclass(frozen=True)
class Verdict:
    """What the proof found. `unreadable` values are encrypted with a key that is not on this machine."""

    steps: int
    positions: int
    values: int
    erased: int
    unreadable: int
    checkpoints: int
    faults: tuple[Fault, ...]

    @property
    def is_sound(self) -> bool:
        """True when nothing is broken."""
        return not self.faults

    @property
    def first(self) -> Fault | None:
        """Give the broken step that stands first in the log; one without a place comes last."""
        return self.faults[0] if self.faults else None

    @property
    def sentence(self) -> Label:
        """Give the verdict in words."""
        first = self.first
        if first is None:
            return Label(
                zh=f"全部 {self.steps} 步、{self.values} 项封存内容、{self.checkpoints} 个检查点核验无误"
                f"（已依规删除 {self.erased} 项，缺密钥未验 {self.unreadable} 项）。",
                en=f"All {self.steps} steps, {self.values} sealed values and {self.checkpoints} "
                f"checkpoints hold ({self.erased} values erased on record, {self.unreadable} not "
                "checked for want of the key).",
            )
        wrong = WRONGS[first.wrong]
        about = f" ({first.field})" if first.field else ""
        return Label(
            zh=f"首个问题：{first.number} 第 {first.seq} 步{about}：{wrong.zh}。",
            en=f"First broken: step {first.seq} of {first.number}{about}: {wrong.en}.",
        )


def together(parts: Iterable[Verdict]) -> Verdict:
    """Give the verdict over all parts of a journal, the faults in the order of the log."""
    found = list(parts)
    counts = {name: sum(getattr(part, name) for part in found) for name in COUNTS}
    faults = sorted((fault for part in found for fault in part.faults), key=_order)
    return Verdict(**counts, faults=tuple(faults))


def _order(fault: Fault) -> tuple[float, str, int]:
    place = float("inf") if fault.position is None else fault.position
    return place, fault.number, fault.seq
