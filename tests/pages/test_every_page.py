"""Every page of the house, for staff and residents, in both languages and both widths: open to all and whole.

The list is made from the addresses themselves: a new address is looked at, or named here with the reason why
not, or this test fails.
"""

import re
from pathlib import Path

import pytest
import second
from appraisal.hotline import case
from browsing import PHONE, WIDE, visit
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from looker import Looker
from reach.ground import keeper
from reports.conftest import THEN, entered, issued, shelf, staffed  # noqa: F401 - a fixture
from sampling import looks
from surveys.rounds import LATER, drawn
from townsfolk import CENTRE, DEPARTMENT, settle
from treasury import Treasury
from walking import CATEGORY, act, log_in, picture, report

import linli.book
from linli.appraisal.cards import scorecards
from linli.casework.covering.queries import COVERER
from linli.casework.phrases.queries import PLACES
from linli.casework.queries.standing import standing
from linli.casework.sealing import address_lookup
from linli.casework.sequencing import sequence
from linli.deliberation.counting.rules import rule_sets
from linli.exchange.profiles import shipped_profiles
from linli.figures.queries import figure_keys
from linli.ledgers.layouts import shipped_layouts
from linli.notices.actions import tell_new_steps
from linli.notices.links.reach import GIVES_LINKS
from linli.reach.actions import measure
from linli.reach.standards import standards_at_hand
from linli.registry.gazetteer.entering import COLUMNS as ADDRESS_COLUMNS
from linli.registry.isolation import office_transaction
from linli.registry.limits import forget_calls
from linli.registry.models import Account, Area, GridCell, Office, Post
from linli.reports.rounds.actions import correct
from linli.reports.writing.glossary import terms_at_hand
from linli.resident.mine.pages import MINE, SALT
from linli.rulebook.loading import shipped
from linli.surveys.queries import survey_numbered

