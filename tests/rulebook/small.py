"""The smallest mechanism that is worth telling: what tests of the language change a word of."""

SMALL = """\
mechanism: small-matter
version: 1
title: {zh: 小事, en: Small matter}
basis: [街道默认做法]
subject: place
roles:
  clerk: {zh: 经办, en: Clerk}
  chief: {zh: 负责人, en: Chief, duty: head}
fields:
  what: {type: text, max: 20, zh: 事由, en: What}
  note: {type: word, zh: 备注, en: Note}
  cost: {type: money, min: 0, zh: 费用, en: Cost}
  score: {type: number, by: engine, default: "0", zh: 得分, en: Score}
  spent: {type: money, by: engine, default: "0.00", zh: 已支出, en: Spent}
  tries: {type: int, by: engine, default: 0, zh: 次数, en: Tries}
  grade: {type: code, list: [good, poor], labels: {good: {zh: 好, en: Good}, poor: {zh: 差, en: Poor}}, by: engine, zh: 等级, en: Grade}
  unit: {type: body, zh: 单位, en: Body}
  units: {type: bodies, zh: 多个单位, en: Bodies}
states:
  fresh: {zh: 新开, en: Fresh, phase: intake, initial: true}
  doing: {zh: 办理中, en: Doing, phase: open}
  ended: {zh: 办完, en: Ended, phase: done, final: true}
groups: {live: [fresh, doing]}
tracks:
  check: {zh: 检查, en: Check, states: {no: {zh: 未查, en: Unchecked}, yes: {zh: 已查, en: Checked}}, initial: no}
participants:
  helper: {zh: 协办, en: Helper, each: body, states: {asked: {zh: 待办, en: Asked}, done: {zh: 办完, en: Done}}, initial: asked, done: [done], waits_for: {asked: [help]}}
entries:
  payment: {zh: 支出, en: Payment, fields: [cost], amount: cost}
actions:
  open: {zh: 开办, en: Open, start: true, by: [{role: clerk, scope: area}, {role: resident}], form: [what!, note]}
  begin: {zh: 承办, en: Begin, from: fresh, to: doing, by: [{role: clerk, scope: area}], form: [unit!], assign: unit, decide: grading}
  look: {zh: 检查, en: Look, from: "@live", track: {check: {no: yes}}, by: [{role: chief, scope: area, not_actor_of: [open]}]}
  pay: {zh: 支出, en: Pay, from: doing, entry: payment, by: [{role: clerk, scope: body}], form: [cost!], when: total('payment') + cost <= 100, set: {spent: total('payment') + cost, score: score + 1/4}}
  ask: {zh: 请协办, en: Ask, from: doing, invite: {helper: units}, by: [{role: clerk, scope: area}], form: [units!]}
  help: {zh: 协办, en: Help, from: doing, participant: {helper: {asked: done}}, by: [{role: clerk, scope: participant}]}
  retry: {zh: 重来, en: Retry, from: doing, to: fresh, by: [{role: clerk, scope: own}], set: {tries: tries + 1}, assign: none, when: tries < 2}
  end: {zh: 办完, en: End, from: doing, to: ended, by: [{role: chief, scope: area, not_actor_of: [begin]}], when: all_done('helper'), evidence: [{photo: proof, min: 2, geotag: true}, {file: report, min: 0}]}
  hurry: {zh: 催办, en: Hurry, from: doing, to: ended, by: [{auto: clock}]}
clocks:
  work: {zh: 办理时限, en: Time to work, budget: 2 wd, runs_in: [doing], amber: 50, breach: hurry, main: true, basis: 街道默认值}
decisions:
  grading: {hit: F, in: [tries], out: [grade], rules: [['>= 1', '"poor"'], ['-', '"good"']]}
figures:
  opened: {zh: 开办数, en: Opened, count: enter fresh, once: true}
shows: {title: note, columns: [note, unit, score, spent, grade]}
"""
DUTIES = """\
title: {zh: 本单位职责, en: Duties of our own}
basis: [街道默认做法]
duties: {clerk: {zh: 经办, en: Clerk}, head: {zh: 负责人, en: Head}}
"""
