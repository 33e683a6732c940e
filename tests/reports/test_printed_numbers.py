"""The checker finds what cannot be true, and leaves alone what is right."""

from pathlib import Path

import pytest
from docx import Document
from hypothesis import assume, given
from hypothesis import strategies as st

from linli.project.__main__ import main
from linli.reports.checking import check
from linli.reports.checking.numbers import numbers_in
from linli.reports.checking.texts import Text
from linli.reports.documents import DocumentRefused, read

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
LAWS = SEEDS.parent / "law"


def found_in(*lines):
    return [(found.rule, found.severity) for found in check(Text.of(lines))]


@pytest.mark.parametrize(
    "sentence",
    [
        "共受理各类诉求1,234件，办结1,200件，办结率97.24%，满意率98.5%。",
        "工单总数为12683件，其中办结8846件、不予受理867件、满意6197件、基本满意237件、不满意1262件；满意度80.32%。",
        "全年新增注册企业2585家，其中注册资金在1000万以上的200家，5000万元以上的39家。",
        "现有人员1894人，其中局本级187人（在编139人、退休8人、协管40人），环卫处1707人（在编132人、退休148人、临聘272人、企业聘用1155人）。",
        "满意率由90.1%提高到92.3%，提高2.2个百分点。",
        "第三产业占比62.3%，比上年提高1.2个百分点。",
        "党员总数1000人，其中女党员600人、35岁以下500人、大专以上学历800人。",
        "完成固定资产投资15.6亿元，完成年度计划的104%。",
        "由2018年的120件下降到2019年的90件，下降25%。",
        "零售额由5.2亿元增加到6.5亿元，增长25%。",
        "新建公园3个、改建公园2个，共计5个。",
        "发放补贴312人、56.7万元，人均1817元。",
        "设置充电桩60个，其中快充20个、慢充40个。",
        "预算收入1200万元，支出1150万元，结余50万元，执行率95.83%。",
        "近3年来，共有60岁以上老年人1.2万人，占户籍人口的35.6%。",
        "举办活动12场，参与1500余人次，发放资料3000余份。",
        "完成签约30956人，签约率40.25%。",
        "企业3648户，比上一个五年增加1477户，增加68.03%；分支机构138个，比上一个五年增加123个，增长820%。",
        "总建筑面积约21万平方米，其中商业约7.2万平方米，酒店约2.2万平方米，公共服务约2万平方米，地下约9.6万平方米。",
        "一是健全制度；二是强化督查；三是注重实效。",
        "建立听证会、协调会和评议会等三项制度。",
        "五件套：高拍仪、读卡器、扫描枪、打印机、摄像头。",
        "2021年4月23日（星期五）印发。",
        "全年调解纠纷107起，调解成功率100%。",
        "走访9745人次，走访对象8548人。",
        "从实现目的的最小范围出发。",
    ],
)
def test_what_is_right_is_left_alone(sentence):
    assert found_in(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "rule", "severity", "arithmetic"),
    [
        ("受理工单29274起，结案28986起，结案率99.12%。", "ratio", "wrong", "28986起 / 29274起 = ≈99.016%"),
        ("收集诉求68项，解决65项，解决率100%。", "hundred", "wrong", "65项 / 68项 = ≈95.6%"),
        ("由2018年的120件上升到2019年的90件，上升25%。", "growth", "wrong", "-30 / 120 = -25%"),
        ("比率由90.1%提高到92.3%，提高2.2%。", "pp", "question", "92.3% - 90.1% = 2.2"),
        ("由90.1%提高到92.3%，提高3.2个百分点。", "pp", "wrong", "92.3% - 90.1% = 2.2"),
        ("受理诉求1000件，比上年增加5个百分点。", "pp", "wrong", "1000件, 5个百分点"),
        ("新建公园3个、改建公园2个，共计6个。", "sum", "wrong", "3个 + 2个 = 5; 6个 = 6"),
        ("总面积4550平方米，其中室内3780平方米，露台970平方米。", "sum", "wrong", "3780平方米 + 970平方米 = 4750; 4550平方米 = 4550"),
        ("共办理案件120件，其中投诉80件、求助30件、咨询20件。", "sum", "wrong", "80件 + 30件 + 20件 = 130; 120件 = 120"),
        ("共检查商户80家，其中餐饮90家。", "subset", "wrong", "90家 > 80家"),
        ("建立听证会、协调会、评议会、议事会等三项制度。", "list", "wrong", "三项: 4 > 3"),
        ("五件套：高拍仪、读卡器、扫描枪、打印机。", "list", "question", "4 ≠ 5"),
        ("2021年2月30日召开会议。", "date", "wrong", "2月30日"),
        ("2021年4月23日（星期四）印发。", "date", "wrong", "2021-04-23: 星期五"),
        ("群众满意率达102%。", "share", "wrong", "102% > 100%"),
        ("发放补贴312人、56.7万元，人均2817元。", "ratio", "wrong", "56.7万元 / 312人 = ≈1817.31, 2817元"),
        ("企业3648户，比上期增加1477户，增加78.03%。", "growth", "wrong", "1477 / 2171 = ≈68.03%"),
        ("走访群众500人，走访群众400人次。", "subset", "wrong", "400人次 < 500人"),
        ("全年减少排放120%。", "growth", "wrong", "120% > 100%"),
        ("接听来电599次，回访满意率99.1%。", "grim", "question", "593/599 = ≈98.998%, 594/599 = ≈99.165%"),
        ("将近61户企业参加。", "approx", "question", "将近61户"),
        ("约300余人参加。", "approx", "question", "约300余人"),
        ("一是健全制度；二是强化督查；四是注重实效。", "structure", "wrong", "2 → 4"),
        ("截止2021年底，已建成12个。", "structure", "question", "截止 → 截至"),
        ("民生投入占财政支出的79.78%，同比上升3.12%。", "pp", "question", "79.78 / (1 + 3.12%) or 79.78 - 3.12"),
        ("在上期目标的基础上再提升10%，确保新增岗位6000个。", "growth", "question", "6000 / (1 + 10%) = ≈5454.5"),
    ],
)  # fmt: skip
def test_what_cannot_be_true_is_found_with_its_arithmetic(sentence, rule, severity, arithmetic):
    found = check(Text.of([sentence]))

    assert [(f.rule, f.severity, f.arithmetic, f.line) for f in found] == [
        (rule, severity, arithmetic, 1)
    ]