SIZES = {"wide": WIDE, "phone": PHONE}
GIVEN = "13800000000"
MACHINES = ("api:", "exchange:", "devices:")
DISTRICT = "/310000/310112/"
FURTHER_DUTIES = (*CENTRE, *DEPARTMENT, GIVES_LINKS, COVERER, "book")
NOT_A_PAGE = {
    "healthz": "a word for machines",
    "ui:language": "sets a cookie and leads back",
    "ui:print": "sets a cookie and leads back",
    "ui:worker": "a script",
    "ui:manifest": "a word for phones",
    "staff:logout": "ends the session and leads to the door",
    "staff:login-code": "looked at with somebody whose password was right",
    "staff:second-factor-do": "leads to one's second factor",
    "staff:points": "points for the map",
    "staff:news": "a line above a list",
    "staff:case-news": "a line above a case",
    "staff:list-keep": "leads to the list",
    "staff:list-let-go": "leads to the list",
    "staff:phrase-let-go": "leads to the standard texts",
    "staff:addresses": "addresses for what is being typed",
    "staff:jump": "leads to a case",
    "staff:reveal": "answers with the page of the case",
    "staff:file": "a photo",
    "staff:photo-original": "a photo",
    "staff:thumbnail": "a photo",
    "staff:survey-do": "leads to the survey",
    "staff:survey-protocol": "a file",
    "staff:reach-measure": "leads to the page of reach",
    "staff:reach-gap": "leads to the gap",
    "staff:layout-sheet": "a file",
    "staff:letter": "a file",
    "staff:ledger-confirm": "leads to the report",
    "staff:ledger-drop": "leads to the ledgers",
    "staff:ledger-rows": "a file",
    "staff:book-publish": "leads to the book",
    "staff:register-confirm": "answers with the page of filling",
    "staff:register-list": "a file",
    "resident:round-file": "a file",
    "resident:mine-code": "leads to the list, or answers with its own form",
    "resident:mine-report": "leads to the progress of a report",
    "staff:destructions-csv": "a file",
    "resident:check-file": "a file",
    "resident:checkpoints": "a record for machines",
    "resident:vote-leaves": "a record for machines",
    "staff:vote-do": "leads to the vote",
    "staff:vote-scans": "leads to the keying",
    "staff:vote-scan": "a file",
    "staff:vote-forms-pdf": "a file",
    "staff:vote-mandate-scan": "a file",
    "staff:vote-mandate-revoked": "leads to the mandates",
    "staff:cell-keeper": "leads to the cell",
    "staff:register-template": "a file",
    "staff:clocks-after": "answers with a part of the page of the action",
    "staff:machine-revoke": "leads to the machines",
    "staff:report-act": "leads to the report",
    "staff:report-word": "a file",
    "staff:report-pdf": "a file",
    "staff:platform-tell": "a file",
    "staff:scores-act": "leads to the round",
    "staff:told-again": "leads to the case",
    "resident:link-file": "a photo",
    "staff:post-over": "leads to the post",
    "staff:account-new": "answers with the page of the account",
    "staff:account-change": "leads to the account",
    "staff:bulk": "answers to what is chosen in a list",
    "staff:joint-change": "leads to the page of cases that go together",
    "staff:intake-alike": "a part of the page of intake",
    "resident:alike": "a part of the page of reporting",
    "resident:join": "leads to the receipt",
    "resident:map": "the office's own map",
    "resident:file": "a photo",
    "resident:thumbnail": "a photo",
}
TYPED = [
    "古美路口路缘石破损，老人容易绊倒",
    "先核实地点",
    "走访.csv",
    "走访",
    "春季小修",
    "长椅",
    "拨-1",
    "少了一件",
]
MAP = """
ledger: visits
title: {zh: 走访, en: Visits}
mechanism: historic-order
number: {column: 编号}
steps: [{action: enter, at: {column: 时间}}]
fields:
  ref: {column: 编号}
  category: {column: 类别}
  on_time: {column: 按时, codes: {"1": true, "0": false}, wanted: true}
"""
ROWS = "编号,时间,类别,按时\nA1,2018-02-08 15:34:00,市容,1\nA2,昨天,市容,1\n"
OUTSIDE = "养护队老张"
NOTICE = "古办〔2025〕1号"
WRITTEN = [
    NOTICE, "小月报", "2025年6月", "本月录入", "件，按时率", "，其中市容", "件。", "第", "次例会要办的事。",
    "各类工单", "一、工单", "二、下月打算", "历史工单数", "按时结案率（按时结案数/有按时标记的工单数）", "：市容",
]  # fmt: skip
ORDERS = (
    "工单编号,工单状态,派发时间,诉求类型,诉求内容\nT1,待签收,2026-03-02 08:30,求助,楼道灯不亮\n"
    "T2,已办结,2026-03-02 08:30,求助,楼道灯不亮\nT3,待签收,2026-03-02 08:30,表扬,楼道灯不亮\n"
)
THINGS = "设备编号,名称与位置,类别,经度,纬度\nB1,北口垃圾桶,垃圾桶满溢,121.395,31.142\n"
CELLS = [
    *ORDERS.replace("\n", ",").split(","), *THINGS.replace("\n", ",").split(","), "orders.csv",
    *ADDRESS_COLUMNS, *shipped_profiles()["city-12345"].back.columns, "已签收", "表扬",
    OUTSIDE, "编号", "时间", "类别", "按时", "昨天", "市容", "visits",
]  # fmt: skip
VOTE = {
    "title": "三号楼加装电梯",
    "question": "是否同意加装电梯",
    "rules": "owners-special",
    "secrecy": "signed",
    "roll": "101 58.40 A 产证",
}


def addresses():
    """Give the name of every address of the house."""

    def listed(patterns, space):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from listed(pattern.url_patterns, pattern.namespace or space)
            elif isinstance(pattern, URLPattern):
                yield f"{space}:{pattern.name}" if space else pattern.name

    return set(listed(get_resolver().url_patterns, ""))


def a_batch(office):
    """Open a batch, and a project of a budget line; give the number of the batch."""
    batch = office.open(
        "operator", "application-batch", "enrol", name=TYPED[4], kind="housing",
        opens_on="2025-03-03", closes_on="2025-03-14", places=2,
    )  # fmt: skip
    office.livelihood(office.line(name=TYPED[4]), TYPED[5], "3000.00")
    return standing(batch).number


