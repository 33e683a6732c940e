"""The pages of appraisal: a round drafted, opened, objected to and answered; drafts are their keepers' alone."""

from appraisal.hotline import case
from walking import log_in, text

from linli.registry.isolation import office_transaction


def test_a_round_goes_its_way_on_the_pages(folk):
    with office_transaction(folk.office):
        for nth in range(6):
            case(folk, nth)
    keeper, lead = log_in("supervisor"), log_in("lead")

    page = keeper.post(
        "/staff/scores/", {"card": "hotline-units", "period": "2026-03"}, follow=True
    )

    assert page.status_code == 200, text(page)
    address = page.redirect_chain[-1][0]
    [(_group, [row]), _none] = page.context["groups"]
    assert (row.name.zh, row.total) == ("市政服务中心", "100.00")
    assert lead.get(address).status_code == 404
    records = keeper.get(f"{address}{row.id}/satisfied/den/")
    assert records.context["page"].total == 6
    assert keeper.get(f"{address}{row.id}/nothing/den/").status_code == 404
    assert keeper.post(f"{address}open/", {"until": "2099-01-01"}).status_code == 302
    assert "异议期未满" in text(log_in("director").post(f"{address}final/"))
    seen = lead.get(address)
    assert [one.name.zh for one in seen.context["mine"]] == ["市政服务中心"]
    assert (
        lead.post(f"{address}object/", {"line": f"{row.id}.solved", "reason": "漏计"}).status_code
        == 302
    )
    [(said, _by)] = keeper.get(address).context["objections"]
    assert (
        keeper.post(
            f"{address}decide/", {"objection": said.id, "answer": "维持", "points": "x"}
        ).status_code
        == 422
    )
    assert (
        keeper.post(f"{address}decide/", {"objection": said.id, "answer": "维持"}).status_code
        == 302
    )
    assert lead.post(f"{address}final/").status_code == 422


def test_only_keepers_draft_and_unknown_things_are_not_there(folk):
    lead, keeper = log_in("lead"), log_in("supervisor")

    assert lead.get("/staff/scores/").context["cards"] == []
    assert (
        lead.post("/staff/scores/", {"card": "hotline-units", "period": "2026-03"}).status_code
        == 403
    )
    assert (
        keeper.post("/staff/scores/", {"card": "hotline-units", "period": "soon"}).status_code
        == 422
    )
    assert (
        keeper.post("/staff/scores/", {"card": "hotline-units", "period": "2099"}).status_code
        == 422
    )
    assert keeper.get("/staff/scores/99/").status_code == 404
    assert keeper.post("/staff/scores/99/open/").status_code == 404
