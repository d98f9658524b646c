"""What is announced in the demo. `{day+2}` in a text becomes the day after tomorrow, so that it never reads old."""

from datetime import timedelta
from typing import Literal

import msgspec

from backend.notices.schemas.notices import Group, Priority, State, Stream

COMMITTEE = "翠湖社区居委会"
PROPERTY = "翠湖物业服务中心"
OWNERS = "翠湖园业主委员会"


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """`ago`: since it stands where it stands. `read` and `acknowledged` are shares of those it is addressed to."""

    title: str
    body: str
    writer: str
    role: str
    state: State
    ago: timedelta
    voice: str | None = None
    stream: Stream = "notice"
    priority: Priority = "normal"
    is_public: bool = False
    ack_required: bool = False
    buildings: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    valid_days: int | None = None
    pinned_days: int | None = None
    starts_in: timedelta | None = None
    edited: str | None = None
    """The body as a reviewer left it."""
    reason: str | None = None
    read: float = 0
    acknowledged: float = 0
    doors: int = 0
    """How many a worker has knocked at."""


WORKER: tuple[str, Literal["worker"]] = ("13800000004", "worker")
MODERATOR: tuple[str, Literal["moderator"]] = ("13800000003", "moderator")
MANAGER: tuple[str, Literal["org_member"]] = ("13800000009", "org_member")
CHAIR: tuple[str, Literal["org_member"]] = ("13800000010", "org_member")

