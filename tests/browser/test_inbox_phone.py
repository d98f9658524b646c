"""The inbox on the phone: counted, live, as one chose; and its pushes."""

from itertools import cycle
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.conftest import Opener
from tests.browser.notice_board import RESIDENT_PHONES, NoticeBoard, resident_phone
from tests.browser.visitor import PATIENCE_MS, keep_picture
from tests.browser.ways import until
from tests.browser.world import Town

pytestmark = pytest.mark.asyncio(loop_scope="session")

_residents = cycle(reversed(RESIDENT_PHONES))


@pytest_asyncio.fixture(loop_scope="session")
async def board(town: Town) -> NoticeBoard:
    return await NoticeBoard.open(town, next(_residents))


async def test_the_inbox_counts_what_is_unread(phone: Opener, board: NoticeBoard, pictures: Path) -> None:
    visitor = await resident_phone(phone, board)
    await visitor.tap("tab-inbox")
    await visitor.sees("inbox")
    # Nobody asks again: the socket brings it.
    await board.publish("周日下午门口有磨刀师傅")
    await expect(visitor.hook("inbox-item").filter(has_text="磨刀师傅")).to_have_attribute(
        "data-read", "false", timeout=PATIENCE_MS
    )
    await expect(visitor.hook("tab-inbox").locator(".unread")).to_be_visible()
    await keep_picture(visitor.page, pictures, "inbox-unread")
    await visitor.tap("read-all")
    await expect(visitor.hook("tab-inbox").locator(".unread")).to_have_count(0)
    await visitor.page.locator('label:has([data-test="inbox-unread"])').click()
    await visitor.sees("inbox-empty")


async def test_what_rings_and_when_is_ones_own_choice(phone: Opener, board: NoticeBoard) -> None:
    visitor = await resident_phone(phone, board)
    await visitor.visit("/#/me/notifications")
    published = visitor.page.locator('[data-kind="notice.published"]').locator('[data-test="switch-push"]')
    urgent = visitor.page.locator('[data-kind="notice.urgent"]').locator('[data-test="switch-push"]')
    await expect(urgent).to_be_disabled()
    await published.uncheck()
    await visitor.hook("quiet-starts").fill("21:30")
    await visitor.hook("quiet-starts").dispatch_event("change")
    await until(lambda: quiet_from(board, "21:30"))
    await visitor.page.reload()
    await expect(published).not_to_be_checked()
    await expect(visitor.hook("quiet-starts")).to_have_value("21:30")
    await published.check()
    await visitor.page.locator('[data-test="quiet-on"]').uncheck()
    await expect(visitor.hook("quiet-starts")).to_have_count(0)


async def quiet_from(board: NoticeBoard, time: str) -> bool:
    return bool((await board.get(board.resident, "/me/preferences"))["quiet_hours"]["starts"] == time)


async def test_a_push_is_shown_whatever_it_carries(phone: Opener, board: NoticeBoard) -> None:
    visitor = await resident_phone(phone, board)
    await visitor.context.grant_permissions(["notifications"])
    await visitor.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    chromium = await visitor.context.new_cdp_session(visitor.page)
    found: list[str] = []
    chromium.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(ids_of(told)))
    await chromium.send("ServiceWorker.enable")
    await until(lambda: is_known(found))
    for data in ('{"title": "社区食堂开张", "body": "请看一看", "item_id": "one"}', "not ours"):
        push = {"origin": visitor.origin, "registrationId": found[0], "data": data}
        await chromium.send("ServiceWorker.deliverPushMessage", push)
    await visitor.page.wait_for_function(
        """async () => {
            const shown = await (await navigator.serviceWorker.ready).getNotifications();
            return shown.map((one) => one.title).sort().join() === "社区食堂开张,邻里";
        }"""
    )


async def test_pushes_are_asked_for_by_a_tap_alone(phone: Opener, board: NoticeBoard) -> None:
    visitor = await resident_phone(phone, board)
    await visitor.context.grant_permissions(["notifications"])
    await visitor.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    await visitor.visit("/#/me/notifications")
    await expect(visitor.hook("push-here")).to_have_attribute("data-state", "off")
    await visitor.tap("allow-push")
    # A test context is a private window, which has no push service: it says so in a sentence.
    await expect(visitor.hook("push-here")).to_contain_text("没有连上推送服务", timeout=30_000)
    visitor.expected("incognito")


def ids_of(told: dict) -> list[str]:
    return [one["registrationId"] for one in told["registrations"] if not one["isDeleted"]]


async def is_known(found: list[str]) -> bool:
    return bool(found)
