"""A neighbourhood's worth of words: what is looked for, written by hand, among two thousand things that are like it.

The same at every run: ids, texts and dates come from the place in the list and from one seed.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5

from search.document import Document

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
COMMUNITY = UUID("01a10000-0000-7000-8000-000000000001")
BOARDS = [UUID(f"01a10000-0000-7000-8000-0000000001{at:02d}") for at in range(6)]
BUILDINGS = [UUID(f"01a10000-0000-7000-8000-0000000002{at:02d}") for at in range(12)]
LIKE_THEM = 2_100
ANCHORS = Path(__file__).with_name("anchors.tsv")

THINGS = """
电梯 路灯 门禁 水管 下水道 单元门 消防栓 垃圾桶 绿化 监控 楼道灯 水表 道闸 车位 健身器材
儿童滑梯 信报箱 外墙 屋顶 窗户 热水器 空调外机 快递柜 充电棚 公告栏 围墙 台阶 扶手 井盖
天花板
""".split()
TROUBLES = """
坏了没人修 又出问题了 一直漏水 晚上很吵 发出异响 灯不亮了 锈得厉害 被人占用 有安全隐患
修了三次还是坏 关不上 打不开 异味很重 没有人打扫 被撞歪了 需要更换 什么时候能修好
""".split()
ASKS = """
请物业尽快处理 有人知道找谁吗 大家遇到过吗 希望居委会出面协调 已经报修一周了 能不能给个说法
谢谢各位邻居
""".split()
HABITS = """
团购水果 合唱团排练 亲子阅读 象棋比赛 摄影采风 插花课 急救培训 包粽子 元宵灯会 跳蚤市场
露天电影 瑜伽课 编织小组 法律咨询 心理讲座
""".split()
ANSWERS = (
    "我家{door}也是这样，{thing}{trouble}。|楼上说得对，{ask}。|刚给管家打过电话，说明天派人来看{thing}。|+1，{thing}已经反映过两次。"
    "|{building}这边也有，{trouble}。|参加过{habit}，挺好的，下次还去。|谢谢热心邻居，问题已经解决。|{habit}几点开始？带孩子可以吗？"
    "|我觉得应该先开会商量，再决定{thing}怎么办。|昨天师傅来了，说{thing}要等配件。"
).split("|")


def corpus() -> list[Document]:
    """The anchors first, then what is like them."""
    return [*_anchors(), *like_them(LIKE_THEM)]


def id_of(key: str) -> UUID:
    return uuid5(COMMUNITY, key)


def _anchors() -> Iterator[Document]:
    for at, line in enumerate(ANCHORS.read_text("utf-8").splitlines()):
        key, kind, title, body = line.split("\t")
        yield _document(key, kind, title, body, days=3 + 5 * at % 300, popularity=at % 7)


def like_them(count: int, seed: int = 4) -> Iterator[Document]:
    chance = random.Random(seed)
    for at in range(count):
        words = {
            "thing": chance.choice(THINGS),
            "trouble": chance.choice(TROUBLES),
            "ask": chance.choice(ASKS),
            "habit": chance.choice(HABITS),
            "building": f"{chance.randint(1, 18)}{chance.choice(['幢', '号楼', '栋'])}",
            "door": f"{chance.randint(1, 18)}-{chance.randint(1, 3)}-{chance.randint(1, 18)}0{chance.randint(1, 4)}",
        }
        kind = chance.choices(["reply", "thread", "notice"], [60, 30, 10])[0]
        title, body = _like(kind, words, chance)
        yield _document(f"like{seed}-{at}", kind, title, body, days=chance.randint(0, 700), popularity=at % 23)


def _like(kind: str, words: dict[str, str], chance: random.Random) -> tuple[str, str]:
    said = [chance.choice(ANSWERS).format(**words) for _ in range(chance.randint(1, 4))]
    if kind == "reply":
        return "", "".join(said)
    if kind == "notice":
        return (
            f"{words['habit']}活动通知（第{chance.randint(1, 40)}期）",
            f"地点：{words['building']}架空层。{''.join(said)}",
        )
    return f"{words['building']}{words['thing']}{words['trouble']}，{words['ask']}", "".join(said)


def _document(key: str, kind: str, title: str, body: str, *, days: int, popularity: int) -> Document:
    it = id_of(key)
    place = it.int % 1_000
    return Document(
        kind=kind,
        id=it,
        community_id=COMMUNITY,
        audience=["public"],
        title=title,
        body=body,
        extras=[f"翠湖社区〔2026〕{place}号"] if kind == "notice" else [],
        author="",
        created_at=NOW - timedelta(days=days, minutes=place),
        popularity=popularity,
        subject_id=it,
        number=1 + place if kind == "reply" else None,
        board_id=BOARDS[place % len(BOARDS)] if kind != "notice" else None,
        building_id=BUILDINGS[place % len(BUILDINGS)] if kind == "thread" else None,
    )
