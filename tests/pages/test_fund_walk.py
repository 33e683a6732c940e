"""A round of the self-governance fund with twelve projects, walked in the browser from the call to the last account.

One project goes through every page; the eleven others stand beside it on the ballot. A second round, counted by Equal
Shares, shows what the rule changes. Pictures for the documents are taken on the way.
"""

from contextlib import ExitStack
from datetime import timedelta

import pytest
import time_machine
from browsing import visit
from django.utils import timezone
from street import Street, do
from treasury import Treasury
from twelve import FUND, PROJECTS, WORDS, begun, chosen, prepared

from linli.budget.queries import balance_of, fund_view
from linli.casework.queries.standing import standing_numbered
from linli.project.__main__ import main
from linli.registry.isolation import office_transaction

# Forty households of the north wing want the first six, twenty of the south wing the last three, some both.
NORTH = ("楼道扶手", "长椅", "晾衣架", "雨棚", "电动车充电", "楼组花园")
SOUTH = ("门禁修缮", "楼道照明", "议事亭")
CAST = [NORTH] * 40 + [SOUTH] * 20 + [("信箱更新", "读书角", "楼道照明")] * 3


def ballots(numbers):
    lines = ["META", "key;value", f"budget;{FUND}", "vote_type;approval", "PROJECTS"]
    lines += ["project_id;cost", *(f"{numbers[name]};{cost}000" for name, cost in PROJECTS.items())]
    lines += ["VOTES", "voter_id;vote"]
    lines += [f"{n};{','.join(numbers[one] for one in vote)}" for n, vote in enumerate(CAST, 1)]
    return "\n".join(lines).encode()


def count(number, numbers):
    """Draw the lot, bring the ballots and count, on the page of the round."""

    def walked(person):
        page = person.page
        page.goto(f"{person.address}/staff/budget/{number}/round/")
        page.get_by_label("现场说出的词句").fill(WORDS)
        page.get_by_role("button", name="抽签").click()
        page.locator("#ballots").wait_for()
        file = {"name": "ballots.pb", "mimeType": "text/plain", "buffer": ballots(numbers)}
        page.locator("#ballots").set_input_files(file)
        with page.expect_navigation():
            page.get_by_role("button", name="收下选票").click()
        with page.expect_navigation():
            page.get_by_role("button", name="计票", exact=True).click()
        page.get_by_role("heading", name="计票结果").wait_for()

    return walked


@pytest.fixture
def street(browser, live_server, folk):
    with ExitStack() as day:
        yield Street(browser, live_server.url, day)


def to_the_ballot(street, round_, photo):
    [number] = street.by(
        "collector",
        lambda person: person.open("self-fund", "propose", round=round_, name="楼道扶手", aim="老人上下楼扶得住"),
    )  # fmt: skip
    street.by("collector", do(number, "form_up", tier="basic", served=36, cost="20000.00", own="0.00", plan="扶手 60 米；自治小组五人"))  # fmt: skip
    street.by("operator", do(number, "check"))
    street.by("collector", do(number, "hear", [photo], heard="赞成；底层希望不挡信箱"))
    street.by("verifier", *(do(number, "judge", mark=mark) for mark in (86, 90, 92)))
    street.by("operator", do(number, "put_on_ballot"))
    return number


def carried_out(street, number, photo):
    street.by("supervisor", do(number, "approve", granted="20000.00"))
    street.by("collector", do(number, "sign", [photo], amount="18000.00", payee="木艺社"))
    street.by("dispatcher", do(number, "pay", [photo], amount="9000.00", voucher="记-31"))
    street.by("collector", do(number, "adjust", change="扶手改为木质", moved="1500.00"),
              do(number, "ask_change", change="另加底层坡道", reason="轮椅要过"))  # fmt: skip
    street.by("supervisor", do(number, "allow", reason="在批准金额之内"))
    street.by("collector", do(number, "note_progress", [photo], done="六层已装好"))
    street.by("operator", do(number, "accept", [photo]))
    street.by("dispatcher", do(number, "pay", [photo], amount="9000.00", voucher="记-58"))
    street.by("collector", do(number, "appraise", valid=30, pleased=28))
    street.by("operator", do(number, "give_back", amount="2000.00"), do(number, "settle"))


def test_a_round_of_twelve_projects_from_the_call_to_the_last_account(
    street, folk, pictures, tmp_path
):
    photo = pictures["after"]
    office = Treasury(folk, at=timezone.now() - timedelta(minutes=5), pace=timedelta(seconds=1))  # noqa: TID251 - the pages go by the real clock
    round_ = begun(street, office, "春季自治金", "greedy")
    walked = to_the_ballot(street, round_, photo)
    with office_transaction(folk.office):
        numbers = {"楼道扶手": walked, **prepared(office, round_, skip=("楼道扶手",))}
    street.by("operator", do(round_, "print_ballot"), count(round_, numbers))
    street.picture(f"/staff/budget/{round_}/round/", "fund-round", "operator")
    street.picture(f"/rounds/{round_}/", "fund-round-on-a-phone")

    street.next_day()
    with time_machine.travel(timezone.now() + timedelta(days=8)):  # noqa: TID251 - past the notice
        carried_out(street, walked, photo)
        street.picture(f"/staff/budget/{round_}/", "fund", "director")

    with office_transaction(folk.office):
        assert chosen(numbers) == {"长椅", "晾衣架", "楼组花园", "雨棚"}
        assert standing_numbered(walked).state == "settled"
        paid = balance_of(standing_numbered(walked).case)
        total = fund_view(standing_numbered(round_).case).total
    assert (str(paid.paid), str(paid.granted)) == ("18000.00", "18000.00")
    assert (str(total.allocation), str(total.free)) == (FUND, "82000.00")
    file = tmp_path / "round.pb"
    with visit(street.browser) as page:
        file.write_bytes(page.request.get(f"{street.address}/rounds/{round_}/votes.pb").body())
    assert main(["fund", "count", str(file)]) == 0


def test_the_same_ballots_by_equal_shares_leave_something_for_the_few(street, folk):
    office = Treasury(folk, at=timezone.now() - timedelta(minutes=5), pace=timedelta(seconds=1))  # noqa: TID251 - as above
    round_ = begun(street, office, "春季自治金", "shares")
    with office_transaction(folk.office):
        numbers = prepared(office, round_)
    street.by("operator", do(round_, "print_ballot"), count(round_, numbers))
    street.picture(f"/staff/budget/{round_}/round/", "fund-round-by-shares", "operator")

    with office_transaction(folk.office):
        won = chosen(numbers)
    assert won == {"长椅", "晾衣架", "楼组花园", "楼道扶手", "楼道照明", "门禁修缮"}
