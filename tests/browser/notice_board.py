"""Notices in every state, made through the API, for the screens that show them."""

from dataclasses import dataclass
from typing import Any, Self

from tests.browser.conftest import Opener
from tests.browser.visitor import Visitor
from tests.browser.world import ADMIN_PHONE, Person, Town, enter
from tests.house import key

MODERATOR_PHONE = "13800000003"
WORKER_PHONE = "13800000004"
RESIDENT_PHONES = tuple(f"138000000{number}" for number in range(13, 25))
"""Of the demo, whose people may sign in as often as they like; who asks for too much in a minute is told to wait."""
WALKED = "翠湖园"
"""The demo's worker walks its buildings."""
BODY = "电梯维保单位今天下午两点到五点检修电梯。\n\n检修时请走1单元，从 8 楼连廊过来。给您添麻烦了。"
REASON = "请写上联系方式，最好配一张照片"


@dataclass
class NoticeBoard:
    """The committee's two pens and a neighbour's. Each asks for what may follow: who writes never reviews."""

    town: Town
    admin: Person
    moderator: Person
    resident: Person
    committee: str

    @classmethod
    async def open(cls, town: Town, resident_phone: str = RESIDENT_PHONES[0]) -> Self:
        house = town.house
        admin, moderator = await enter(house, ADMIN_PHONE), await enter(house, MODERATOR_PHONE)
        resident = await enter(house, resident_phone)
        found = await admin.api.get("/organisations", params={"community_id": str(town.community.id)})
        committee = next(one["id"] for one in found.json()["items"] if one["kind"] == "committee")
        return cls(town, admin, moderator, resident, committee)

    async def publish(self, title: str, **more: Any) -> str:
        """The committee's, written by the moderator and let out by the admin; its id."""
        notice = await self.write(self.moderator, title, organisation_id=self.committee, **more)
        if more.get("stream") != "news":
            await self.put(self.moderator, f"/notices/{notice}/submission")
            await self.put(self.admin, f"/desk/notices/{notice}/approval")
        await self.put(self.admin, f"/desk/notices/{notice}/publication")
        return notice

    async def write(self, person: Person, title: str, **more: Any) -> str:
        body = {"stream": "notice", "title": title, "body": BODY} | more
        made = await person.api.post(f"/communities/{self.town.community.id}/notices", body, headers=key())
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    async def submit(self, person: Person, title: str, **more: Any) -> str:
        notice = await self.write(person, title, **more)
        await self.put(person, f"/notices/{notice}/submission")
        return notice

    async def send_back(self, notice: str) -> None:
        await self.put(self.moderator, f"/desk/notices/{notice}/return", {"reason": REASON})

    async def put(self, person: Person, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = await person.api.put(path, body or {})
        assert answer.is_success, f"{path}: {answer.text}"
        found: dict[str, Any] = answer.json()
        return found

    async def get(self, person: Person, path: str) -> dict[str, Any]:
        answer = await person.api.get(path)
        assert answer.is_success, f"{path}: {answer.text}"
        found: dict[str, Any] = answer.json()
        return found


async def resident_phone(phone: Opener, board: NoticeBoard) -> Visitor:
    person = await enter(board.town.house, board.resident.api.phone)
    visitor = await phone(cookie=person.cookie)
    await visitor.visit("/")
    await visitor.is_at("/#/home")
    return visitor


async def fill(board: NoticeBoard) -> dict[str, str]:
    """One of each kind that a neighbour's or a worker's phone shows, by what it is there for."""
    places = await board.town.places_on((WALKED,))
    some = {"places": [next(one["id"] for one in places if one["name"] == "4幢")]}
    told = {
        "asks": await board.publish("5号楼电梯停运检修，请走1单元连廊", priority="important", ack_required=True),
        "urgent": await board.publish("今晚十点到明早六点全社区停水", priority="urgent", is_public=True),
        "doors": await board.publish("4幢换水表，请家里留人", ack_required=True, audience=some),
        "news": await board.publish("社区食堂下周一开张，老人午餐八元", stream="news", is_public=True),
        "waiting": await board.submit(board.resident, "周六上午小广场旧物交换"),
        "returned": await board.submit(board.resident, "找一只橘猫"),
    }
    await board.send_back(told["returned"])
    return told
