"""Closed cases to learn from, made up so that what they become is plain."""

from linli.hints.learning import Past
from linli.hints.signs import Shown

TROUBLES = {
    "0102": ("路缘石破损", "路面坑洼", "人行道砖松动"),
    "0201": ("垃圾箱满溢", "垃圾乱堆", "路边堆放垃圾"),
    "0301": ("违章搭建", "楼顶搭建阳光房", "搭建围墙"),
}


def past_cases(each=20):
    return [
        Past(Shown(f"第{n}号楼旁{words[n % 3]}", {"area": f"/a{n % 4}/"}), became)
        for became, words in TROUBLES.items()
        for n in range(each)
    ]
