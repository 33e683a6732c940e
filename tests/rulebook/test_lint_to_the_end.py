"""What linting finds beyond names and types: one smallest faulty file for each rule, and exactly what it says."""

import pytest
from shelves import Shelf

from linli.rulebook.lint import lint

SECRET = (
    "  note: {type: word,",
    "  secret: {type: word, personal: true, zh: 暗号, en: Secret}\n  note: {type: word,",
)
ASKED = ("form: [what!, note]", "form: [what!, note, secret]")
FOUND = [
    # changes to the small mechanism; severity, code, where, line; what is said in both languages; the cure
    ([("columns: [note, unit, score, spent, grade]", "columns: [secret, score, spent, grade]"), SECRET, ASKED], "error", "personal", "shows.columns", 47, "“暗号”是个人信息，不能放进列表。", "'secret' is personal and has no place in the columns of lists.", "请去掉它。", "Take it out."),
    ([("shows: {title: note,", "shows: {title: secret,"), SECRET, ASKED], "error", "personal", "shows.title", 47, "“暗号”是个人信息，不能放进标题。", "'secret' is personal and has no place in the title.", "请去掉它。", "Take it out."),
    ([("count: enter fresh", "count: enter fresh where secret != null"), SECRET, ASKED], "error", "personal", "figures.opened", 46, "“暗号”是个人信息，不能用来统计。", "'secret' is personal and cannot be counted by.", "请改用代码字段。", "Use a code field."),
    ([("{type: word, zh: 备注, en: Note}", "{type: word, zh: 联系电话, en: Telephone}")], "warning", "personal", "fields.note", 11, "“联系电话”像是个人信息，没有标 personal。", "'note' looks personal and is not marked so.", "请加 personal: true，或改名。", "Add personal: true, or name it otherwise."),
    ([("{type: word, zh: 备注, en: Note}", "{type: word, public: true, zh: 备注, en: Note}")], "warning", "shown", "fields.note", 11, "“备注”标了 public，居民页面却不显示。", "'note' is public, yet residents are not shown it.", "请写进 shows.resident，或去掉 public。", "Add it to shows.resident, or drop public."),
    ([("title: note, ", "")], "warning", "shown", "shows", 46, "没有写用哪个字段作标题。", "No field names the case.", "请写 shows.title。", "Write shows.title."),
    ([("  note: {type: word,", "  spot: {type: place, zh: 位置, en: Spot}\n  note: {type: word,"), ("form: [what!, note]", "form: [what!, note, spot]")], "warning", "shown", "shows", 47, "有位置字段“位置”，地图却不用它。", "There is a position, 'spot', and no map shows it.", "请写 shows.place。", "Write shows.place."),
    ([("score, spent, grade]", "spent, grade]")], "warning", "unused", "fields.score", 13, "“得分”没有任何地方用到。", "Nothing uses 'score'.", "请用上它，或删去。", "Use it, or drop it."),
    ([("  note: {type: word,", "  kind: {type: int, default: 1, zh: 类数, en: Kind}\n  note: {type: word,")], "warning", "field", "fields.kind", 11, "“类数”从不询问，永远是默认值。", "'kind' is never asked and keeps its default.", "请放进表单、set 或判定表，或删去。", "Put it in a form, a set or a table, or drop it."),
    ([(", entry: payment", ""), (" when: total('payment') + cost <= 100, set: {spent: total('payment') + cost, score: score + 1/4}", " set: {spent: cost, score: score + 1/4}")], "warning", "unused", "entries.payment", 29, "“payment”没有任何地方用到。", "Nothing uses 'payment'.", "请用上它，或删去。", "Use it, or drop it."),
    ([(", decide: grading", "")], "warning", "unused", "decisions.grading", 43, "“grading”没有任何地方用到。", "Nothing uses 'grading'.", "请用上它，或删去。", "Use it, or drop it."),
    ([("live: [fresh, doing]", "live: [fresh, doing], dead: [ended]")], "warning", "unused", "groups.dead", 23, "“dead”没有任何地方用到。", "Nothing uses 'dead'.", "请用上它，或删去。", "Use it, or drop it."),
    ([("by: [{auto: clock}]}", "by: [{auto: clock}], evidence: [{photo: proof, min: 0}]}")], "error", "evidence", "actions.hurry.evidence", 39, "自动动作没有人来附材料。", "Nobody brings evidence to an automatic action.", "请删去 evidence。", "Drop evidence."),
    ([("scope: own}], set: {tries", "scope: own}], set: {tries"), ("[{role: clerk, scope: area}, {role: resident}]", "[{role: chief, scope: area}]")], "error", "nobody", "actions.retry.by.0", 37, "只有开办人能办，而这个角色不能新开事项。", "Only who opened the case may, and this role opens none.", "请改 scope，或让这个角色能新开。", "Change the scope, or let it open cases."),
    ([("{role: clerk, scope: own}", "{role: clerk, scope: own, not_actor_of: [open]}")], "error", "separation", "actions.retry.by.0", 37, "须由开办人办理，又不许开办人办理。", "It is for who opened the case, who is kept out of it.", "请改 scope 或 not_actor_of。", "Change scope or not_actor_of."),
    ([("{role: chief, scope: area, not_actor_of: [begin]}", "{role: chief, scope: area, not_actor_of: [begin, hurry]}")], "warning", "separation", "actions.end.by.0.not_actor_of", 38, "“hurry”不会先由人办过，回避它没有意义。", "Nobody has taken 'hurry' before, so keeping them out means nothing.", "请从 not_actor_of 中去掉它。", "Drop it from not_actor_of."),
    ([("from: doing, entry: payment", "from: [fresh, doing], entry: payment")], "warning", "nobody", "actions.pay.from", 34, "在“新开”还没有承办单位，“支出”无人能办。", "No body holds the case in 'fresh', so nobody can take 'pay' there.", "请从 from 中去掉它，或先 assign。", "Drop it from from, or assign first."),
    ([("when: tries < 2", "when: tries < 2 and tries > 3")], "error", "constant", "actions.retry.when", 37, "条件“tries < 2 and tries > 3”永远不成立。", "The condition 'tries < 2 and tries > 3' is never true.", "请改写它，或删去。", "Rewrite it, or drop it."),
    ([("when: tries < 2", "when: tries < 2 or tries >= 1")], "error", "constant", "actions.retry.when", 37, "条件“tries < 2 or tries >= 1”永远成立。", "The condition 'tries < 2 or tries >= 1' is always true.", "请改写它，或删去。", "Rewrite it, or drop it."),
    ([("when: all_done('helper'), ", "when: check == 'yes' and check == 'no', ")], "error", "constant", "actions.end.when", 38, "条件“check == 'yes' and check == 'no'”永远不成立。", 'The condition "check == \'yes\' and check == \'no\'" is never true.', "请改写它，或删去。", "Rewrite it, or drop it."),
    ([("by: [{auto: clock}]}", "by: [{auto: clock}, {auto: grade == 'good' and grade == 'poor'}]}")], "error", "constant", "actions.hurry.by.1", 39, "条件“grade == 'good' and grade == 'poor'”永远不成立。", 'The condition "grade == \'good\' and grade == \'poor\'" is never true.', "请改写它，或删去。", "Rewrite it, or drop it."),
    ([("phase: intake, initial: true}", "phase: intake, initial: true, waits_for: [look]}"), ("track: {check: {no: yes}}", "track: {check: {yes: no}}")], "error", "waits", "states.fresh.waits_for", 20, "等着“检查”，而在“新开”时它办不了。", "'look' is awaited in “Fresh”, where it is impossible.", "请改 waits_for，或改该动作的 from、track。", "Change waits_for, or that action's from or track."),
    ([("initial: no}", "initial: no, waits_for: {yes: [look]}}")], "error", "waits", "tracks.check.waits_for.yes", 25, "等着“检查”，而在“已查”时它办不了。", "'look' is awaited in “Checked”, where it is impossible.", "请改 waits_for，或改该动作的 from、track。", "Change waits_for, or that action's from or track."),
    ([("waits_for: {asked: [help]}", "waits_for: {done: [help]}")], "error", "waits", "participants.helper.waits_for.done", 27, "等着“协办”，而在“办完”时它办不了。", "'help' is awaited in “Done”, where it is impossible.", "请改 waits_for，或改该动作的 from、track。", "Change waits_for, or that action's from or track."),
    ([("phase: intake, initial: true}", "phase: intake, initial: true, waits_for: []}")], "warning", "idle", "states.fresh", 20, "“新开”没有等任何人，也没有时限推动。", "In 'fresh' nobody is awaited and no clock moves the case.", "请写 waits_for，或给它一个有 breach 的时限。", "Write waits_for, or a clock with a breach."),
    ([("done: [done], waits_for", "done: [gone], waits_for"), ("done: {zh: 办完, en: Done}}", "done: {zh: 办完, en: Done}, gone: {zh: 走了, en: Gone}}"), ("participant: {helper: {asked: done}}", "participant: {helper: {asked: done, gone: done}}")], "error", "trap", "participants.helper.states.asked", 27, "“协办”停在“待办”，走不到办结。", "Helper stays at 'asked' and cannot come to an end.", "请给一个动作让它走下去。", "Let an action lead on from there."),
    ([("initial: no}", "initial: no, waits_for: {no: [look]}}"), ("track: {check: {no: yes}}", "track: {check: {no: no, yes: no}}")], "error", "trap", "tracks.check.states.no", 25, "“检查”停在“未查”，走不到办结。", "Check stays at 'no' and cannot come to an end.", "请给一个动作让它走下去。", "Let an action lead on from there."),
    ([("runs_in: [doing]", "runs_in: [track.check.yes]")], "error", "breach", "clocks.work.breach", 41, "在“新开”到期时，“hurry”办不了。", "'hurry' is impossible in Fresh.", "请把这些状态加进它的 from，或写进 pauses_in。", "Add them to the from of 'hurry', or to pauses_in."),
    ([("in: [tries]", "in: [unit]"), ("form: [unit!], assign: unit", "form: [units!], assign: self")], "error", "table", "decisions.grading.in", 43, "没有动作填写“单位”，判定表看不到它。", "Nothing writes 'unit', so the table never sees it.", "请放进表单或 set，或从 in 去掉。", "Put it in a form or a set, or drop it."),
    ([("from: doing, to: ended, by: [{role: chief", "from: doing, to: ended, track: {check: {no: no}}, by: [{role: chief"), ("from: doing, to: ended, by: [{auto: clock}]", "from: doing, by: [{auto: clock}]")], "error", "trap", "states.fresh", 20, "从“新开”（检查：已查）走不到任何终态。", "No way leads from 'fresh' (Check: Checked) to an end.", "请给它一条出路，或标为 final。", "Give it a way out, or mark it final."),
]  # fmt: skip


@pytest.mark.parametrize("case", FOUND, ids=lambda case: f"{case[2]}-{case[3]}")
def test_fault_is_found_with_its_line_and_its_cure(small_text, case):
    changes, *expected = case
    text = small_text
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)

    shelf = Shelf(text)
    found = lint(shelf.mechanism, shelf)

    said = [
        [f.severity, f.code, f.where, f.line, f.message.zh, f.message.en, f.cure.zh, f.cure.en]
        for f in found
    ]
    assert expected in said
    assert expected not in _usually(small_text)


def _usually(text):
    shelf = Shelf(text)
    return [
        [f.severity, f.code, f.where, f.line, f.message.zh, f.message.en, f.cure.zh, f.cure.en]
        for f in lint(shelf.mechanism, shelf)
    ]
