"""What is talked about in the demo's forum: threads, who answers, what was asked and settled."""

from datetime import timedelta

import msgspec

from backend.demo.papers import COMMITTEE, OWNERS, PROPERTY
from backend.forum.schemas.posts import ThreadKind

WANG, WANG_SON, LIU, ZHAO, HUANG = "13800000011", "13800000012", "13800000013", "13800000014", "13800000015"
ZHU, LIN, HE, GUO, GAO = "13800000016", "13800000017", "13800000018", "13800000019", "13800000020"
LUO, LIANG, SONG, TANG, AYGUL = "13800000021", "13800000022", "13800000023", "13800000024", "13800000025"
HAN, FENG, DONG, XIAO, CHENG = "13800000026", "13800000027", "13800000028", "13800000029", "13800000030"
ADMIN, MODERATOR, WORKER = "13800000002", "13800000003", "13800000004"
SOMEBODY_THERE = ""
"""Whoever of the residents lives in the board's estate: homes are drawn."""
MANAGER, OWNERS_CHAIR = "13800000009", "13800000010"


class Answer(msgspec.Struct, frozen=True):
    """`after`: how long after the thread was begun. `to`: which answer it answers, counted from 1. `as_`: the badge."""

    writer: str
    body: str
    after: timedelta
    to: int | None = None
    as_: str | None = None
    official: bool = False
    move: str | None = None
    """What it does to a public issue."""


class Vote(msgspec.Struct, frozen=True):
    """`voted`: how many of each option's electors have voted, in the options' order."""

    question: str
    options: tuple[str, ...]
    counted_by: str
    days: int
    voted: tuple[int, ...]
    is_secret: bool = False
    method: str = "single"
    choices_most: int = 1


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """A thread. `thanks`: how many neighbours liked its first post. `asked`: who a public issue is put to."""

    board: str
    writer: str
    title: str
    body: str
    ago: timedelta
    kind: ThreadKind = "discussion"
    as_: str | None = None
    asked: str | None = None
    vote: Vote | None = None
    answers: tuple[Answer, ...] = ()
    thanks: int = 0
    pinned_days: int | None = None
    accepted: int | None = None
    reported_by: tuple[str, ...] = ()
    """Answer 1 was reported by these."""


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def days(count: float) -> timedelta:
    return timedelta(days=count)


BOARDS = (
    ("公共事务", "小区的事一起商量：设施、环境、安全，请物业、业委会、居委会来答", "public", "residents", None),
    ("邻里闲聊", "认识邻居，说说生活", "community", "residents", None),
    ("停车与出行", "车位、充电、拼车、单车棚", "community", "residents", None),
    ("亲子与长者", "带娃、上学、陪爸妈看病", "community", "residents", None),
    ("宠物", "遛狗时间、走失与领养", "community", "residents", None),
    ("二手与分享", "闲置转让、借用、免费送", "community", "residents", None),
    ("业主议事", "业主讨论维修资金、业委会和物业合同", "community", "owners", None),
    ("柳岸新村", "柳岸新村邻居自己的版块", "estate", "estate", "柳岸新村"),
)
"""Name, what it is for, who reads, who writes, whose."""

