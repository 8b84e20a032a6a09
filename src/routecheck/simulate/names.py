"""Chinese names for townships, villages, points and people, so that reports show real ones."""

from __future__ import annotations

import numpy as np

_TOWNSHIPS = [
    "钟多", "龙潭", "麻旺", "酉酬", "大溪", "兴隆", "黑水", "丁市", "龚滩", "李溪", "泔溪",
    "酉水河", "苍岭", "小河", "板溪", "涂市", "铜鼓", "可大", "偏柏", "五福", "木叶", "毛坝",
    "花田", "后坪", "天馆", "宜居", "万木", "两罾", "板桥", "官清", "南腰界", "车田", "腴地",
    "清泉", "庙溪", "浪坪", "双泉", "楠木", "后溪", "桃鱼",
]  # fmt: skip
_FIRST = [
    "石", "青", "双", "龙", "大", "小", "黄", "白", "红", "高", "长", "新", "上", "下", "金",
    "银", "竹", "松", "柏", "桃", "杨", "梨", "马", "牛", "鱼", "水", "风", "云", "天", "九",
]  # fmt: skip
_SECOND = [
    "坪", "坝", "溪", "沟", "湾", "岩", "岭", "坡", "堡", "寨", "塘", "垭", "井", "田", "河",
    "桥", "洞", "坳", "池", "门",
]  # fmt: skip
_PLACES = [
    "村口", "小学旁", "卫生室", "村委会", "桥头", "集市", "岔路口", "老井旁", "晒谷场", "车站",
    "院坝", "三组", "五组", "祠堂前",
]  # fmt: skip
_STREETS = [
    "民族路", "桃花源大道", "解放街", "人民路", "滨河路", "城北路", "东风街", "和平巷",
    "新华街", "建设路", "朝阳街", "文化巷",
]  # fmt: skip
_SURNAMES = [
    "王", "李", "张", "刘", "陈", "杨", "冉", "田", "白", "石", "彭", "向",
]  # fmt: skip


def township(number: int) -> str:
    """The name of a township; names repeat with a number once the list is used up."""
    base = _TOWNSHIPS[number % len(_TOWNSHIPS)]
    turn = number // len(_TOWNSHIPS)
    kind = "街道" if number == 0 else ("镇" if number % 3 else "乡")
    return f"{base}{kind}" if turn == 0 else f"{base}{turn + 1}{kind}"


def village(rng: np.random.Generator) -> str:
    """The name of a village."""
    return f"{rng.choice(_FIRST)}{rng.choice(_SECOND)}村"


def point(rng: np.random.Generator, village_name: str, in_town: bool) -> str:
    """The name of a collection point, as a clerk would write it."""
    if in_town:
        return f"{rng.choice(_STREETS)}{rng.integers(1, 180)}号"
    return f"{village_name}{rng.choice(_PLACES)}"


def person(rng: np.random.Generator) -> str:
    """The family name of an inspector with a title."""
    return f"{rng.choice(_SURNAMES)}师傅"
