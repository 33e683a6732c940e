import pytest
from shelves import Shelf

from linli.rulebook.lint import lint
from linli.rulebook.loading import Lines, shipped


def _found(text):
    shelf = Shelf(text)
    return [f for f in lint(shelf.mechanism, shelf) if f.code != "untimed"]


ERRORS = [
    # old, new, code, where, zh, cure
    ("shows: {title: note,", "shows: {open: [doing], title: note,", "open", "shows.open", "关于个人或一户的、没有公开字段的，不能开放查看", "请改 shows.open。"),
    ("shows: {title: note,", "shows: {open: [doings], title: note,", "unknown", "shows.open", "没有名为“doings”的状态。", "是否想写“doing”？"),
    ("to: doing", "to: done", "unknown", "actions.begin.to", "没有名为“done”的状态。", "是否想写“doing”？"),
    ("from: fresh", "from: [fresh, '@lively']", "unknown", "actions.begin.from", "没有名为“lively”的状态组。", "是否想写“live”？"),
    ("clocks:\n", "votes: {ready: [doing], takes: {carried: pay}}\nclocks:\n", None, None, None, None),
    ("amount: cost}\n", "amount: cost, posts: {moves: [allocation]}}\nvotes: {ready: [doing], takes: {carried: pay}}\n", "votes", "votes.takes.carried", "记账的动作不能由表决来办。", "请让表决只改状态"),
    ("clocks:\n", "votes: {ready: [doing], takes: {carried: hurry}}\nclocks:\n", "votes", "votes.takes.carried", "自动发生的动作不能由表决来办。", "请让一个岗位来办。"),
    ("clocks:\n", "votes: {ready: [doing]}\nclocks:\n", "votes", "votes", "表决没有写它办哪个动作。", "请写 takes。"),
    ("clocks:\n", "votes: {ready: [doing], projects: true}\nclocks:\n", "votes", "votes", "只有分配资金的名册才对项目表决。", "请写 allocates"),
    ("begin: {zh: 承办, en: Begin, from: fresh,", "begin: {zh: 承办, en: Begin,", "from", "actions.begin", "动作“承办”没有出发状态。", "请写 from；新开事项则写 start: true。"),
    ('from: "@live", track', "from: [fresh, doing, ended], track", "final", "actions.look.from", "“ended”是终态，不能再离开。", "请改 from，或去掉该状态的 final。"),
    ("track: {check: {no: yes}}", "track: {checks: {no: yes}}", "unknown", "actions.look.track", "没有名为“checks”的轨道。", "是否想写“check”？"),
    ("track: {check: {no: yes}}", "track: {check: {no: maybe}}", "unknown", "actions.look.track.check", "没有名为“maybe”的“check”的状态。", "可用：no、yes。"),
    ("participant: {helper: {asked: done}}", "participant: {helper: {asked: gone}}", "unknown", "actions.help.participant.helper", "没有名为“gone”的“helper”的状态。", "是否想写“done”？"),
    ("invite: {helper: units}", "invite: {helper: unit}", "unknown", "actions.ask.invite", "没有名为“unit”的表单中的多单位字段。", "是否想写“units”？"),
    ("invite: {helper: units}", "invite: {helpers: units}", "unknown", "actions.ask.invite", "没有名为“helpers”的参与方。", "是否想写“helper”？"),
    ("entry: payment", "entry: payments", "unknown", "actions.pay.entry", "没有名为“payments”的记录。", "是否想写“payment”？"),
    ("decide: grading", "decide: grades", "unknown", "actions.begin.decide", "没有名为“grades”的判定表。", "是否想写“grading”？"),
    ("assign: unit,", "assign: note,", "unknown", "actions.begin.assign", "没有名为“note”的单位字段。", "是否想写“none”？"),
    ("form: [unit!]", "form: [unit!, colour]", "unknown", "actions.begin.form", "没有名为“colour”的字段。", "可用："),
    ("form: [unit!]", "form: [unit!, unit]", "form", "actions.begin.form", "表单里“unit”写了两次。", "请只留一次。"),
    ("form: [unit!]", "form: [unit!, tries]", "form", "actions.begin.form", "“tries”只由系统填写。", "请从表单去掉，或去掉 by: engine。"),
    ("{file: report, min: 0}", "{photo: proof, min: 0}", "evidence", "actions.end.evidence", "同一附件要了两次。", "请合并，用 min 写份数。"),
    ("when: tries < 2", "when: trys < 2", "guard", "actions.retry.when", "", "请改写这个条件。"),
    ("when: tries < 2", "when: tries + 2", "guard", "actions.retry.when", "", "请改写这个条件。"),
    ("set: {tries: tries + 1}", "set: {tries: grade}", "guard", "actions.retry.set.tries", "", "请改写这个条件。"),
    ("set: {tries: tries + 1}", "set: {what: null, tries: tries + 1}", "set", "actions.retry.set.what", "“what”是密封字段，不能由规则填写。", "请另设代码或数字字段。"),
    ("set: {tries: tries + 1}", "set: {trials: 1, tries: tries + 1}", "unknown", "actions.retry.set", "没有名为“trials”的字段。", "是否想写“tries”？"),
    ("[{role: clerk, scope: area}, {role: resident}]", "[{role: clark, scope: area}, {role: resident}]", "unknown", "actions.open.by.0.role", "没有名为“clark”的角色。", "是否想写“clerk”？"),
    ("not_actor_of: [open]", "not_actor_of: [opens]", "unknown", "actions.look.by.0.not_actor_of", "没有名为“opens”的动作。", "是否想写“open”？"),
    ("[{role: clerk, scope: area}, {role: resident}]", "[{role: clerk, scope: body}, {role: resident}]", "nobody", "actions.open.by.0", "按范围“body”无人能办：新事项还没有承办单位。", "请改 scope。"),
    ("by: [{role: clerk, scope: own}]", "by: [{role: clerk, scope: participant}]", "nobody", "actions.retry.by.0", "按范围“participant”无人能办：该动作不针对参与方。", "请改 scope。"),
    (", assign: unit, decide", ", decide", "nobody", "actions.pay.by.0", "按范围“body”无人能办：没有动作指定承办单位。", "请改 scope。"),
    ("by: [{auto: clock}]", "by: [{auto: schedule}]", "auto", "actions.hurry.by.0", "没有日程会触发此动作。", "请在 schedule 中写它，或去掉 auto: schedule。"),
    ("breach: hurry, ", "", "auto", "actions.hurry.by.0", "没有时限到期会触发此动作。", "请在某个时限写 breach，或去掉 auto: clock。"),
    ("by: [{auto: clock}]}", "by: [{auto: clock}], form: [note!]}", "auto", "actions.hurry.by.0", "自动动作不能有必填项、附件、参与方，也不能新开事项。", "请拆成人办和自动两个动作。"),
    ("start: true,", "from: fresh,", "start", "actions", "没有动作能新开事项。", "请给一个动作加上 start: true。"),
    ("phase: intake, initial: true", "phase: intake", "initial", "states", "起始状态应恰有一个，现为：0。", "请给一个状态加上 initial: true。"),
    ("phase: open}", "phase: open, waits_for: [begin]}", "waits", "states.doing.waits_for", "动作“begin”不从“doing”出发。", "请从 waits_for 中去掉它，或改它的 from。"),
    ("phase: open}", "phase: open, waits_for: [hurry]}", "waits", "states.doing.waits_for", "动作“hurry”是自动的，无人可等。", "请从 waits_for 中去掉它。"),
    ("waits_for: {asked: [help]}", "waits_for: {asked: [end]}", "waits", "participants.helper.waits_for", "动作“end”不改变“helper”。", "请写改变它的动作。"),
    ("waits_for: {asked: [help]}", "waits_for: {invited: [help]}", "unknown", "participants.helper.waits_for", "没有名为“invited”的“协办”的状态。", "可用：asked、done。"),
    ("live: [fresh, doing]", "live: [fresh, going]", "unknown", "groups.live", "没有名为“going”的状态。", "是否想写“doing”？"),
    ("initial: no}", "initial: none}", "unknown", "tracks.check.initial", "没有名为“none”的“检查”的状态。", "是否想写“no”？"),
    ("  note: {type: word,", "  check: {type: int, zh: 甲, en: A}\n  note: {type: word,", "name", "tracks.check", "“check”既是轨道又是字段。", "请给其中一个改名。"),
    ("  note: {type: word,", "  Über: {type: int, zh: 甲, en: A}\n  note: {type: word,", "name", "fields.Über", "名称“Über”写法不对。", "请用小写字母开头，只含小写字母、数字和下划线。"),
    ("subject: place\n", "subject: place\ncovers: [S024]\n", None, None, None, None),
    ("subject: place\n", "subject: place\ncovers: [X24]\n", "name", "covers.0", "“X24”不是系统编号。", "请写成 S001 的样子。"),
    ("fields: [cost], amount: cost", "fields: [cost], amount: note", "unknown", "entries.payment.amount", "没有名为“note”的数字字段。", "可用："),
    ("list: [good, poor],", "", "codes", "fields.grade", "“等级”的 type 与 list 不相配。", "代码字段写 list，其他字段不写。"),
    ("list: [good, poor], labels: {good: {zh: 好, en: Good}, poor: {zh: 差, en: Poor}}", "list: gradation", "unknown", "fields.grade.list", "没有名为“gradation”的代码表。", "可用："),
    ("labels: {good: {zh: 好, en: Good}, poor", "labels: {poor", "unknown", "fields.grade.labels", "没有名为“good”的代码文字。", "可用：poor。"),
    ("type: word, zh: 备注", "type: word, min: 2, zh: 备注", "bounds", "fields.note", "类型“word”没有上下限。", "请去掉 min 或 max。"),
    ('default: "0.00"', 'default: "0.001"', "default", "fields.spent.default", "金额最多两位小数。", "请改默认值。"),
    ("type: text, max: 20,", "type: text, personal: true, public: true,", "personal", "fields.what", "“事由”是个人信息，不能公开。", "请去掉 public 或 personal。"),
    ('type: number, by: engine, default: "0",', "type: number, by: engine,", None, None, None, None),
    ("  note: {type: word,", "  idle: {type: int, by: engine, zh: 甲, en: A}\n  note: {type: word,", "field", "fields.idle", "没有动作填写“idle”，也没有默认值。", "请放进表单、set 或判定表，或删去。"),
    ("runs_in: [doing]", "runs_in: [going]", "unknown", "clocks.work.runs_in", "没有名为“going”的状态或轨道状态。", "是否想写“doing”？"),
    ("runs_in: [doing]", "runs_in: [doing, track.check.maybe]", "unknown", "clocks.work.runs_in", "没有名为“track.check.maybe”的状态或轨道状态。", "是否想写“track.check.yes”？"),
    ("runs_in: [doing]", "runs_in: [doing], pauses_in: [doing]", "clock", "clocks.work", "在“doing”既走又停。", "请二者择一。"),
    ("runs_in: [doing]", "runs_in: [fresh, doing]", "breach", "clocks.work.breach", "在“fresh”到期时，“hurry”办不了。", "请把这些状态加进它的 from。"),
    ("breach: hurry", "breach: hurries", "unknown", "clocks.work.breach", "没有名为“hurries”的动作。", "是否想写“hurry”？"),
    ("breach: hurry", "breach: retry", "breach", "clocks.work.breach", "动作“retry”不能由时限触发。", "请在它的 by 中加 {auto: clock}。"),
    ("budget: 2 wd", "budget: =grading", "clock", "clocks.work.budget", "判定表“grading”没有输出 budget。", "请在 out 中写 budget。"),
    ("budget: 2 wd", "budget: 2 wd, calendar: moon", "unknown", "clocks.work.calendar", "没有名为“moon”的日历。", "可用：duty、office。"),
    (", basis: 街道默认值}", "}", "basis", "clocks.work", "“办理时限”没有写依据。", "请写 basis；街道自定的也如实写明。"),
    ("set: {tries: tries + 1}", "extend: {work: soon}, set: {tries: tries + 1}", "clock", "actions.retry.extend.work", "延长“soon”写法不对。", "请写成“3 wd”。"),
    ("rules: [['>= 1', '\"poor\"'],", "rules: [['>= eins', '\"poor\"'],", "table", "decisions.grading.rules.0", None, "请改这一格。"),
    ("in: [tries]", "in: [what]", "unknown", "decisions.grading.in", "没有名为“what”的可读字段。", "可用："),
    ("rules: [['>= 1', '\"poor\"'], ['-', '\"good\"']]", "rules: [['>= 1', '\"poor\"']]", "table", "decisions.grading.rules", "没有一行符合 tries=0，届时动作办不成。", "请补一行，或写 default，或在末尾补一行全“-”。"),
    ("columns: [note, unit, score, spent, grade]", "columns: [note, unity]", "unknown", "shows.columns", "没有名为“unity”的字段。", "是否想写“unit”？"),
    ("columns: [note, unit, score, spent, grade]", "columns: [note], resident: [note]", "unknown", "shows.resident", "没有名为“note”的公开字段（public: true）。", "请先声明它。"),
    ("columns: [note, unit, score, spent, grade]", "category: note", "unknown", "shows.category", "没有名为“note”的字段。", "可用：grade。"),
    ("count: enter fresh", "count: enter stale", "figure", "figures.opened", "没有状态或分组“stale”", "请改写这个数。"),
    ("from: fresh, to: doing,", "from: fresh,", "unreachable", "states.doing", "到不了“doing”。", "请给一个动作以它为去向，或删去它。"),
    ("track: {check: {no: yes}}", "track: {check: {yes: no}}", "never", "actions.look", "动作“检查”永远办不到。", "请检查它的 from 和 track。"),
    ("final: true", "final: false", "trap", "states.doing", "从“办理中”走不到任何终态。", "请给它一条出路，或标为 final。"),
    ("participant: {helper: {asked: done}}", "participant: {helper: {asked: asked}}", "unreachable", "participants.helper.states.done", "到不了“done”。", "请给一个动作以它为去向，或删去它。"),
    ("invite: {helper: units}, ", "", "invite", "participants.helper", "没有动作邀请“协办”。", "请给一个动作加上 invite。"),
    ("by: [{auto: clock}]", 'by: [{auto: clock}, {auto: "true"}], set: {tries: 0}', None, None, None, None),
    ("from: doing, to: ended, by: [{auto: clock}]", "from: [fresh, doing], to: fresh, by: [{auto: clock}, {auto: 'true'}]", "loop", "states.doing", "自动动作从“doing”起停不下来。", "请给其中一个加条件。"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "where", "message", "cure"), ERRORS)
