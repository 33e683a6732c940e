"""Cases about one thing: how alike, tied and untied, joined by others, counted by different reporters."""

from datetime import UTC, datetime, timedelta

import pytest

from linli.casework.joint.likeness import Report, likeness, shared_words
from linli.casework.joint.topics import Reported, heat, places_named, topics

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def said(key, title, reporter, days=0, **where):
    return Reported(key, title, reporter, NOON - timedelta(days=days), **where)


def test_the_same_words_at_the_same_spot_just_now_are_wholly_alike():
    one = Report("路口路缘石破损", NOON, 121.395, 31.142, "0102")

    assert likeness(one, one).score == 1.0


@pytest.mark.parametrize(("metres", "score"), [(0, 0.55), (125, 0.325), (251, 0.0), (400, 0.0)])
def test_other_words_count_by_the_distance_alone(metres, score):
    one = Report("路缘石破损", NOON, 121.395, 31.142)
    other = Report("夜间施工噪声", NOON, 121.395, 31.142 + metres / 111_195.0)

    assert round(likeness(one, other).score, 3) == score


def test_shared_words_are_counted_by_pairs_of_signs():
    assert shared_words("路灯不亮", "路灯坏了") == pytest.approx(2 / 6)
    assert shared_words("路灯不亮", "路灯不亮！") == 1.0
    assert shared_words("路", "路灯") == 0.0


def test_heat_counts_each_reporter_once_by_the_last_report_and_halves_in_fourteen_days():
    reports = [said("1", "", "甲", 28), said("2", "", "甲", 14), said("3", "", "乙", 0)]

    assert heat(reports, NOON) == 1.5


def test_places_are_named_by_two_signs_and_the_kind_of_place():
    assert places_named("A市丽发新城小区附近搅拌站扰民") == {"丽发新城"}
    assert places_named("投诉A市伊景园滨河苑捆绑车位销售") == {"伊景园", "滨河苑"}


def test_a_group_of_three_takes_in_what_is_alike_to_its_middle_and_a_smaller_one_does_not():
    alike = ["人才购房补贴政策咨询", "人才购房补贴政策咨询一下", "咨询人才购房补贴政策"]
    aside = "关于人才购房补贴"
    three = [said(str(n), title, f"{n}号") for n, title in enumerate(alike)]
    other = said("x", aside, "丙")

    def keys(reports):
        return [sorted(one.key for one in topic.reports) for topic in topics(reports, NOON)]

    assert keys([*three, other]) == [["0", "1", "2", "x"]]
    assert keys([*three[:2], other]) == [["0", "1"]]


def test_reports_of_one_place_and_issue_are_one_topic_and_one_person_is_no_topic():
    reports = [
        said("1", "丽发新城小区旁边的搅拌站噪音扰民", "甲"),
        said("2", "丽发新城附近搅拌站灰尘大，噪音扰民", "乙", 14),
        said("3", "食堂排队太久", "丙"),
        said("4", "食堂排队太久了", "丙"),
    ]

    found = topics(reports, NOON)

    assert [[one.key for one in topic.reports] for topic in found] == [["1", "2"]]
    assert [(topic.reporters, topic.heat) for topic in found] == [(2, 1.5)]