TALKS = (
    Talk(
        board="公共事务",
        writer=HUANG,
        kind="issue",
        asked=PROPERTY,
        title="3幢地下车库漏水一个多月了，什么时候修？",
        body=(
            "3幢地下车库B区靠近**电梯口**的顶板一直滴水，下雨天更厉害，地面积水有人滑倒过。\n\n"
            "- 10月中旬就向前台报过一次\n- 现在放了两个桶接水，桶满了没人倒\n\n请物业说一下原因和修好的时间。"
        ),
        ago=days(9),
        thanks=14,
        answers=(
            Answer(ZHU, "我的车就停在下面，车顶都是水垢，同求。", hours(2)),
            Answer(
                MANAGER,
                "您好，已到现场查看：是顶板伸缩缝的防水层老化。今天先加了接水槽和防滑垫，每天早晚各清一次。",
                hours(6),
                as_=PROPERTY,
                official=True,
                move="acknowledge",
            ),
            Answer(CHENG, "年纪大的人从那里走要小心，谢谢先放了垫子。", hours(20), to=2),
            Answer(
                MANAGER,
                "维修单位已确定，本周四进场，B区12个车位要腾出两天，会逐户电话通知。",
                days(3),
                as_=PROPERTY,
                official=True,
                move="start",
            ),
            Answer(GAO, "车位腾出的两天可以停到哪里？", days(3.2), to=4),
            Answer(MANAGER, "可以停在东门临时车位，保安会登记放行，不另收费。", days(3.3), to=5, as_=PROPERTY),
            Answer(
                MANAGER,
                "伸缩缝已重做防水，闭水试验48小时没有渗漏。请大家再看看，有问题直接回复这里。",
                days(7),
                as_=PROPERTY,
                official=True,
                move="resolve",
            ),
            Answer(HUANG, "昨天下了一夜雨，看过了，没有再漏。谢谢马经理。", days(7.6), to=7),
        ),
    ),
    Talk(
        board="公共事务",
        writer=LIN,
        kind="issue",
        asked=PROPERTY,
        title="晚上十点以后广场舞音响太响，能不能约定一个时间？",
        body="中心花园的音响常常放到十点半，孩子睡不着。不是反对跳舞，想请物业和舞蹈队一起定个时间和音量。",
        ago=days(2.5),
        thanks=9,
        answers=(
            Answer(SONG, "我们队里商量过，可以九点前收，音响也换小的。", hours(5)),
            Answer(LIN, "太好了，谢谢宋阿姨！", hours(6), to=1),
            Answer(
                MANAGER,
                "已与舞蹈队沟通，拟定 19:00–21:00，音量不超过 60 分贝，下周起保安九点提醒。",
                hours(26),
                as_=PROPERTY,
                official=True,
                move="acknowledge",
            ),
        ),
    ),
    Talk(
        board="公共事务",
        writer=DONG,
        kind="issue",
        asked=COMMITTEE,
        title="柳岸新村3号楼门口的路灯坏了三盏，夜里看不见台阶",
        body="从3号楼到西门那段路，三盏路灯都不亮。昨晚有位老人差点踩空，请尽快看看。",
        ago=hours(30),
        thanks=6,
        answers=(Answer(FENG, "确实很黑，我下夜班都是开手机电筒走的。", hours(3)),),
    ),
    Talk(
        board="公共事务",
        writer=ADMIN,
        as_=COMMITTEE,
        kind="poll",
        title="中心花园改造，您更希望先做哪一项？",
        body="街道今年给社区一笔微改造经费。请每户投一票，结果作为方案的依据，12月初公示。",
        ago=days(4),
        thanks=11,
        pinned_days=10,
        vote=Vote(
            "先做哪一项？",
            ("加装长椅和扶手", "儿童沙坑换软垫", "增设晾衣杆", "补种遮阴的树"),
            "home",
            10,
            (7, 4, 2, 5),
        ),
        answers=(
            Answer(CHENG, "长椅最要紧，走一圈没有地方歇脚。", hours(4)),
            Answer(GUO, "沙坑的硬边磕过好几个孩子了。", hours(9)),
            Answer(CHENG, "那也可以一起做，看钱够不够。", hours(10), to=2),
        ),
    ),
    Talk(
        board="邻里闲聊",
        writer=XIAO,
        title="新搬来 2 幢，想认识几位一起晨跑的邻居",
        body="每天六点半绕湖一圈，大概四公里，速度不快。有一起的吗？",
        ago=days(1.2),
        thanks=8,
        answers=(
            Answer(TANG, "我也是六点多跑，明天东门见？", hours(1)),
            Answer(XIAO, "好，穿橙色外套的是我。", hours(1.5), to=1),
            Answer(HAN, "我家老人快走可以一起吗？", hours(8)),
            Answer(XIAO, "当然，湖边那段我们可以一起走。", hours(9), to=3),
        ),
    ),
    Talk(
        board="停车与出行",
        writer=LIANG,
        kind="question",
        title="电动车充电棚晚上总是满的，还有别的地方能充吗？",
        body="东门充电棚八点以后就没有空位了。小区里还有别的充电点吗？不想飞线充电。",
        ago=days(6),
        thanks=5,
        accepted=2,
        answers=(
            Answer(ZHAO, "千万不要飞线，很危险。", hours(1)),
            Answer(GAO, "北门自行车库里面新装了 10 个插座，刷二维码就能用，晚上一般有空。", hours(2)),
            Answer(LIANG, "去看了，真的有空位，谢谢！", hours(5), to=2),
        ),
    ),
    Talk(
        board="亲子与长者",
        writer=GUO,
        kind="question",
        title="社区托班什么时候报名？两岁半可以去吗？",
        body="听说社区要开普惠托班，想问一下年龄和报名时间，在哪里交材料？",
        ago=days(3),
        thanks=4,
        answers=(
            Answer(
                WORKER,
                "您好，托班收 2 到 3 岁，12 月 1 日起在社区服务大厅二楼报名，请带户口簿和预防接种证。",
                hours(4),
                as_=COMMITTEE,
            ),
            Answer(GUO, "收到，谢谢陈老师。", hours(5), to=1),
        ),
    ),
    Talk(
        board="宠物",
        writer=LUO,
        title="寻猫：橘白色公猫，戴蓝色项圈，昨晚从 4 幢跑出",
        body="名字叫**年糕**，胆子小，叫它会应。看到的邻居请回帖或者告诉门卫，谢谢！",
        ago=hours(14),
        thanks=12,
        answers=(
            Answer(ZHU, "早上在 5 幢地下室门口好像看到一只橘白的，你去找找。", hours(9)),
            Answer(LUO, "找到了！！就在那里，谢谢谢谢！", hours(11), to=1),
            Answer(WANG, "找到就好，记得关窗。", hours(12), to=2),
        ),
    ),
    Talk(
        board="二手与分享",
        writer=AYGUL,
        title="免费送：婴儿床一张，九成新，自提",
        body="孩子长大用不上了，床垫也一起送。3 幢，晚上七点以后在家。",
        ago=days(1.8),
        thanks=7,
        answers=(
            Answer(DONG, "加我微信低价收二手家电，回收旧手机，扫码进群领红包", hours(2)),
            Answer(FENG, "还在吗？我姐姐下个月生，想要。", hours(3)),
            Answer(AYGUL, "在的，给您留着。", hours(3.4), to=2),
        ),
        reported_by=(FENG, HUANG),
    ),
    Talk(
        board="业主议事",
        writer=OWNERS_CHAIR,
        as_=OWNERS,
        title="电梯大修要不要动用维修资金，先听听大家的意见",
        body=(
            "1幢、2幢电梯已运行 14 年，检测报告建议更换曳引轮和控制柜，报价每台约 8.6 万元。\n\n"
            "正式表决前先征求意见：\n\n1. 全部更换\n2. 只换控制柜\n3. 再观察一年\n\n报告原件在业委会办公室可以查阅。"
        ),
        ago=days(5),
        thanks=10,
        answers=(
            Answer(HE, "安全第一，同意全换，但请三家比价。", hours(6)),
            Answer(OWNERS_CHAIR, "会的，三家报价会在表决前公示。", hours(8), to=1, as_=OWNERS),
            Answer(TANG, "维修资金余额够吗？分摊多少？", hours(12)),
        ),
    ),
    Talk(
        board="柳岸新村",
        writer=SOMEBODY_THERE,
        title="2号楼顶楼漏雨的邻居可以一起去登记",
        body="居委会说可以统一请人来看，漏雨的请在下面回复楼层，我整理好交过去。",
        ago=days(2),
        thanks=3,
        answers=(),
    ),
)
