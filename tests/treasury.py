"""Money in tests: who pays into a fund, brings projects to the ballot, approves and pays."""

from datetime import timedelta

from townsfolk import AT

from linli.budget.actions import open_case, perform
from linli.casework.queries.standing import standing
from linli.rulebook.casefile import Exhibit

ROUND, PROJECT = "self-fund-round", "self-fund"
NAMES = (
    "王小明",
    "李四",
    "欧阳春晓",
    "赵六",
    "钱七",
    "孙八",
    "周九",
    "吴十",
    "郑一",
    "冯二",
    "陈三",
    "褚五",
)


class Treasury:
    """Takes actions as the person whose duty it is, each under a key of its own."""

    def __init__(self, folk, at=AT, pace=timedelta(minutes=1)):
        self.folk, self.at, self.pace, self.keys = folk, at, pace, 0

    def _call(self, verb, who, **asked):
        self.keys += 1
        self.at += self.pace
        return verb(by=self.folk.actor(who, self.at), at=self.at, key=f"k{self.keys}", **asked)

    def open(self, who, mechanism, action, **form):
        made = self._call(
            open_case, who, mechanism=mechanism, action=action, form=form, area=self.folk.committee
        )
        return made.case_id

    def act(self, who, case, action, files=(), verb=perform, **form):
        exhibits = [
            Exhibit(kind, tag, f"{tag}-{self.keys}".encode().hex().ljust(64, "0"))
            for tag, kind in files
        ]
        return self._call(
            verb, who, case=case, action=action, form=form, exhibits=exhibits, revision=None
        )

    def round(self, budget="50000.00", paid_in="50000.00", rule="greedy", name="春季"):
        fund = self.open(
            "operator",
            ROUND,
            "enrol",
            name=name,
            year=2025,
            budget=budget,
            rule=rule,
            least=0,
        )
        self.act("dispatcher", fund, "fund", amount=paid_in, voucher="拨-1")
        return fund

    def balloted(self, fund, name, cost, tier="basic"):
        number = standing(fund).number
        case = self.open("collector", PROJECT, "propose", round=number, name=name, aim="方便邻里")
        self.act(
            "collector",
            case,
            "form_up",
            tier=tier,
            served=10,
            cost=cost,
            own="0.00",
            plan="明细",
        )
        self.act("operator", case, "check")
        self.act("collector", case, "hear", [("minutes", "file")], heard="同意")
        for mark in (80, 85, 90):
            self.act("verifier", case, "judge", mark=mark)
        self.act("operator", case, "put_on_ballot")
        return case

    def approved(self, fund, name, cost):
        case = self.balloted(fund, name, cost)
        self.act("operator", case, "win", votes=9)
        self.at += timedelta(days=8)
        self.act("supervisor", case, "approve", granted=cost)
        return case

    def line(self, allotted="100000.00", name="实事项目", year=2025):
        line = self.open(
            "operator", "budget-line", "enrol", name=name, year=year, kind="projects",
            planned=allotted,
        )  # fmt: skip
        self.act("dispatcher", line, "allot", amount=allotted, voucher="拨-7")
        return line

    def livelihood(self, line, name, budget, kind="infrastructure", stages=("开工", "完工")):
        """A livelihood project with its budget granted and its milestones planned."""
        case = self.open(
            "collector", "livelihood-project", "propose", name=name, kind=kind, year=2025,
            aim="便民", served=40,
        )  # fmt: skip
        self.act("collector", case, "hold_meeting", [("minutes", "file")], came=12, heard="同意")
        self.act(
            "supervisor", case, "approve", line=standing(line).number, budget=budget,
            unit=self.folk.bodies["市政服务中心"], leader="副主任",
        )  # fmt: skip
        for stage in stages:
            self.act("lead", case, "plan_stage", stage=stage, planned_on="2025-09-01")
        return case
