"""Addresses in free text, in the forms that people write them; and what only looks like one."""

import pytest

from linli.registry.gazetteer.parsing import addresses_in, digits

KNOWN = (
    "平吉路",
    "古龙路",
    "和平路",
    "古美三村",
    "平南一村",
    "前进路",
    "万源城",
    "莲花路",
    "丽水家园小区",
)

FORMS = [
    ("平吉路150弄12号302室", {"road": "平吉路", "lane": "150", "number": "12", "room": "302"}),
    ("平吉路１５０弄１２号３０２室", {"road": "平吉路", "lane": "150", "number": "12", "room": "302"}),
    ("平吉路 150 弄 12 号 302 室", {"road": "平吉路", "lane": "150", "number": "12", "room": "302"}),
    ("平吉路一百五十弄十二号三〇二室", {"road": "平吉路", "lane": "150", "number": "12", "room": "302"}),
    ("平吉路150弄", {"road": "平吉路", "lane": "150"}),
    ("平吉路150弄口", {"road": "平吉路", "lane": "150"}),
    ("平吉路150弄内12号", {"road": "平吉路", "lane": "150", "number": "12"}),
    ("平吉路150弄3支弄12号", {"road": "平吉路", "lane": "150", "branch": "3", "number": "12"}),
    ("平吉路150弄三支弄", {"road": "平吉路", "lane": "150", "branch": "3"}),
    ("平吉路150-160弄", {"road": "平吉路", "lane": "150-160"}),
    ("平吉路12号", {"road": "平吉路", "number": "12"}),
    ("平吉路12号甲", {"road": "平吉路", "number": "12甲"}),
    ("平吉路12甲号", {"road": "平吉路", "number": "12甲"}),
    ("平吉路甲12号", {"road": "平吉路", "number": "甲12"}),
    ("平吉路12号乙3室", {"road": "平吉路", "number": "12乙", "room": "3"}),
    ("平吉路临12号", {"road": "平吉路", "number": "临12"}),
    ("平吉路12-3号", {"road": "平吉路", "number": "12-3"}),
    ("平吉路12之3号", {"road": "平吉路", "number": "12之3"}),
    ("平吉路12、14号", {"road": "平吉路", "number": "12、14"}),
    ("平吉路12号3号楼201室", {"road": "平吉路", "number": "12", "block": "3", "room": "201"}),
    ("平吉路12号3幢2单元201室", {"road": "平吉路", "number": "12", "block": "3", "unit": "2", "room": "201"}),
    ("平吉路12号A座5楼", {"road": "平吉路", "number": "12", "block": "A", "floor": "5"}),
    ("平吉路12号3层", {"road": "平吉路", "number": "12", "floor": "3"}),
    ("平吉路12号302", {"road": "平吉路", "number": "12", "room": "302"}),
    ("平吉路12号A302室", {"road": "平吉路", "number": "12", "room": "A302"}),
    ("平吉路12号3-302室", {"road": "平吉路", "number": "12", "room": "3-302"}),
    ("平吉路近古龙路", {"road": "平吉路", "crossing": "古龙路"}),
    ("平吉路、古龙路路口", {"road": "平吉路", "crossing": "古龙路"}),
    ("平吉路150弄近古龙路", {"road": "平吉路", "lane": "150", "crossing": "古龙路"}),
    ("请到平吉路150弄来看看", {"road": "平吉路", "lane": "150"}),
    ("我家住在平吉路150弄12号", {"road": "平吉路", "lane": "150", "number": "12"}),
    ("上海市闵行区古美路街道平吉路150弄", {"road": "平吉路", "lane": "150"}),
    ("闵行区平吉路88号门前积水", {"road": "平吉路", "number": "88"}),
    ("和平路8号", {"road": "和平路", "number": "8"}),
    ("前进路8号", {"road": "前进路", "number": "8"}),
    ("沪闵公路1200号", {"road": "沪闵公路", "number": "1200"}),
    ("世纪大道100号", {"road": "世纪大道", "number": "100"}),
    ("宝山大街20号", {"road": "宝山大街", "number": "20"}),
    ("南京东路300号", {"road": "南京东路", "number": "300"}),
    ("位于莲花路口的红绿灯", {"road": "莲花路"}),
    ("古美三村12号302室", {"estate": "古美三村", "number": "12", "room": "302"}),
    ("古美三村12号楼", {"estate": "古美三村", "block": "12"}),
    ("平南一村门口垃圾", {"estate": "平南一村"}),
    ("曹杨新村5号", {"estate": "曹杨新村", "number": "5"}),
    ("平阳六村23号601", {"estate": "平阳六村", "number": "23", "room": "601"}),
    ("住在阳光花园3号楼2单元", {"estate": "阳光花园", "block": "3", "unit": "2"}),
    ("阳光花园3栋201房", {"estate": "阳光花园", "block": "3", "room": "201"}),
    ("阳光花园5#楼", {"estate": "阳光花园", "block": "5"}),
    ("平吉路150弄阳光花园12号", {"road": "平吉路", "lane": "150", "estate": "阳光花园", "number": "12"}),
    ("丽水家园小区内", {"estate": "丽水家园小区"}),
    ("虹桥公寓A座", {"estate": "虹桥公寓", "block": "A"}),
    ("红星村3组12号", {"village": "红星村", "team": "3组", "number": "12"}),
    ("红星村5队", {"village": "红星村", "team": "5队"}),
    ("红星村陈家宅8号", {"village": "红星村", "hamlet": "陈家宅", "number": "8"}),
    ("红星村12号", {"village": "红星村", "number": "12"}),
    ("平吉居委会", {"committee": "平吉"}),
    ("古美街道平吉居委", {"committee": "平吉"}),
    ("龙田街道南布社区", {"committee": "南布"}),
    ("闵行区红星村委会", {"committee": "红星"}),
    ("150弄12号302室漏水", {"lane": "150", "number": "12", "room": "302"}),
    ("12号302室漏水", {"number": "12", "room": "302"}),
    ("我们3号楼2单元电梯坏了", {"block": "3", "unit": "2"}),
    ("万源城门口", {"estate": "万源城"}),
    ("万源城12号302室", {"estate": "万源城", "number": "12", "room": "302"}),
]  # fmt: skip