def test_what_does_not_hold_together_is_found(small_text, old, new, code, where, message, cure):
    assert small_text.count(old) == 1
    text = small_text.replace(old, new)

    found = _found(text)

    if code is None:
        assert found == []
        return
    listed = {(f.code, f.where): f for f in found}
    assert (code, where) in listed
    finding = listed[code, where]
    assert message is None or finding.message.zh.startswith(message)
    assert finding.cure.zh.startswith(cure)
    assert finding.message.en
    assert finding.line == Shelf(text).lines.of(_path(Shelf(text).lines, where))


def _path(lines: Lines, where):
    return max((p for p in lines.at if where.startswith(".".join(map(str, p)))), key=len)


@pytest.mark.parametrize("key", sorted(shipped().mechanisms))
def test_shipped_mechanisms_are_in_order(key):
    book = shipped()

    assert lint(book.mechanisms[key], book) == []


def test_warnings_do_not_keep_a_mechanism_out(small_text):
    text = small_text.replace("  chief: {", "  idler: {zh: 闲人, en: Idler}\n  chief: {")

    (warning,) = _found(text)

    assert (warning.severity, warning.code, warning.where) == ("warning", "role", "roles.idler")
    assert warning.line == 8


def test_code_in_a_condition_is_checked_against_its_list():
    text = shipped().texts["grid-case"]
    assert text.count("auto: satisfaction == 'dissatisfied' and redone < 2") == 1

    bent = text.replace("'dissatisfied' and redone < 2", "'unhappy' and redone < 2")
    found = [f for f in _found(bent) if f.code == "unknown"]

    assert [f.message.zh for f in found] == ["没有名为“unhappy”的“satisfaction”的代码。"]
    assert found[0].where == "actions.redo.by.0"


def test_state_that_can_only_be_left_under_conditions_is_pointed_out(small_text):
    text = small_text.replace("by: [{auto: clock}]}", "by: [{auto: clock}], when: tries < 9}")

    assert [(f.severity, f.code, f.where) for f in _found(text)] == [
        ("warning", "guarded", "states.doing")
    ]
