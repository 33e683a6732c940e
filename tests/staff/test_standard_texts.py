"""Standard texts: kept by those who keep the book, offered filled in under text questions, put in by one press."""

import pytest
from walking import CATEGORY, act, hidden, log_in, report, text

from linli.casework.tables.phrases import Phrase
from linli.registry.isolation import office_transaction
from linli.registry.models import Post

PAGE = "/staff/phrases/"
SAID = "编号 <number> 不属本街道（<area>）管辖，请向所在街道反映。"


@pytest.fixture
def keeper(folk):
    with office_transaction(folk.office):
        post = Post.objects.get(holding__account_id=folk.accounts["director"])
        post.duties = [*dict.fromkeys([*post.duties, "book"])]
        post.save()
    return log_in("director")


def keep(client, name="不属本街道", said=SAID, mechanism="grid-case", action="reject"):
    sent = {"mechanism": mechanism, "action": action, "name": name, "text": said}
    return client.post(PAGE, sent, follow=True)


def test_a_standard_text_is_shown_as_it_would_stand_and_put_in_by_one_press(folk, keeper):
    keep(keeper)
    _visitor, number = report()
    client = log_in("operator")
    address = f"/staff/cases/{number}/do/reject/"
    form = client.get(address)
    [group] = form.context["usable"]
    [offered] = group.texts

    page = client.post(
        address,
        {
            "revision": hidden(form, "revision"),
            "key": hidden(form, "key"),
            "reason": "经核实，",
            "use": offered.value,
        },
    )

    assert offered.said.startswith(f"编号 {number} 不属本街道（")
    assert page.status_code == 200
    assert page.context["sheet"].answers["reason"] == f"经核实，{offered.said}"
    assert "已上报" in text(client.get(f"/staff/cases/{number}/"))


def test_a_text_for_one_action_is_offered_for_no_other(folk, keeper):
    keep(keeper)
    keep(keeper, name="谢谢", said="谢谢您的反映。", mechanism="", action="")
    _visitor, number = report()
    act("operator", number, "accept", category=CATEGORY, urgency="normal")
    client = log_in("operator")

    def offered(action):
        groups = client.get(f"/staff/cases/{number}/do/{action}/").context["usable"]
        return [one.name for group in groups for one in group.texts]

    assert offered("reject") == ["不属本街道", "谢谢"]
    assert offered("file") == []


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"said": "请找 <phone>"}, "不认识 <phone>"),
        ({"said": ""}, "请写下常用语"),
        ({"name": " "}, "请给常用语起个名字"),
        ({"action": "take_on"}, "这个动作没有要填文字的地方"),
    ],
)
def test_what_cannot_be_kept_is_said_and_left(folk, keeper, given, why):
    page = keep(keeper, **given)

    assert page.status_code == 422
    assert why in text(page)
    with office_transaction(folk.office):
        assert not Phrase.objects.exists()


def test_others_read_the_texts_and_change_none(folk, keeper):
    keep(keeper)
    client = log_in("operator")
    with office_transaction(folk.office):
        number = Phrase.objects.get().pk

    page = client.get(PAGE)

    assert [line.phrase.name for line in page.context["lines"]] == ["不属本街道"]
    assert keep(client, name="另一条").status_code == 403
    assert client.post(f"{PAGE}{number}/let-go/").status_code == 403
    assert keeper.post(f"{PAGE}{number}/let-go/", follow=True).context["lines"] == []