NONE = [
    "某某路上没有灯", "改善小区环境", "要想富先修路", "走投无路", "后花园", "交给社区处理", "不知道哪条街",
    "路灯不亮了", "马路上有坑", "这条路很窄", "道路积水", "八号线停运", "地铁12号线", "3月5号来过", "2020年3月5号上午", "工单号12345",
    "一号文件", "请勿弄脏墙面", "不要弄坏", "弄堂里黑", "小区里没有灯", "本小区停车难", "手机号不对", "半路抛锚", "一路上", "小路难走",
    "电路短路", "线路老化", "房间302平方", "教室漏水", "五楼住户扰民", "三楼楼道堆物", "第12号通知", "我们社区", "断头路", "城中村改造",
    "村里没有水", "农村道路", "好几条街", "整条街都黑", "水泥路坏了", "街道办事处", "路过的人", "路面塌陷", "街坊邻居", "物业办公室",
    "广场舞太吵", "每天8号晚上",
]  # fmt: skip


@pytest.mark.parametrize(("text", "parts"), FORMS, ids=[text for text, _parts in FORMS])
def test_an_address_is_read_part_by_part(text, parts):
    found = addresses_in(text, KNOWN)

    read = [{k: v for k, v in vars(one).items() if v} for one in found]
    assert read == ([parts] if parts else [])


@pytest.mark.parametrize("text", NONE)
def test_what_only_looks_like_an_address_is_left(text):
    assert addresses_in(text) == []


def test_several_addresses_in_one_text_are_each_read():
    found = addresses_in("平吉路150弄门口和古龙路88号之间，古美三村12号旁", KNOWN)

    assert [one.words for one in found] == ["平吉路150弄", "古龙路88号", "古美三村12号"]


def test_numbers_in_words_become_digits():
    words = ["一百五十", "十二", "二十", "三〇二", "一百零五", "12甲", "两"]

    assert [digits(word) for word in words] == ["150", "12", "20", "302", "105", "12甲", "2"]


def test_a_long_text_without_an_address_is_read_in_no_time():
    assert addresses_in("物业不作为，居民意见很大" * 2000) == []