@pytest.mark.skipif(not SEEDS.exists(), reason="the shared seeds are not beside this folder")
def test_the_printed_documents_give_what_is_known_to_be_wrong_with_them():
    found = {
        key: sorted({(f.rule, f.severity) for f in check(read(next(SEEDS.glob(f"{key}_*"))))})
        for key in ("000", "001", "002", "004")
    }

    assert found == {
        "000": [("pp", "question")],
        "001": [],
        "002": [
            ("grim", "question"),
            ("period", "question"),
            ("structure", "question"),
            ("universe", "question"),
        ],
        "004": [
            ("approx", "question"),
            ("growth", "question"),
            ("plan", "question"),
            ("ratio", "question"),
            ("sum", "wrong"),
        ],
    }


@pytest.mark.parametrize("law", sorted(LAWS.glob("*.md")), ids=lambda path: path.stem[:12])
def test_laws_hold_no_false_alarm(law):
    text = Text.of(law.read_text(encoding="utf-8").splitlines())

    assert [f for f in check(text) if f.rule != "structure"] == []


@given(st.integers(1, 99999), st.data())
def test_a_rate_rounded_half_up_is_never_called_wrong(whole, data):
    part = data.draw(st.integers(0, whole))
    hundredths = (20000 * part + whole) // (2 * whole)
    rate = f"{hundredths // 100}.{hundredths % 100:02d}"

    found = found_in(f"受理{whole}件，办结{part}件，办结率{rate}%。")

    if part < whole and hundredths == 10000:
        assert found == [("hundred", "wrong")]
    else:
        assert found == []


