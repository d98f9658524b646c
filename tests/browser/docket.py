"""What lies on the desk of those who look after the forum, made through the API: cases, polls, issues, words."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from playwright.async_api import Locator, expect

from tests.browser.conftest import Opener
from tests.browser.square import MODERATOR_PHONE, Square
from tests.browser.visitor import PATIENCE_MS, Visitor
from tests.browser.world import Person, Town, enter

WRITER_PHONES = tuple(f"138000000{number}" for number in (11, 12, 27, 28, 29, 30))
"""Of the demo; nobody writes twice in a moment, so each thread has its own writer."""
REPORTER_PHONES = tuple(f"138000000{number}" for number in (25, 26))
WORKER_PHONE = "13800000004"
RUDE = "那家人天天半夜拖桌子，说了几次都不听，真是没素质，大家一起去砸门！"
VOTE = {"question": "楼道里的旧家具什么时候清", "options": ["这个周末", "下个周末", "先不清"], "counted_by": "home"}
SENTENCE = "请去掉攻击邻居的话，可以把事情本身重新说一遍。"


@dataclass
class Docket:
    """`admin` and `moderator` decide; whoever decided never answers the appeal."""

    square: Square
    admin: Person
    moderator: Person
    writers: list[str]

    @classmethod
    async def open(cls, town: Town, *writers: str) -> Self:
        square = await Square.open(town)
        moderator = await enter(town.house, MODERATOR_PHONE)
        return cls(square, square.admin, moderator, list(writers or WRITER_PHONES))

    async def writer(self) -> Person:
        return await enter(self.square.town.house, self.writers.pop(0))

    async def rude(self, title: str, body: str = RUDE) -> tuple[Person, str]:
        """A thread that somebody will report, and who wrote it."""
        writer = await self.writer()
        return writer, await self.square.begin(writer, title, body)

    async def report(
        self, phone: str, subject: str, reason: str = "abuse", comment: str = "", kind: str = "thread"
    ) -> None:
        reporter = await enter(self.square.town.house, phone)
        body = {"subject_kind": kind, "subject_id": subject, "reason": reason, "comment": comment}
        await self.square.post(reporter, "/reports", body)

    async def case_of(self, thread: str, tab: str = "waiting") -> str:
        path = f"/desk/cases?community_id={self.square.town.community.id}&tab={tab}&sort=newest&limit=50"
        for item in (await self.square.get(self.admin, path))["items"]:
            found = await self.square.get(self.admin, f"/desk/cases/{item['id']}")
            if found["subject_id"] == thread:
                return str(item["id"])
        raise AssertionError(f"no case of {thread} in {tab}")

    async def decide(self, person: Person, case: str, **more: Any) -> None:
        body = {"verdict": "hide", "rule": "respect", "sentence": SENTENCE} | more
        await self.square.ask(person, "PUT", f"/desk/cases/{case}/decision", body)

    async def appeal(self, writer: Person, text: str = "我只是着急，没有点名说谁，请再看一看。") -> None:
        sanction = (await self.square.get(writer, "/me/sanctions"))["items"][0]
        await self.square.post(writer, f"/sanctions/{sanction['id']}/appeal", {"text": text})

    async def poll(self, title: str, **more: Any) -> tuple[str, dict[str, Any]]:
        """A thread of the committee's with a poll, one vote a home; its id, and the poll."""
        closes = {"closes_at": (datetime.now(UTC) + timedelta(days=7)).isoformat()}
        thread = await self.square.begin(self.admin, title, kind="poll", poll=VOTE | closes | more)
        return thread, (await self.square.get(self.admin, f"/threads/{thread}"))["poll"]

    async def organisation(self, kind: str) -> str:
        found = await self.square.get(self.admin, f"/organisations?community_id={self.square.town.community.id}")
        return str(next(one["id"] for one in found["items"] if one["kind"] == kind))


async def at_desk(desk: Opener, docket: Docket, phone: str, path: str) -> Visitor:
    visitor = await desk(cookie=(await enter(docket.square.town.house, phone)).cookie)
    await visitor.visit(path)
    await visitor.sees("nav")
    return visitor


def row_of(visitor: Visitor, hook: str, words: str) -> Locator:
    return visitor.hook(hook).filter(has_text=words)


async def open_row(visitor: Visitor, hook: str, words: str) -> None:
    await expect(row_of(visitor, hook, words)).to_have_count(1, timeout=PATIENCE_MS)
    await row_of(visitor, hook, words).locator('[data-test="open"]').click()


async def send(visitor: Visitor) -> None:
    """Waits until the six seconds are over and the server knows."""
    await visitor.tap("send")
    await is_sent(visitor)


async def is_sent(visitor: Visitor) -> None:
    await expect(visitor.hook("sending").first).to_have_attribute("data-state", "held")
    await expect(visitor.hook("sending")).to_have_count(0, timeout=PATIENCE_MS)


async def fill(docket: Docket) -> dict[str, str]:
    """One of each kind, by what it is there for."""
    square, admin = docket.square, docket.admin
    house, community = square.town.house, str(square.town.community.id)
    told: dict[str, str] = {}
    _, thread = await docket.rude("半夜拖桌子的那一户请自觉")
    for phone, reason, words in zip(REPORTER_PHONES, ("abuse", "privacy"), ("说话太难听", ""), strict=True):
        await docket.report(phone, thread, reason, words)
    told["case"] = await docket.case_of(thread)
    note = {"text": "问过楼下两家，夜里确实有声音，没听到骂人。"}
    await square.post(docket.moderator, f"/desk/cases/{told['case']}/notes", note)
    writer, thread = await docket.rude("物业的人是不是都在睡觉")
    await docket.report(REPORTER_PHONES[0], thread)
    told["appeal"] = await docket.case_of(thread)
    await docket.decide(docket.moderator, told["appeal"], penalty="warn")
    await docket.appeal(writer)
    _, thread = await docket.rude("出售全新空气炸锅一个")
    await docket.report(REPORTER_PHONES[1], thread, "advert")
    told["decided"] = await docket.case_of(thread)
    await docket.decide(docket.moderator, told["decided"], verdict="delete", rule="advert", sentence="请发到集市。")
    for word, action in (("高利贷", "block"), ("刷单", "hold"), ("砸门", "mask")):
        await square.post(admin, "/desk/watched-words", {"word": word, "action": action, "community_id": community})
    told["poll_thread"], poll = await docket.poll("楼道里的旧家具清不清")
    told["poll"] = poll["id"]
    put_to = {"organisation_id": await docket.organisation("committee")}
    told["issue"] = await square.begin(await docket.writer(), "小广场的健身器材松了很久", kind="issue", issue=put_to)
    for words in (["物业", "物管", "物业公司"], ["居委会", "社区", "居委"]):
        await square.post(admin, "/desk/synonyms", {"community_id": community, "words": words})
    for phone in REPORTER_PHONES:
        searcher = await enter(house, phone)
        for words in ("射箭馆", "壁球室"):
            await square.get(searcher, f"/search?community_id={community}&q={words}")
    return told