class World:
    """An office in which every page has something on it, and where each page stands."""

    def __init__(self):
        self.folk = settle()
        post = self._post()
        self.ids = {"post": post.pk, "account": self.folk.accounts["operator"]}
        self.body = post.body_id
        with office_transaction(self.folk.office):
            office = Treasury(self.folk)
            fund = office.round(name=TYPED[4])
            office.balloted(fund, TYPED[5], "3000.00")
            self.round, self.housing = standing(fund).number, a_batch(office)
        self._tell()
        self.visitor, self.number = report(TYPED[0], before=picture(), phone=GIVEN)
        self._prove()
        act("operator", self.number, "accept", category=CATEGORY, urgency="normal")
        self._tell()
        self.director = log_in("director")
        self.photo = self._photo()
        self.upload, self.imported = self._ledgers()
        sent = {"file": SimpleUploadedFile("orders.csv", ORDERS.encode()), "opens": "1"}
        self.batch = self.director.post("/staff/platforms/city-12345/", sent)["Location"]
        with office_transaction(self.folk.office):
            for nth in range(6):
                case(self.folk, nth)
        scored = {"card": "hotline-units", "period": "2026-03"}
        self.scores = self.director.post("/staff/scores/", scored)["Location"]
        self.score = self.director.get(self.scores).context["groups"][0][1][0].id
        self.director.post(f"{self.scores}open/", {"until": "2099-01-01"})
        things = {"file": SimpleUploadedFile("things.csv", THINGS.encode()), "datum": "wgs84"}
        self.director.post("/staff/devices/", things)
        self.handed_out, self.link = self._link()
        self.vote = self._vote()
        self.issued, self.correction = self._reports()

    def _post(self):
        """Give the director's post, with all duties and the district as well."""
        with office_transaction(self.folk.office):
            post = Post.objects.get(holding__account__username="director")
            post.duties, post.areas = [*post.duties, *FURTHER_DUTIES], [*post.areas, DISTRICT]
            post.save()
        return post

    def _prove(self):
        """Let the visitor have answered the code that was sent to the number given."""
        with office_transaction(self.folk.office):
            lookup = address_lookup(self.folk.office, GIVEN).hex()
        proved = signing.dumps([self.folk.office, "138****0000", lookup], salt=SALT)
        self.visitor.cookies[MINE] = proved

    def _photo(self):
        """Give a photo of the case, with a part of it blacked out."""
        page = self.director.get(f"/staff/cases/{self.number}/").content.decode()
        sha = re.search(r"/files/([0-9a-f]{64})/", page)[1]
        box = {"left": "100", "top": "100", "width": "300", "height": "300", "reason": TYPED[7]}
        self.director.post(f"/staff/cases/{self.number}/photos/{sha}/", box)
        return sha

    def _link(self):
        """Give a case that is at a body, and a link by which somebody outside takes it on."""
        _visitor, number = report(TYPED[0], before=picture())
        act("operator", number, "accept", category=CATEGORY)
        act("operator", number, "file")
        body = self.folk.bodies["市政服务中心"]
        act("dispatcher", number, "dispatch", unit=body)
        sent = {"body": body, "name": OUTSIDE, "step": "take_on", "kind": "once", "days": 3}
        page = self.director.post(f"/staff/cases/{number}/links/", sent)
        return number, re.search(r"/links/([^/<]+)/", page.content.decode())[1]

    def _vote(self):
        number = self.director.post("/staff/votes/", VOTE)["Location"].split("/")[-2]
        for verb, given in (("publish", {}), ("open", {"closes_at": "2099-01-01T18:00"})):
            self.director.post(f"/staff/votes/{number}/do/{verb}/", given)
        return number

    def _reports(self):
        """Give a report that was issued and the correction that is being written."""
        self._places()
        entered(self.folk.office, 2)
        people = staffed(self.folk)
        with office_transaction(self.folk.office):
            done = issued(people, NOTICE)
            draft = correct(report=done, reason=TYPED[7], by=people["editor"], at=THEN)
        return done, draft

    def _places(self):
        """Two estates with their dwellings: a sample of these, and how far it is to facilities."""
        with office_transaction(self.folk.office):
            self.survey = drawn(self.folk).case.number
            measure(standard=standards_at_hand()["fifteen-minutes"], by=keeper(self.folk), at=LATER)

    def _tell(self):
        with office_transaction(self.folk.office):
            sequence()
            tell_new_steps(at=timezone.now())  # noqa: TID251 - the pages go by the real clock

    def _ledgers(self):
        def send():
            files = {
                "file": SimpleUploadedFile("走访.csv", ROWS.encode()),
                "own_map": SimpleUploadedFile("visits.yaml", MAP.encode()),
            }
            return self.director.post("/staff/ledgers/", files)["Location"]

        done = self.director.post(f"{send()}bring-in/")["Location"]
        return send(), done

    def paths(self):
        """Give the address of each page, by its name."""
        number, code = self.number, self.folk.committee.split("/")[-2]
        return {
            "staff:login": "/staff/login/",
            "staff:inbox": "/staff/",
            "staff:cases": "/staff/cases/",
            "staff:patrol": "/staff/patrol/",
            "staff:patrol-spot": "/staff/patrol/grid-case/collect/self_handle/",
            "staff:case": f"/staff/cases/{number}/",
            "staff:joint": f"/staff/cases/{number}/joint/",
            "staff:photos": f"/staff/cases/{number}/photos/",
            "staff:photo": f"/staff/cases/{number}/photos/{self.photo}/",
            "staff:hot": "/staff/hot/",
            "staff:keys": "/staff/keys/",
            "staff:phrases": "/staff/phrases/?mechanism=grid-case",
            "staff:hints": "/staff/hints/",
            "staff:routes": "/staff/routes/",
            "staff:route": "/staff/routes/grid-case/unit/",
            "staff:do": f"/staff/cases/{number}/do/file/",
            "staff:told": "/staff/told/",
            "staff:contacts": "/staff/office/contacts/",
            "staff:links": f"/staff/cases/{self.handed_out}/links/",
            "resident:link": f"/links/{self.link}/",
            "resident:link-do": f"/links/{self.link}/take_on/",
            "staff:screen": "/staff/screen/",
            "staff:screen-named": "/staff/screen/day/?all=1",
            "staff:board": "/staff/board/",
            "staff:board-of": "/staff/board/grid-case/",
            "staff:intake-choice": "/staff/intake/",
            "staff:intake": "/staff/intake/grid-case/register/",
            "staff:figures": "/staff/figures/?mechanism=grid-case",
            "staff:figure": "/staff/figures/grid-case.received/?by=area",
            "staff:figures-above": "/staff/figures/above/grid-case/?figure=close_rate",
            "staff:figure-audits": "/staff/figures/audits/",
            "staff:figure-plan": "/staff/figures/plans/gumei-14th-five-year-plan/?year=2025",
            "staff:figure-records": "/staff/figures/grid-case.received/records/",
            "staff:ledgers": "/staff/ledgers/",
            "staff:ledger": self.upload,
            "staff:ledger-report": self.imported,
            "staff:platforms": "/staff/platforms/",
            "staff:platform": "/staff/platforms/city-12345/",
            "staff:platform-batch": self.batch,
            "staff:devices": "/staff/devices/",
            "staff:scores": "/staff/scores/",
            "staff:scores-round": self.scores,
            "staff:scores-records": f"{self.scores}{self.score}/load/num/",
            "staff:office": "/staff/office/",
            "staff:post": f"/staff/office/posts/{self.ids['post']}/",
            "staff:post-new": f"/staff/office/posts/new/?body={self.body}",
            "staff:accounts": "/staff/office/accounts/",
            "staff:account": f"/staff/office/accounts/{self.ids['account']}/",
            "staff:gazetteer": "/staff/office/gazetteer/",
            "staff:places": "/staff/office/places/",
            "staff:machines": "/staff/office/machines/",
            "staff:cell": f"/staff/office/places/{code}/cells/{code}01/",
            "staff:place": f"/staff/office/places/{code}/",
            "staff:erase": f"/staff/cases/{number}/erase/",
            "staff:why": f"/staff/cases/{number}/why/",
            "staff:destructions": "/staff/destructions/",
            "staff:mechanisms": "/staff/mechanisms/",
            "staff:mechanism": "/staff/mechanisms/grid-case/",
            "staff:mechanism-sheet": "/staff/mechanisms/grid-case/sheet/",
            "staff:mechanism-form": "/staff/mechanisms/grid-case/forms/accept/",
            "staff:surveys": "/staff/surveys/",
            "staff:survey": f"/staff/surveys/{self.survey}/",
            "staff:survey-forms": f"/staff/surveys/{self.survey}/forms/",
            "staff:reach": "/staff/reach/",
            "resident:near": "/near/",
            "staff:layouts": "/staff/layouts/",
            "staff:layouts-twice": "/staff/layouts/twice/",
            "staff:layout": "/staff/layouts/duty-gate/",
            "staff:registers": "/staff/registers/",
            "staff:register": "/staff/registers/venue/",
            "staff:register-fill": "/staff/registers/venue/fill/",
            "staff:reports": "/staff/reports/",
            "staff:report": f"/staff/reports/{self.correction}/",
            "staff:report-section": f"/staff/reports/{self.correction}/sections/orders/",
            "staff:report-beside": f"/staff/reports/{self.correction}/beside/",
            "staff:report-edited": f"/staff/reports/{self.issued}/edited/",
            "staff:report-moved": f"/staff/reports/{self.issued}/moved/",
            "resident:publications": "/publications/",
            "resident:publication": f"/publications/{self.issued}/",
            "resident:publication-number": f"/publications/{self.issued}/fig_orders_001/",
            "staff:funds": "/staff/budget/",
            "staff:fund": f"/staff/budget/{self.round}/",
            "staff:round": f"/staff/budget/{self.round}/round/",
            "staff:projects": "/staff/projects/",
            "staff:batches": "/staff/batches/",
            "staff:matches": "/staff/matches/",
            "staff:batch": f"/staff/batches/{self.housing}/",
            "resident:batches": "/batches/",
            "resident:batch": f"/batches/{self.housing}/",
            "resident:projects": "/projects/",
            "resident:opened": "/open/",
            "resident:opened-entries": "/open/office-document/",
            "resident:rounds": "/rounds/",
            "resident:round": f"/rounds/{self.round}/",
            "staff:password": "/staff/password/",
            "staff:letters": "/staff/letters/",
            "staff:second-factor": "/staff/second-factor/",
            "staff:second-factor-duties": "/staff/office/second-factor/",
            "staff:substitutes": "/staff/substitutes/",
            "staff:book": "/staff/book/",
            "staff:book-migrate": "/staff/book/migrate/",
            "staff:parts": "/staff/parts/",
            "staff:votes": "/staff/votes/",
            "staff:vote": f"/staff/votes/{self.vote}/",
            "staff:vote-keying": f"/staff/votes/{self.vote}/keying/",
            "staff:vote-tally": f"/staff/votes/{self.vote}/tally/",
            "staff:vote-mandates": f"/staff/votes/{self.vote}/mandates/",
            "staff:vote-forms": f"/staff/votes/{self.vote}/forms/",
            "staff:vote-papers": f"/staff/votes/{self.vote}/papers/",
            "staff:vote-box": f"/staff/votes/{self.vote}/box/",
            "resident:start": "/",
            "resident:report-choice": "/report/",
            "resident:report": "/report/grid-case/report/",
            "resident:follow": "/follow/",
            "resident:mine": "/mine/",
            "resident:mine-reports": "/mine/reports/",
            "resident:progress": f"/cases/{number}/",
            "resident:receipt": f"/cases/{number}/receipt/",
            "resident:do": f"/cases/{number}/do/rate/",
            "resident:step-receipt": f"/cases/{number}/steps/1/",
            "resident:guides": "/mechanisms/",
            "resident:guide": "/mechanisms/grid-case/",
            "resident:guide-form": "/mechanisms/grid-case/forms/report/",
            "resident:check": "/check/",
            "resident:transparency": "/transparency/",
            "resident:votes": "/votes/",
            "resident:vote": f"/votes/{self.vote}/",
            "resident:vote-ballot": f"/votes/{self.vote}/ballot/",
        }

    def data(self):
        """Give what was entered or is a name of its own: it stands as it is in either language."""
        book, found = (
            shipped(),
            [
                *TYPED,
                *CELLS,
                *WRITTEN,
                *terms_at_hand(),
                *(f"<{place}>" for place in PLACES),
                "grid-case",
                VOTE["title"],
                VOTE["question"],
                "各类工单：只有市容一项",
            ],
        )
        for rules in rule_sets().values():
            found += [*rules.basis, rules.proxies.basis if rules.proxies else ""]
        found += standards_at_hand()["fifteen-minutes"].basis
        with office_transaction(self.folk.office):
            survey = survey_numbered(self.survey)
        found += [survey.case.title, survey.drawn.seed_source]
        found += [word for unit in survey.drawn.units for word in (unit.unit, unit.stratum)]
        for mechanism in book.mechanisms.values():
            found += [*mechanism.basis, *(clock.basis or "" for clock in mechanism.clocks.values())]
        for profile in shipped_profiles().values():
            found += profile.basis
        found += shipped_layouts()["duty-gate"].columns
        plan = Path(linli.book.__path__[0]) / "plans/gumei-14th-five-year-plan.yaml"
        found += re.findall(r"[\u3000-\u9fff\uff00-\uffef]+", plan.read_text(encoding="utf-8"))
        for listed in book.codes.values():
            found += listed.basis
        with office_transaction(self.folk.office):
            for card in scorecards(figure_keys(book)).values():
                found += card.basis
            for model, name in ((Area, "official_name"), (Area, "stat_name"), (Account, "display_name"),
                                (Account, "username"), (GridCell, "name"), (Office, "official_name")):  # fmt: skip
                found += model.objects.values_list(name, flat=True)
            for names in Area.objects.values_list("aliases", flat=True):
                found += names
        found += [name.removesuffix("居委会") for name in found]
        return sorted({*found} - {""}, key=len, reverse=True)


