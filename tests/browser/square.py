"""The forum with a few boards and threads, made through the API."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Self

from tests.browser.conftest import Opener
from tests.browser.visitor import Visitor
from tests.browser.world import ADMIN_PHONE, Person, Town, enter
from tests.house import key

MODERATOR_PHONE = "13800000003"
PROPERTY_PHONE = "13800000009"
STARTER_PHONES = tuple(f"138000000{number}" for number in range(13, 19))
ANSWERER_PHONES = tuple(f"138000000{number}" for number in range(19, 25))
"""Of the demo; each test has its own two, because who writes twice in a moment is told to wait."""
BOARDS = {"楼上楼下": "邻居之间的大事小事", "物业那些事": "报修、收费、停车，说给物业听"}
BODY = "昨天晚上九点多，3幢1单元的电梯又停在三楼，里面的灯也灭了。\n\n有老人被关了十分钟，请问什么时候能彻底修好？"
TOO_MANY, TRIES = 429, 20
_complaints = count(2)


@dataclass
class Square:
    """`starter` begins threads, `answerer` answers them; `board` is where they talk."""

    town: Town
    admin: Person
    starter: Person
    answerer: Person
    board: str

    @classmethod
    async def open(cls, town: Town, starter: str = STARTER_PHONES[0], answerer: str = ANSWERER_PHONES[0]) -> Self:
        people = [await enter(town.house, phone) for phone in (ADMIN_PHONE, starter, answerer)]
        square = cls(town, *people, board="")
        known = {one["name"]: one["id"] for one in (await square.get(people[0], square.at("boards")))["items"]}
        for position, (name, description) in enumerate(BOARDS.items()):
            if name not in known:
                body = {"name": name, "description": description, "position": position, "read_by": "public"}
                known[name] = (await square.post(people[0], square.at("boards"), body))["id"]
        square.board = known["楼上楼下"]
        return square

    def at(self, path: str) -> str:
        return f"/communities/{self.town.community.id}/{path}"

    async def begin(self, person: Person, title: str, body: str = "", *, board: str = "", **more: Any) -> str:
        """A new thread; its id. Nobody says the same twice."""
        words = body or f"{BODY}这已经是第 {next(_complaints)} 次了。"
        made = {"kind": "discussion", "title": title, "body": words} | more
        return str((await self.post(person, f"/boards/{board or self.board}/threads", made))["thread_id"])

    async def answer(self, person: Person, thread: str, body: str, **more: Any) -> dict[str, Any]:
        return await self.post(person, f"/threads/{thread}/replies", {"body": body} | more)

    async def get(self, person: Person, path: str) -> dict[str, Any]:
        return await self.ask(person, "GET", path)

    async def post(self, person: Person, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return await self.ask(person, "POST", path, body)

    async def ask(self, person: Person, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        more = {"json": body, "headers": key()} if body is not None else {}
        for _ in range(TRIES):
            answer = await person.api.request(method, path, **more)
            if answer.status_code != TOO_MANY:
                break
            await asyncio.sleep(int(answer.headers["retry-after"]))
        assert answer.is_success, f"{method} {path}: {answer.text}"
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found


async def fill(square: Square) -> dict[str, str]:
    """One thread of each kind, by what it is there for; the long one has everything that a thread can have."""
    starter, answerer, admin = square.starter, square.answerer, square.admin
    moderator = await enter(square.town.house, MODERATOR_PHONE)
    found = await square.get(admin, f"/organisations?community_id={square.town.community.id}")
    office = {one["kind"]: one["id"] for one in found["items"]}
    told = {"board": square.board, "long": await square.begin(starter, "3幢1单元的电梯这个月第三次停了")}
    first = await square.answer(answerer, told["long"], "我家在十二楼，拎着菜走上来的，**膝盖受不了**。")
    quote = {"quoted_id": told["long"], "quoted_text": "什么时候能彻底修好"}
    await square.answer(moderator, told["long"], "已经转给物业，今天内给大家答复。", parent_id=first["id"], **quote)
    gone = await square.answer(moderator, told["long"], "这一条发重了。")
    await square.ask(moderator, "DELETE", f"/replies/{gone['id']}")
    for number in range(8):
        await square.answer(moderator, told["long"], f"第 {number + 1} 次巡查：电梯运行正常，没有异响。")
    response = {"organisation_id": office["committee"], "body": "维保公司周五更换门机，换好之前每天巡查两次。"}
    await square.ask(admin, "PUT", f"/threads/{told['long']}/official-response", response)
    closes_at = (datetime.now(UTC) + timedelta(days=7)).isoformat()
    poll = {"question": "中秋晚会放在哪一天", "options": ["九月十四", "九月十五"], "closes_at": closes_at}
    put_to = {"organisation_id": office["property_company"]}
    more = [
        ("question", "请问门禁卡丢了去哪里补办", {"kind": "question"}),
        (
            "issue",
            "地下车库入口的坡道太滑了",
            {"kind": "issue", "issue": put_to},
        ),
        ("poll", "中秋晚会放在哪一天好", {"kind": "poll", "poll": poll}),
        ("locked", "关于遛狗时间的讨论", {}),
    ]
    for name, title, kind in more:
        told[name] = await square.begin(moderator, title, **kind)
    answer = await square.answer(admin, told["question"], "带上身份证到物业前台，十块钱，当场就好。")
    await square.ask(moderator, "PUT", f"/threads/{told['question']}/accepted-reply", {"reply_id": answer["id"]})
    await square.ask(moderator, "PUT", f"/threads/{told['locked']}/lock", {"reason": "已有定论"})
    await square.ask(answerer, "PUT", f"/posts/thread/{told['long']}/reactions/hug", {})
    await square.ask(answerer, "PUT", f"/posts/reply/{first['id']}/bookmark", {})
    return told


async def phone_of(phone: Opener, square: Square, person: Person) -> Visitor:
    """Their phone, at home; a session of its own."""
    again = await enter(square.town.house, person.api.phone)
    visitor = await phone(cookie=again.cookie)
    await visitor.visit("/")
    await visitor.is_at("/#/home")
    return visitor
