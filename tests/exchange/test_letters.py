"""Letters by e-mail: open a case or add to one, once; machines' letters refused; what is not taken is listed and kept."""

from datetime import timedelta
from email.message import EmailMessage

import imap
import pytest
from django.utils import timezone
from townsfolk import settle
from walking import log_in, picture, report, text

from linli.casework import keys
from linli.casework.models import Attachment, Case, Step
from linli.casework.queries.reporters import reported_by
from linli.casework.sealing import address_lookup
from linli.exchange.letters.actions import take_letter
from linli.exchange.letters.mailboxes import MailboxRefused, check_mailbox, mailbox
from linli.exchange.letters.queries import letters, whole_letter
from linli.exchange.letters.reading import LetterUnreadable, read_letter, unquoted
from linli.exchange.models import InboundLetter
from linli.notices.models import Notice
from linli.project.processes.mailbox import fetch, fetch_due, files_at, take
from linli.registry.isolation import office_transaction
from linli.rulebook.loading import shipped

NOW = timezone.now()  # noqa: TID251 - the people hold their posts now
WANG = "wang@example.org"


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.LINLI_HOME = tmp_path
    keys.forget()
    yield
    keys.forget()


def letter(words="路口路缘石破损", subject="路缘石", sender=WANG, key="<1@example.org>", **headers):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "street@example.org", subject
    if key:
        message["Message-ID"] = key
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(words)
    return message


def take_in(message, at=NOW):
    raw = message if isinstance(message, bytes) else message.as_bytes()
    return take_letter(raw=raw, rule=mailbox(), at=at)


def reasons():
    return [note.zh for row in letters() for note in row.notes]


def test_a_letter_opens_a_case_with_its_words_and_its_sender_sealed(folk):
    done = take_in(letter())
    case = Case.objects.get(number=done.number)

    assert (done.became, done.is_new, case.source) == ("opened", True, "mail")
    assert case.opened_by.startswith("resident:mail-")
    assert WANG not in str(Step.objects.values_list("values", "commitments"))
    found = reported_by(address_lookup(folk.office, WANG), since=NOW - timedelta(days=1))
    assert [one.number for one in found] == [done.number]
    [row] = letters()
    assert (row.case, row.notes, row.is_kept) == (done.number, (), False)


def test_the_same_letter_again_changes_nothing(folk):
    first = take_in(letter())
    again = take_in(letter(words="别的话"), at=NOW + timedelta(hours=1))

    assert (again.number, again.is_new) == (first.number, False)
    assert (Case.objects.count(), InboundLetter.objects.count()) == (1, 1)


def test_a_letter_without_a_message_id_is_known_by_its_bytes(folk):
    take_in(letter(key=""))
    take_in(letter(key=""))

    assert Case.objects.count() == 1


def test_an_answer_of_the_same_sender_adds_to_its_case_without_what_it_quotes(folk):
    number = take_in(letter()).number
    answer = letter(
        f"又坏了一块\n\n在 2026年3月2日，街道 写道：\n> 您的来信已登记 {number}",
        subject=f"Re: 街道 {number}",
        key="<2@example.org>",
    )
    done = take_in(answer)

    assert (done.became, done.number, Case.objects.count()) == ("added", number, 1)
    last = Step.objects.filter(case__number=number).order_by("-seq")[0]
    assert last.action == "supplement"
    assert unquoted("又坏了一块\n\n> 旧的") == "又坏了一块"


def test_somebody_else_adds_to_a_case_with_its_code_alone(folk):
    number = take_in(letter()).number
    other = letter(subject=number, sender="li@example.org", key="<3@example.org>")
    done = take_in(other)

    assert (done.became, Step.objects.filter(case__number=number).count()) == ("kept", 1)
    assert reasons() == [f"提到的编号 {number} 不是此人来信开的，也没有附查询码"]
    assert whole_letter(letters()[0].id) == other.as_bytes()


def test_a_code_in_the_letter_adds_to_a_case_that_was_reported_on_the_web(folk):
    visitor, number = report()
    code = visitor.get(f"/cases/{number}/receipt/").context["held"].code
    done = take_in(letter("还有一处", subject=f"{number} {code}"))

    assert (done.became, done.number) == ("added", number)


def test_a_photo_is_cleaned_and_kept_and_what_is_none_is_named(folk):
    message = letter()
    message.add_attachment(picture().read(), maintype="image", subtype="jpeg", filename="a.jpg")
    message.add_attachment(b"MZ\x00", maintype="image", subtype="jpeg", filename="b.jpg")
    message.add_attachment(
        b"MZ\x00", maintype="application", subtype="x-msdownload", filename="c.exe"
    )
    done = take_in(message)

    assert done.became == "opened"
    assert Attachment.objects.filter(case__number=done.number).count() == 1
    said = reasons()
    assert len(said) == 2
    assert said[0].startswith("b.jpg：")
    assert said[1] == "附件“c.exe”不是照片，未收"
    assert whole_letter(letters()[0].id) == message.as_bytes()


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"List_Id": "<news.example.org>"},
        {"X_Autoreply": "yes"}, {"Return_Path": "<>"}, {"sender": "MAILER-DAEMON@example.org"},
        {"sender": "no-reply@example.org"},
    ],
)  # fmt: skip
def test_a_machine_s_letter_opens_nothing_and_is_listed(folk, headers):
    done = take_in(letter(**headers))

    assert (done.became, Case.objects.count(), Notice.objects.count()) == ("kept", 0, 0)
    assert "不登记" in reasons()[0]


