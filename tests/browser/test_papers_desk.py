"""Ballots on paper at the desk: two of staff enter each, and neither sees what the other entered."""

from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.conftest import Opener
from tests.browser.docket import WORKER_PHONE, Docket, at_desk, row_of, send
from tests.browser.square import MODERATOR_PHONE
from tests.browser.visitor import PATIENCE_MS, Visitor, keep_picture
from tests.browser.world import ADMIN_PHONE, Town

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def docket(town: Town) -> Docket:
    return await Docket.open(town)


async def test_a_paper_ballot_takes_two_of_staff(desk: Opener, docket: Docket, pictures: Path) -> None:
    thread, poll = await docket.poll("门口的快递柜放哪边好", question="快递柜放在哪一边")
    worker = await at_desk(desk, docket, WORKER_PHONE, f"/desk#/polls/{poll['id']}")
    home = await enter_paper(worker, 0)
    await worker.sees("paper-waits", "等另一位同事")

    moderator = await at_desk(desk, docket, MODERATOR_PHONE, f"/desk#/polls/{poll['id']}")
    await moderator.tap("tab-waiting")
    elector = row_of(moderator, "elector", home)
    await expect(elector.locator('[data-test="paper-mark"]')).to_have_text("等第二人")
    await elector.locator('[data-test="enter-paper"]').click()
    await moderator.sees("paper-second", "看不到对方录了什么")
    await moderator.hook("paper-option").nth(1).click()
    await moderator.tap("paper-send")
    await moderator.sees("paper-wrong", "不一致")
    moderator.expected("409")
    await expect(moderator.hook("paper-option").nth(1)).to_have_attribute("aria-pressed", "false")
    await moderator.hook("paper-option").nth(0).click()
    await moderator.tap("paper-send")
    await moderator.sees("paper-waits")

    await worker.visit("/desk#/polls")
    await worker.hook("poll-row").filter(has_text="快递柜放在哪一边").click()
    await worker.tap("tab-waiting")
    await row_of(worker, "elector", home).locator('[data-test="enter-paper"]').click()
    await worker.hook("paper-option").nth(0).click()
    await worker.tap("paper-send")
    await worker.sees("slip", "快递柜放在哪一边")
    receipt = (await worker.hook("receipt").inner_text()).strip()
    assert len(receipt) >= 6
    await keep_picture(worker.page, pictures, "polls-desk-slip", whole=False)
    await expect(worker.hook("turnout")).to_have_attribute("data-voted", "1", timeout=PATIENCE_MS)

    admin = await at_desk(desk, docket, ADMIN_PHONE, f"/desk#/polls/{poll['id']}")
    await admin.tap("close-poll")
    await admin.sees("told", "投票结束：快递柜放在哪一边")
    await send(admin)
    await expect(admin.hook("result").first).to_have_attribute("data-votes", "1", timeout=PATIENCE_MS)
    await admin.tap("view-table")
    await admin.sees("results-table", "100%")
    published = await docket.square.get(docket.admin, f"/polls/{poll['id']}/ballots/{receipt}")
    assert published["choices"] == [poll["options"][0]["id"]]


async def enter_paper(visitor: Visitor, option: int) -> str:
    """Of the first home that hasn't voted; its name."""
    first = visitor.hook("elector").first
    home = await first.locator("strong").inner_text()
    await first.locator('[data-test="enter-paper"]').click()
    await visitor.tap("paper-send")
    await visitor.sees("paper-wrong", "至少一项")
    await visitor.hook("paper-option").nth(option).click()
    await visitor.tap("paper-send")
    return home
