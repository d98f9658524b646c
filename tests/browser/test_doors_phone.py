"""Doors on the phone: ticked without a signal, kept through a closed page, counted once."""

from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Route, expect

from tests.browser.conftest import Opener
from tests.browser.notice_board import WALKED, WORKER_PHONE, NoticeBoard
from tests.browser.visitor import PATIENCE_MS, Visitor, keep_picture
from tests.browser.ways import AWAY, lose_the_signal
from tests.browser.world import Town, enter

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOST = "ERR_FAILED"


@pytest_asyncio.fixture(loop_scope="session")
async def board(town: Town) -> NoticeBoard:
    return await NoticeBoard.open(town)


async def test_doors_are_ticked_without_a_signal_and_counted_once(
    phone: Opener, board: NoticeBoard, pictures: Path
) -> None:
    entrance = (await board.town.places_on((WALKED, "6幢")))[0]["id"]
    notice = await board.publish("6幢1单元换水表", ack_required=True, audience={"places": [entrance]})
    worker = await phone(cookie=(await enter(board.town.house, WORKER_PHONE)).cookie)
    await worker.visit("/#/doors")
    await worker.page.locator(f'[data-test="door-list"][data-id="{notice}"]').click()
    await worker.sees("doors")
    all_doors = await doors_left(worker)
    assert all_doors >= 4
    names = await worker.hook("door").evaluate_all("(doors) => doors.map((door) => door.dataset.name)")

    await lose_the_signal(worker)
    await tick(worker, names[0], "self")
    await tick(worker, names[1], "family", note="老人耳背，请大声些")
    await tick(worker, names[2], "neighbour")
    await worker.tap("undo")
    await expect(worker.hook("doors")).to_have_attribute("data-queued", "2")
    await nobody_home(worker, names[3])
    await keep_picture(worker.page, pictures, "doors-offline", whole=False)
    assert await told_at(board, notice) == 0

    # What a page sends while it is being left may pass the browser's "offline"; it is kept until an answer came.
    await worker.page.reload()
    await worker.sees("queued", "2")
    assert await doors_left(worker) == all_doors - 2
    await expect(door(worker, names[3])).to_contain_text("没人在")
    await worker.page.locator('label:has([data-test="doors-done"])').click()
    await expect(door(worker, names[1])).to_contain_text("家人 · 老人耳背")
    await expect(door(worker, names[1]).locator('[data-test="waiting-sync"]')).to_be_visible()

    await worker.context.set_offline(False)
    await expect(worker.hook("doors")).to_have_attribute("data-queued", "0", timeout=PATIENCE_MS)
    assert await told_at(board, notice) == 2
    assert await doors_left(worker) == all_doors - 2
    worker.expected(AWAY)

    await an_answer_is_lost(worker, board, notice, names[4], all_doors)


async def an_answer_is_lost(worker: Visitor, board: NoticeBoard, notice: str, name: str, all_doors: int) -> None:
    """The visit arrives, its answer doesn't: it is sent again and is still one."""
    sent: list[str] = []

    async def lose_the_first(route: Route) -> None:
        sent.append(route.request.headers["idempotency-key"])
        answer = await route.fetch()
        await (route.abort() if len(sent) == 1 else route.fulfill(response=answer))

    await worker.page.route("**/visits", lose_the_first)
    await worker.page.locator('label:has([data-test="doors-open"])').click()
    await tick(worker, name, "self")
    await expect(worker.hook("doors")).to_have_attribute("data-queued", "0", timeout=2 * PATIENCE_MS)
    assert len(sent) >= 2 and len(set(sent)) == 1
    assert await told_at(board, notice) == 3
    worker.expected(LOST)

    await worker.page.locator('label:has([data-test="doors-done"])').click()
    await door(worker, name).locator('[data-test="untick"]').click()
    await expect(worker.hook("doors")).to_have_attribute("data-queued", "0", timeout=PATIENCE_MS)
    assert await told_at(board, notice) == 2
    assert await doors_left(worker) == all_doors - 2


def door(worker: Visitor, name: str) -> Locator:
    return worker.page.locator(f'[data-test="door"][data-name="{name}"]').first


async def tick(worker: Visitor, name: str, who: str, *, note: str = "") -> None:
    await door(worker, name).locator('[data-test="tick"]').click()
    if note:
        await worker.fill("door-note", note)
    await worker.tap(f"told-{who}")
    await expect(door(worker, name)).to_have_attribute("data-done", "true")


async def nobody_home(worker: Visitor, name: str) -> None:
    await door(worker, name).locator('[data-test="tick"]').click()
    await worker.tap("nobody-home")
    await expect(door(worker, name)).to_have_attribute("data-done", "false")


async def doors_left(worker: Visitor) -> int:
    await worker.sees("doors")
    return int(await worker.hook("doors").get_attribute("data-left") or -1)


async def told_at(board: NoticeBoard, notice: str) -> int:
    found = await board.get(board.admin, f"/desk/notices/{notice}/coverage")
    return int(found["counts"]["told"])
