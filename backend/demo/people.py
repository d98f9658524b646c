"""Who lives in the demo. Every name, phone and number is invented; the numbers only have valid check digits."""

from random import Random

import msgspec

REGION = "330106"
CHECK_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
OLDEST, YOUNGEST = 1944, 2004
"""Years of birth: all of age, and one in four old enough for the elder mode to matter."""


class DemoPerson(msgspec.Struct, frozen=True):
    """`born` is a year when the story needs one."""

    phone: str
    name: str
    sex: str
    relation: str = "owner"
    role: str | None = None
    organisation: str | None = None
    born: int | None = None


PLATFORM_ADMIN_PHONE = "13800000001"
NEWCOMER_PHONE = "13800000031"

OFFICERS = (
    DemoPerson("13800000002", "李敏", "F", role="committee_admin"),
    DemoPerson("13800000003", "张建国", "M", role="moderator"),
    DemoPerson("13800000004", "陈晓燕", "F", role="worker"),
    DemoPerson("13800000005", "周雅琴", "F", role="treasurer"),
    DemoPerson("13800000006", "吴国梁", "M", role="auditor"),
    DemoPerson("13800000007", "徐海涛", "M", role="merchant", organisation="翠湖便民超市"),
    DemoPerson("13800000008", "孙丽华", "F", role="volunteer_coordinator"),
    DemoPerson("13800000009", "马志强", "M", relation="tenant", role="org_member", organisation="翠湖物业服务中心"),
    DemoPerson("13800000010", "欧阳静", "F", role="org_member", organisation="翠湖园业主委员会"),
    DemoPerson("13800000035", "钱玉梅", "F", role="worker"),
)
RESIDENTS = (
    DemoPerson("13800000011", "王秀英", "F", born=1951),
    DemoPerson("13800000012", "王磊", "M", relation="family"),
    DemoPerson("13800000013", "刘桂芳", "F", born=1947),
    DemoPerson("13800000014", "赵文博", "M", relation="tenant"),
    DemoPerson("13800000015", "黄淑珍", "F"),
    DemoPerson("13800000016", "朱小龙", "M"),
    DemoPerson("13800000017", "林婉清", "F", relation="tenant"),
    DemoPerson("13800000018", "何永康", "M", born=1949),
    DemoPerson("13800000019", "郭思雨", "F"),
    DemoPerson("13800000020", "高翔", "M"),
    DemoPerson("13800000021", "罗美玲", "F"),
    DemoPerson("13800000022", "梁子轩", "M", relation="tenant"),
    DemoPerson("13800000023", "宋玉兰", "F", born=1953),
    DemoPerson("13800000024", "唐宏伟", "M"),
    DemoPerson("13800000025", "阿依古丽·买买提", "F", relation="tenant"),
    DemoPerson("13800000026", "韩冬", "M"),
    DemoPerson("13800000027", "冯春梅", "F"),
    DemoPerson("13800000028", "董浩然", "M", relation="tenant"),
    DemoPerson("13800000029", "萧雨桐", "F"),
    DemoPerson("13800000030", "程德福", "M", born=1945),
)
APPLICANTS = (
    DemoPerson("13800000032", "许明亮", "M", relation="tenant"),
    DemoPerson("13800000033", "沈佳怡", "F"),
    # The same person as 13800000018, with a new phone: the desk must see the conflict.
    DemoPerson("13800000034", "何永康", "M", born=1949),
)
SAME_ID = {"13800000034": "13800000018"}
SHARED_HOME = {"13800000012": "13800000011"}
ELSEWHERE_ADMIN = DemoPerson("13800000041", "邓佩文", "F")
ELSEWHERE_RESIDENTS = (
    DemoPerson("13800000042", "彭志远", "M"),
    DemoPerson("13800000043", "曹雪莹", "F", relation="tenant"),
)


def id_number(person: DemoPerson) -> str:
    """Always the same for one phone: year, day and sequence are drawn from it."""
    draw = Random(SAME_ID.get(person.phone, person.phone))
    year = person.born or draw.randint(OLDEST, YOUNGEST)
    sequence = 2 * draw.randint(1, 499) + (person.sex == "M")
    body = f"{REGION}{year}{draw.randint(1, 12):02}{draw.randint(1, 28):02}{sequence:03}"
    total = sum(int(digit) * weight for digit, weight in zip(body, CHECK_WEIGHTS, strict=True))
    return body + CHECK_DIGITS[total % 11]