@pytest.fixture
def world(transactional_db, shelf, settings):  # noqa: F811
    settings.LINLI_CHANNELS = {**settings.LINLI_CHANNELS, "sms": "sink"}
    forget_calls()
    return World()


def test_every_address_is_looked_at_or_is_no_page(world):
    pages = {
        name for name in addresses() if not name.startswith(MACHINES)
    }  # those are for machines

    assert pages - set(NOT_A_PAGE) - {"first-run"} == set(world.paths())


@looks
def test_every_page_is_open_to_all_and_in_one_language(browser, live_server, world, size, language):
    with visit(browser, size=SIZES[size], language=language) as page:
        looker = Looker(page, live_server.url, language, world.data())
        looker.log_in(world.visitor)
        paths = world.paths()
        looker.go("staff:login", paths.pop("staff:login"))
        for name in [name for name in paths if name.startswith("resident:")]:
            looker.go(name, paths.pop(name))
        _code(looker)
        looker.go("not found", "/nowhere/")
        looker.log_in(log_in("nobody"))
        looker.go("no post", "/staff/")
        looker.log_in(log_in("caller"))
        looker.go("forbidden", "/staff/office/")
        looker.log_in(world.director)
        for name, path in paths.items():
            looker.go(name, path)
        _conflict(looker, world)
        _void_token(looker)
        second.look(looker, world.folk)

    assert "\n".join(looker.wrong) == ""


