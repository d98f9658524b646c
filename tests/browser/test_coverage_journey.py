"""A notice for two buildings, from the committee's pen to the last door, which is ticked without a signal."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.conftest import Opener
from tests.browser.notice_board import WORKER_PHONE, NoticeBoard
from tests.browser.visitor import PATIENCE_MS, Visitor, keep_picture
from tests.browser.world import Person, Town, enter
from tests.house import id_number, key

pytestmark = pytest.mark.asyncio(loop_scope="session")

ESTATE = "听雨轩"
TABLE = f"小区,楼栋,单元,户,面积\n{ESTATE},1幢,1单元,101,88\n{ESTATE},1幢,1单元,102,88\n{ESTATE},2幢,1单元,101,96\n"
READER, ANSWERER, WITHOUT_APP = "13900000601", "13900000602", "13900000603"
TITLE = "燃气入户安检，请在家留人"
TEXT = "周四 9:00–17:00 燃气公司入户安检，请在家留一位成年人。"
LOOKS, LOOK_EVERY_S = 200, 0.1


@pytest_asyncio.fixture(loop_scope="session")
async def board(town: Town) -> NoticeBoard:
    return await NoticeBoard.open(town)


async def test_from_the_pen_to_the_last_door(desk: Opener, phone: Opener, board: NoticeBoard, pictures: Path) -> None:
    await three_homes(board)
    admin = await desk(cookie=(await enter(board.town.house, board.admin.api.phone)).cookie)
    await give_the_estate_to_the_worker(admin)
    notice = await write(await desk(cookie=(await enter(board.town.house, board.moderator.api.phone)).cookie), board)
    await approve_and_publish(admin, notice)

    await reads(await open_phone_of(phone, board, READER), notice)
    await acknowledges(await open_phone_of(phone, board, ANSWERER), notice)
    await two_of_three_are_reached(admin, notice, pictures)

    worker = await open_phone_of(phone, board, WORKER_PHONE)
    await tick_without_a_signal(worker, notice, pictures)
    await expect(admin.hook("count-told")).to_have_attribute("data-n", "0")
    await worker.context.set_offline(False)
    await expect(worker.hook("doors")).to_have_attribute("data-queued", "0", timeout=PATIENCE_MS)
    # Whether it tried to send meanwhile is its own affair.
    worker.complaints[:] = [one for one in worker.complaints if "ERR_INTERNET_DISCONNECTED" not in one]
    await every_home_is_reached(admin, pictures)


async def three_homes(board: NoticeBoard) -> None:
    """In two new buildings: two whose people have the app, one whose person came to the counter."""
    api, community = board.admin.api, str(board.town.community.id)
    form = {"community_id": community, "dry_run": "false"}
    sent = await api.post("/desk/address-imports", data=form, files={"file": ("户.csv", TABLE.encode())}, headers=key())
    assert sent.is_success, sent.text
    await imported(board, sent.json()["id"])
    first = await board.town.places_on((ESTATE, "1幢", "1单元"))
    second = await board.town.places_on((ESTATE, "2幢", "1单元"))
    for number, (name, home) in enumerate(((READER, first[0]), (ANSWERER, first[1]))):
        person = await enter(board.town.house, name)
        body = application(community, home["id"], f"闻{'知行'[number]}", number)
        await approved(board, await post(person, "/verifications", body | {"evidence_media_ids": []}))
    worker = await enter(board.town.house, WORKER_PHONE)
    body = application(community, second[0]["id"], "常守正", 2) | {"phone": WITHOUT_APP}
    await approved(board, await post(worker, "/desk/verifications", body))


async def post(person: Person, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await person.api.post(path, body, headers=key())
    assert answer.is_success, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def imported(board: NoticeBoard, run: str) -> None:
    for _ in range(LOOKS):
        found = await board.get(board.admin, f"/desk/address-imports/{run}")
        if found["state"] not in ("queued", "running"):
            break
        await asyncio.sleep(LOOK_EVERY_S)
    assert found["state"] == "done", found


def application(community: str, home: str, name: str, number: int) -> dict[str, Any]:
    who = {"real_name": name, "id_number": id_number("19550203", 60 + number), "relation": "owner"}
    return {"community_id": community, "home_id": home} | who


async def approved(board: NoticeBoard, verification: dict[str, Any]) -> None:
    for step in ("claim", "approval"):
        await board.put(board.moderator, f"/desk/verifications/{verification['id']}/{step}")


async def open_phone_of(phone: Opener, board: NoticeBoard, number: str) -> Visitor:
    return await phone(cookie=(await enter(board.town.house, number)).cookie)


async def give_the_estate_to_the_worker(admin: Visitor) -> None:
    await admin.visit("/desk#/grids")
    await admin.sees("gaps", ESTATE)
    await admin.hook("grid").first.locator('[data-test="assign"]').click()
    await admin.hook("place-tree").locator(f'[data-name="{ESTATE}"]').get_by_role("checkbox").first.check()
    await admin.tap("grid-save")
    await expect(admin.hook("gaps")).to_have_count(0, timeout=PATIENCE_MS)


async def write(moderator: Visitor, board: NoticeBoard) -> str:
    """Handed in by the moderator; the notice's id."""
    await moderator.visit("/desk#/notices/new")
    await moderator.fill("write-title", TITLE)
    await moderator.fill("write-body", TEXT)
    await moderator.tap("where-some")
    estate = moderator.hook("place-tree").locator(f'[data-name="{ESTATE}"]')
    for building in ("1幢", "2幢"):
        await estate.locator(f'[data-name="{building}"]').get_by_role("checkbox").first.check()
    await moderator.sees("estimate", "3 户")
    await moderator.sees("estimate", "3 人能收到，其中 2 人在用手机应用")
    await moderator.tap("priority-important")
    await moderator.tap("write-ack")
    await moderator.tap("write-send")
    await expect(moderator.hook("sending")).to_have_count(1)
    await expect(moderator.hook("sending")).to_have_count(0, timeout=PATIENCE_MS)
    path = f"/desk/notices?community_id={board.town.community.id}&tab=waiting&q={TITLE}"
    return str((await board.get(board.admin, path))["items"][0]["id"])


