"""Twelve projects of the self-governance fund, brought to the ballot of a round."""

from street import do

from linli.casework.queries.standing import standing, standing_numbered

FUND = "100000.00"
WORDS = "春暖花开 一二三"
TIERS = ("basic", "better", "special")
PROJECTS = {
    "楼道扶手": 20, "长椅": 12, "晾衣架": 15, "雨棚": 30, "电动车充电": 40, "楼组花园": 18,
    "信箱更新": 9, "读书角": 14, "健身器材": 35, "门禁修缮": 22, "楼道照明": 10, "议事亭": 45,
}  # fmt: skip


def prepared(office, number, skip=()):
    """Bring the projects that are not walked to the ballot; gives their numbers."""
    fund = standing_numbered(number).case
    made = {name: office.balloted(fund, name, f"{cost}000.00", tier=TIERS[place % 3])
            for place, (name, cost) in enumerate(PROJECTS.items()) if name not in skip}  # fmt: skip
    return {name: standing(case).number for name, case in made.items()}


def chosen(numbers):
    return {name for name, number in numbers.items() if standing_numbered(number).state == "won"}


def begun(street, office, name, rule, least=0):
    [number] = street.by(
        "operator",
        lambda person: person.open("self-fund-round", "enrol", name=name, year=2026, budget=FUND, rule=rule, least=least),
    )  # fmt: skip
    street.by("dispatcher", do(number, "fund", amount=FUND, voucher="拨-1"))
    return number