def test_our_own_letters_say_that_a_machine_wrote_them(folk, settings):
    raw = letter(Auto_Submitted="auto-generated").as_bytes()

    assert read_letter(raw).robot == "Auto-Submitted"


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe\x00", b"Subject: x\r\n\r\nwords", b"From: nobody\r\n\r\nx"]
)
def test_a_broken_letter_is_kept_whole_with_its_reason(folk, raw):
    done = take_in(raw)

    assert (done.became, Case.objects.count()) == ("kept", 0)
    assert reasons() == ["读不出发信人或正文"]
    assert whole_letter(letters()[0].id) == raw
    with pytest.raises(LetterUnreadable):
        read_letter(raw)


def test_more_than_the_day_s_letters_of_one_sender_are_kept(folk):
    rule = mailbox().model_copy(update={"most_a_day": 2})
    became = [
        take_letter(raw=letter(key=f"<{n}@x>").as_bytes(), rule=rule, at=NOW).became
        for n in range(3)
    ]
    tomorrow = take_letter(
        raw=letter(key="<9@x>").as_bytes(), rule=rule, at=NOW + timedelta(days=1, seconds=1)
    )

    assert became == ["opened", "opened", "kept"]
    assert tomorrow.became == "opened"


def test_long_words_are_cut_and_the_letter_kept(folk):
    done = take_in(letter("长" * 900))

    assert done.became == "opened"
    assert "正文超过 500 字" in reasons()[0]


def test_a_kept_letter_goes_after_half_a_year(folk):
    take_in(b"broken")
    take_in(letter(), at=NOW + timedelta(days=181))

    assert [row.is_kept for row in letters()] == [False, False]


def test_a_page_of_html_is_read_as_words(folk):
    message = letter()
    message.set_content("<style>p{}</style><p>灯不亮</p><script>x()</script>", subtype="html")

    assert read_letter(message.as_bytes()).words == "灯不亮"


def test_a_mailbox_that_does_not_fit_is_refused():
    rule = mailbox().model_copy(update={"action": "accept"})

    with pytest.raises(MailboxRefused):
        check_mailbox(rule, shipped().mechanisms)


def test_letters_of_a_folder_are_taken_by_name(tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "b.eml").write_bytes(b"x")
    (tmp_path / "a.txt").write_bytes(b"x")
    (tmp_path / "new" / "1.host").write_bytes(b"x")

    assert [one.name for one in files_at(tmp_path)] == ["b.eml", "1.host"]


def test_only_who_brings_in_sees_letters_and_takes_one_out(db):
    with office_transaction(settle(hosts=["testserver"]).office):
        take_in(b"broken")
        number = letters()[0].id
    director, caller = log_in("director"), log_in("caller")

    page = director.get("/staff/letters/")
    file = director.get(f"/staff/letters/{number}/")

    assert "读不出发信人或正文" in text(page)
    assert file.content == b"broken"
    assert file["Content-Disposition"] == f'attachment; filename="letter-{number}.eml"'
    assert caller.get("/staff/letters/").status_code == 403
    assert caller.get(f"/staff/letters/{number}/").status_code == 403


@pytest.fixture
def posted(transactional_db, settings):
    """An office whose mailbox holds a letter, a broken one and the same letter again."""
    made = settle()
    settings.LINLI_CHANNELS = {"mail": "sink", "sms": "", "wecom": "", "dingtalk": ""}
    kept = [letter().as_bytes(), b"Subject: broken\r\n\r\nx", letter().as_bytes()]
    with imap.mailbox(kept) as (box, address):
        settings.LINLI_MAILBOX = address
        yield made, box


def test_the_mailbox_is_read_once_and_the_number_told(posted):
    made, box = posted
    taken = [fetch(made.office), fetch(made.office)]

    assert (taken, box.seen) == ([3, 0], {1, 2, 3})
    with office_transaction(made.office):
        assert [row.became for row in letters()] == ["kept", "opened"]
        assert Notice.objects.filter(channel="mail").count() == 1


def test_a_crash_before_the_mark_takes_no_letter_twice(posted):
    made, box = posted
    take(made.office, box.letters[0], NOW)
    fetch(made.office)

    with office_transaction(made.office):
        assert Case.objects.count() == 1


def test_the_mailbox_is_asked_once_a_minute_and_never_without_a_setting(posted, settings):
    made, _box = posted
    first, second = fetch_due(made.office), fetch_due(made.office)
    settings.LINLI_MAILBOX = ""

    assert (first, second, fetch_due(made.office)) == (3, 0, 0)