async def approve_and_publish(admin: Visitor, notice: str) -> None:
    await admin.visit(f"/desk#/notices/{notice}")
    await admin.sees("audience-words", f"{ESTATE} 1幢、{ESTATE} 2幢")
    await admin.tap("approve")
    await admin.tap("and-publish")
    await admin.sees("neighbours", "3 户、3 人")
    await admin.tap("send")
    await expect(admin.hook("sending")).to_have_count(1)
    await expect(admin.hook("sending")).to_have_count(0, timeout=PATIENCE_MS)


async def reads(reader: Visitor, notice: str) -> None:
    await reader.visit(f"/#/notices/{notice}")
    await reader.sees("notice-body", TEXT)
    await reader.sees("acknowledge")


async def acknowledges(answerer: Visitor, notice: str) -> None:
    await answerer.visit("/#/home")
    card = answerer.page.locator(f'[data-test="ack-card"][data-id="{notice}"]')
    await card.locator('[data-test="acknowledge"]').click()
    await expect(card).to_contain_text("已确认")


async def two_of_three_are_reached(admin: Visitor, notice: str, pictures: Path) -> None:
    await admin.visit(f"/desk#/notices/{notice}/coverage")
    await counts_are(admin, acknowledged=1, reached=1, told=0, unreached=1)
    await admin.sees("share", "66%")
    await admin.sees("people", "3")
    await admin.sees("people-read", "2")
    await admin.sees("people-acknowledged", "1")
    tiles = admin.hook("tile")
    await expect(tiles).to_have_count(2)
    await expect(tiles.nth(0)).to_have_attribute("data-share", "100")
    await expect(tiles.nth(1)).to_have_attribute("data-share", "0")
    await tiles.nth(1).click()
    await expect(admin.hook("door")).to_have_count(1)
    await expect(admin.hook("door")).to_contain_text("1 人有账号，0 人在用应用")
    await keep_picture(admin.page, pictures, "coverage-1-two-of-three", whole=False)


async def counts_are(admin: Visitor, **counts: int) -> None:
    for name, number in counts.items():
        await expect(admin.hook(f"count-{name}")).to_have_attribute("data-n", str(number), timeout=PATIENCE_MS)


async def tick_without_a_signal(worker: Visitor, notice: str, pictures: Path) -> None:
    await worker.visit("/#/doors")
    await worker.page.locator(f'[data-test="door-list"][data-id="{notice}"]').click()
    await expect(worker.hook("doors")).to_have_attribute("data-left", "1", timeout=PATIENCE_MS)
    await worker.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    await worker.context.set_offline(True)
    await worker.hook("door").first.locator('[data-test="tick"]').click()
    await worker.tap("told-self")
    await expect(worker.hook("doors")).to_have_attribute("data-queued", "1")
    await expect(worker.hook("doors")).to_have_attribute("data-left", "0")
    await keep_picture(worker.page, pictures, "coverage-2-offline", whole=False)


async def every_home_is_reached(admin: Visitor, pictures: Path) -> None:
    """The desk has been open all the while; it learns by itself."""
    await counts_are(admin, acknowledged=1, reached=1, told=1, unreached=0)
    await admin.sees("share", "100%")
    await expect(admin.hook("tile").nth(1)).to_have_attribute("data-share", "100")
    await admin.sees("no-doors")
    await keep_picture(admin.page, pictures, "coverage-3-all", whole=False)