@given(st.integers(2, 99999), st.data())
def test_a_rate_that_is_off_is_always_called_wrong(whole, data):
    part = data.draw(st.integers(1, whole - 1))
    off = data.draw(st.integers(2, 500))
    hundredths = (20000 * part + whole) // (2 * whole) + off
    rate = f"{hundredths // 100}.{hundredths % 100:02d}"

    found = found_in(f"受理{whole}件，办结{part}件，办结率{rate}%。")

    assert {severity for _, severity in found} == {"wrong"}


@given(st.lists(st.integers(1, 9999), min_size=2, max_size=6), st.integers(-50, 50))
def test_a_total_is_wrong_when_and_only_when_its_parts_give_another(parts, off):
    total = sum(parts) + off
    assume(total > 0)
    tails = {sum(parts[i:]) for i in range(len(parts) - 1)}
    listed = "、".join(f"新建{part}个" for part in parts)

    found = found_in(f"{listed}，共计{total}个。")

    assert found == ([] if total in tails else [("sum", "wrong")])


@pytest.mark.parametrize(
    ("printed", "values"),
    [
        ("受理28,986件", [28986]),
        ("投入1.5亿元和3万元", [150_000_000, 30_000]),
        ("百分之九十五以上", [95]),
        ("2019年12月3日召开1次", [1]),
        ("第14个五年规划", []),
        ("“1+1+1”签约", []),
        ("12345热线受理5件", [5]),
        ("闵古办〔2021〕16号", []),
        ("０９号楼前种树１２棵", [12]),
        ("电话021-54123456", []),
    ],
)
def test_numbers_are_read_and_names_are_not(printed, values):
    sentence = Text.of([printed]).sentences[0]

    assert [number.value for number in sentence.numbers] == values


def test_what_rough_words_mean():
    meant = {
        n.text: tuple(map(int, n.bounds))
        for n in numbers_in("6300余件，将近40户，约300人，1.5万份")
    }

    assert meant == {
        "6300余件": (6300, 6400),
        "将近40户": (30, 40),
        "约300人": (270, 330),
        "1.5万份": (14500, 15500),
    }


def test_a_word_file_is_read_with_its_tables(tmp_path):
    document = Document()
    document.add_paragraph("受理10件，办结9件，办结率80%。")
    table = document.add_table(1, 4)
    for cell, text in zip(
        table.rows[0].cells, ["登记率、准确率（%）", "约束性", "平安办", "98%"], strict=True
    ):
        cell.text = text
    document.save(str(tmp_path / "a.docx"))

    found = check(read(tmp_path / "a.docx"))

    assert [(f.rule, f.line) for f in found] == [("plan", 0), ("plan", 0), ("ratio", 1)]


@pytest.mark.parametrize("name", ["a.pdf", "none.txt", "broken.docx"])
def test_a_file_that_is_no_report_is_refused_with_the_cure(tmp_path, name):
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    (tmp_path / "broken.docx").write_bytes(b"PK\x03\x04")

    with pytest.raises(DocumentRefused) as refused:
        read(tmp_path / name)

    assert name in refused.value.message.zh


def test_gb18030_is_read(tmp_path):
    (tmp_path / "old.txt").write_bytes("受理10件，办结9件，办结率80%。".encode("gb18030"))

    assert [f.rule for f in check(read(tmp_path / "old.txt"))] == ["ratio"]


@pytest.mark.parametrize(("line", "code"), [("办结率90%。", 0), ("办结率80%。", 1)])
def test_the_command_says_how_many_and_fails_on_what_is_wrong(tmp_path, capsys, line, code):
    (tmp_path / "a.txt").write_text(f"受理10件，办结9件，{line}", encoding="utf-8")

    assert main(["report", "check", str(tmp_path / "a.txt")]) == code
    assert f"{code} " in capsys.readouterr().out.splitlines()[-1]