def _conflict(looker, world):
    """Somebody else acts while the form lies open; sent, it answers with both sides."""
    page = looker.page
    page.goto(f"{looker.base}/staff/cases/{world.number}/do/file/")
    act("operator", world.number, "file")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("#sheet form .button--primary").first.click()
    page.wait_for_function("() => !document.querySelector('.htmx-request')")
    looker.look("conflict")


def _code(looker):
    """A wrong code for one's reports answers with the form again."""
    page = looker.page
    page.goto(f"{looker.base}/mine/")
    page.fill("#address", GIVEN)
    page.locator("main button").first.click()
    page.fill("#code", "0")
    page.locator("main button").first.click()
    page.locator("[role=alert]").wait_for()
    looker.look("wrong code")


def _void_token(looker):
    page = looker.page
    page.goto(f"{looker.base}/follow/")
    page.fill("#number", "X")
    page.fill("#code", "X")
    page.context.clear_cookies(name="csrftoken")
    page.locator("main button").first.click()
    page.wait_for_load_state("networkidle")
    looker.look("void token")


@looks
def test_the_first_page_of_a_new_house(browser, live_server, transactional_db, size, language):
    with visit(browser, size=SIZES[size], language=language) as page:
        looker = Looker(page, live_server.url, language, ["某某街道办事处", "某某街道"])
        looker.go("first run", "/first-run/")

    assert "\n".join(looker.wrong) == ""
