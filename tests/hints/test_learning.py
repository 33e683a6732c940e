"""Learning and telling: exact on plain cases, careful about how sure, silent about what it has not seen."""

import pytest
from lessons import past_cases

from linli.hints.keeping import packed, unpacked
from linli.hints.learning import Past, learn, scored
from linli.hints.signs import Shown, rarity, signs_of, weighed


@pytest.fixture(scope="module")
def lesson():
    return learn(past_cases())


def test_signs_are_pairs_and_triples_of_words_and_known_things_alone_and_together():
    signs = signs_of(Shown("路灯，亮", {"area": "/a/", "source": "web", "category": ""}))

    assert sorted(signs) == [
        "@area=/a/", "@area=/a/ + @source=web", "@source=web", "灯亮", "路灯", "路灯亮",
    ]  # fmt: skip


def test_signs_of_fewer_than_three_cases_are_not_kept():
    cases = [signs_of(Shown(words)) for words in ("路灯", "路灯", "路灯", "某人")]

    assert list(rarity(cases)) == ["路灯"]


def test_words_and_known_things_weigh_half_each():
    signs = signs_of(Shown("路灯", {"area": "/a/"}))

    assert weighed(signs, rarity([signs] * 3)) == pytest.approx(
        {"路灯": 0.5**0.5, "@area=/a/": 0.5**0.5}
    )


def test_plain_cases_are_told_right_when_held_out(lesson):
    _model, score = lesson

    assert (score.cases, score.first, score.three, score.macro_f1) == (60, 60, 60, 1.0)


def test_a_guess_gives_its_words_and_is_never_quite_sure(lesson):
    first = lesson[0].guesses(Shown("小区门口垃圾乱堆"))[0]

    assert first.answer == "0201"
    assert "垃圾" in first.reasons
    assert 0.9 < first.sure < 1


def test_nothing_is_said_of_what_was_never_seen(lesson):
    assert lesson[0].guesses(Shown("xyz")) == []


def test_learning_twice_gives_the_same_and_a_kept_model_says_the_same(lesson):
    again, _score = learn(past_cases())
    case = Shown("垃圾满溢", {"area": "/a1/"})

    assert packed(again) == packed(lesson[0])
    assert unpacked(packed(again)).guesses(case) == again.guesses(case)


def test_answers_given_fewer_than_three_times_are_not_learned():
    rare = [Past(Shown("路灯不亮"), "0999")] * 2

    _model, score = learn([*past_cases(), *rare])

    assert score.cases == 60


def test_how_sure_is_what_held_out_cases_bore_out():
    mixed = [Past(Shown("路灯不亮"), "a" if n % 4 else "b") for n in range(80)]

    model, _score = learn(mixed)

    assert model.guesses(Shown("路灯不亮"))[0].sure == pytest.approx(0.75, abs=0.08)


def test_scores_count_wrong_and_silent_cases():
    held = [("a", [("a", 0.9)]), ("a", [("b", 0.5), ("a", 0.4)]), ("b", [])]

    score = scored(held)

    assert (score.cases, score.first, score.three) == (3, 1, 2)
    assert score.macro_f1 == pytest.approx((2 / 3 + 0) / 2)