PAPERS = (
    Paper(
        title="{day+2}停水通知",
        body="因二次供水水箱清洗，{day+2} 9:00–16:00，翠湖园 1幢至 3幢停水。\n\n"
        "请各户提前储水，停水期间关好水龙头，恢复供水后先放水两三分钟再用。"
        "独居老人如需帮忙提水，请打物业电话 0571-88000110。",
        writer=MANAGER[0],
        role=MANAGER[1],
        voice=PROPERTY,
        state="published",
        ago=timedelta(hours=20),
        priority="important",
        ack_required=True,
        buildings=("1幢", "2幢", "3幢"),
        valid_days=4,
        edited="因二次供水水箱清洗，{day+2} 9:00–16:00，翠湖园 1幢至 3幢停水。\n\n"
        "请各户提前储水，停水期间关好水龙头，恢复供水后先放水两三分钟再用。"
        "独居老人需要帮忙提水的，请打物业 0571-88000110 或居委会 0571-88000101，我们上门。",
        read=0.7,
        acknowledged=0.5,
        doors=9,
    ),
    Paper(
        title="请不要在消防通道停车",
        body="本周消防检查发现，柳岸新村南侧和翠湖园 5幢前的消防通道又被占用。\n\n"
        "通道是救命用的。请车主在 {day+1} 20:00 前把车移开；"
        "晚上找不到车位，可以停在社区服务中心前的临时车位，20:00 到次日 8:00 免费。"
        "{day+2} 起，仍占用通道的车辆将请交警处理。",
        writer=WORKER[0],
        role=WORKER[1],
        voice=COMMITTEE,
        state="published",
        ago=timedelta(days=2),
        priority="important",
        is_public=True,
        ack_required=True,
        pinned_days=5,
        read=0.8,
        acknowledged=0.6,
        doors=14,
    ),
    Paper(
        title="暴雨橙色预警：地下车库今晚请勿停车",
        body="市气象台发布暴雨橙色预警，今晚雨势较大。\n\n请把地下车库的车移到地面，收好阳台上的花盆和衣架，今晚尽量不要出门。"
        "居委会值班电话 0571-88000101，整夜有人。",
        writer=WORKER[0],
        role=WORKER[1],
        voice=COMMITTEE,
        state="expired",
        ago=timedelta(days=11),
        priority="urgent",
        is_public=True,
        valid_days=1,
        read=0.9,
    ),
    Paper(
        title="周末旧书交换，欢迎带孩子来",
        body="{saturday}下午 2 点到 4 点，我想在翠湖园中心花园办一次旧书交换：带一本来，换一本走。\n\n"
        "童书、小说、菜谱都行，课本就不要带啦。下雨就改到社区活动室。",
        writer="13800000014",
        role="resident",
        state="submitted",
        ago=timedelta(hours=26),
    ),
    Paper(
        title="电梯年检，分幢停用",
        body="翠湖园各幢电梯年检，每台停用约两小时：1幢、2幢 {day+4} 上午，3幢、4幢 {day+4} 下午，"
        "5幢、6幢 {day+5} 上午。\n\n"
        "行动不便的住户如当天要看病、透析，请提前一天告诉物业，我们调整顺序。",
        writer=MANAGER[0],
        role=MANAGER[1],
        voice=PROPERTY,
        state="scheduled",
        ago=timedelta(hours=5),
        buildings=("1幢", "2幢", "3幢", "4幢", "5幢", "6幢"),
        starts_in=timedelta(days=2),
        valid_days=9,
    ),
    Paper(
        title="转让九成新电动车",
        body="去年买的电动车，骑了不到 500 公里，低价转让，电话 138 0000 0016。",
        writer="13800000016",
        role="resident",
        state="returned",
        ago=timedelta(days=1),
        reason="布告栏不登买卖。二手物品请等“邻里集市”开放后发布；也请不要公开留手机号，以防骚扰。",
    ),
    Paper(
        title="60 岁以上居民免费接种流感疫苗",
        body="{day+3}、{day+4} 上午 8:30–11:00，社区卫生服务站在居委会一楼设接种点，60 岁以上的居民免费。\n\n"
        "请带身份证和医保卡，穿好脱的衣服，空腹不用。正在发烧、对鸡蛋过敏的请先问医生。出行不便的可以预约上门：0571-88000101。",
        writer=WORKER[0],
        role=WORKER[1],
        voice=COMMITTEE,
        state="published",
        ago=timedelta(hours=30),
        groups=("age:60",),
        valid_days=6,
        read=0.6,
        doors=3,
    ),
    Paper(
        title="业委会换届候选人公示",
        body="翠湖园业主委员会本届任期将满。经业主推荐、换届小组核实，候选人共 7 名，现公示 15 天，"
        "名单见各幢大厅公告栏。\n\n"
        "有不同意见，请在公示期内以书面形式交到居委会，写明姓名和房号，我们三个工作日内答复。",
        writer=CHAIR[0],
        role=CHAIR[1],
        voice=OWNERS,
        state="published",
        ago=timedelta(days=4),
        is_public=True,
        valid_days=15,
        pinned_days=12,
        read=0.5,
    ),
    Paper(
        title="便民服务中心周六也开门",
        body="应上班居民的要求，从本周起，社区便民服务中心周六 9:00–12:00 照常办事，"
        "可以办居住登记、老年优待证和医保咨询。\n\n"
        "人多时请按号等候；65 岁以上优先。",
        writer=MODERATOR[0],
        role=MODERATOR[1],
        voice=COMMITTEE,
        stream="news",
        state="published",
        ago=timedelta(days=6),
        is_public=True,
        valid_days=30,
        read=0.6,
    ),
    Paper(
        title="银龄敬老茶话会办得热热闹闹",
        body="昨天下午，四十多位老邻居在活动室喝茶、下棋、唱越剧，最年长的程德福老人还即兴拉了一段二胡。\n\n"
        "感谢十二位志愿者忙前忙后。想看照片，可以到居委会来拷。",
        writer=MODERATOR[0],
        role=MODERATOR[1],
        voice=COMMITTEE,
        stream="news",
        state="published",
        ago=timedelta(hours=7),
        is_public=True,
        read=0.3,
    ),
    Paper(
        title="3幢水管抢修，今晚可能停水",
        body="3幢 2单元主水管漏水，正在抢修，今晚 20:00 起可能停水到明早 6:00。请马上储一点水。",
        writer=MANAGER[0],
        role=MANAGER[1],
        voice=PROPERTY,
        state="approved",
        ago=timedelta(minutes=25),
        priority="urgent",
        buildings=("3幢",),
        valid_days=2,
    ),
    Paper(
        title="冬季用电安全提醒",
        body="天冷了，取暖器不要盖衣物，不要用一个插座带几个大功率电器。",
        writer=WORKER[0],
        role=WORKER[1],
        voice=COMMITTEE,
        state="draft",
        ago=timedelta(hours=3),
    ),
    Paper(
        title="充电棚临时关闭",
        body="柳岸新村充电棚线路检修，暂停使用两天。",
        writer=MANAGER[0],
        role=MANAGER[1],
        voice=PROPERTY,
        state="withdrawn",
        ago=timedelta(days=8),
        reason="检修改期，请以新的通知为准。",
        read=0.2,
    ),
)
