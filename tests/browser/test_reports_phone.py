"""Reports on the phone: something isn't right, what came of it, and what its author may do about that."""

from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.conftest import Opener
from tests.browser.docket import SENTENCE, Docket
from tests.browser.square import phone_of
from tests.browser.visitor import Visitor, keep_picture
from tests.browser.world import Town, enter

pytestmark = pytest.mark.asyncio(loop_scope="session")

WRITER_PHONES, REPORTER_PHONE = iter(("13800000029", "13800000028", "13800000027")), "13800000025"
"""Whoever tries again needs another writer: the last one may not write any more."""
TOLD_WITHIN_MS = 90_000
"""A job tells it. One whose worker died is taken up after 15 s, and an open inbox looks again each minute."""
APPEAL = "我只是着急，没有点名说谁，请再看一看。"


@pytest_asyncio.fixture(loop_scope="session")
async def docket(town: Town) -> Docket:
    return await Docket.open(town, next(WRITER_PHONES))


async def test_a_report_is_answered_and_a_decision_objected_to(phone: Opener, docket: Docket, pictures: Path) -> None:
    square = docket.square
    writer, thread = await docket.rude("楼上半夜拖桌子没完没了")
    reporter = await phone_of(phone, square, await enter(square.town.house, REPORTER_PHONE))
    await complain(reporter, thread, pictures)
    mine = reporter.hook("my-report").filter(has_text="点着名骂人了").first
    await expect(mine).to_have_attribute("data-outcome", "waiting")

    case = await docket.case_of(thread)
    await square.ask(docket.moderator, "PUT", f"/desk/cases/{case}/claim", {})
    await docket.decide(docket.moderator, case, penalty="mute")
    await reporter.page.reload()
    await expect(mine).to_have_attribute("data-outcome", "agreed")
    await reporter.visit("/#/inbox")
    told = reporter.page.locator('[data-test="inbox-item"][data-kind="report.decided"]').first
    await told.click(timeout=TOLD_WITHIN_MS)
    await reporter.is_at("/#/me/reports")
    await keep_picture(reporter.page, pictures, "reports-mine")

    author = await phone_of(phone, square, writer)
    await author.visit("/#/inbox")
    told = author.page.locator('[data-test="inbox-item"][data-kind="moderation.decided"]').first
    await told.click(timeout=TOLD_WITHIN_MS)
    await expect(author.hook("sanction-open")).to_have_attribute("data-state", "holds")
    await author.sees("sanction-reason", SENTENCE)
    await author.sees("sanction-open", "对事不对人")
    await keep_picture(author.page, pictures, "reports-sanction")
    await author.tap("appeal-open")
    await author.fill("appeal-text", "不对")
    await author.tap("appeal-send")
    await expect(author.page.locator("[aria-invalid=true]")).to_have_count(1)
    await author.fill("appeal-text", APPEAL)
    await author.tap("appeal-send")
    await expect(author.hook("appeal")).to_have_attribute("data-state", "submitted")
    await author.visit("/#/me/sanctions")
    await author.sees("holds-now", "不能发言")

    outcome = {"outcome": "overturned", "reason": "上下文里没有指名，按误会处理。"}
    await square.ask(docket.admin, "PUT", f"/desk/cases/{case}/appeal-decision", outcome)
    await author.page.reload()
    await expect(author.hook("sanction").first).to_have_attribute("data-state", "lifted")
    await author.hook("sanction").first.locator("a").click()
    await expect(author.hook("appeal")).to_have_attribute("data-state", "overturned")
    await author.sees("appeal", "按误会处理")
    await keep_picture(author.page, pictures, "reports-overturned")

    await read_the_log(await phone(), docket, pictures)


async def complain(reporter: Visitor, thread: str, pictures: Path) -> None:
    """From the post's menu to one's own reports; what is missing is said."""
    await reporter.visit(f"/#/threads/{thread}")
    await reporter.page.locator('#post-0 [data-test="post-more"]').click()
    await reporter.tap("report")
    await reporter.tap("report-send")
    await expect(reporter.page.locator('[role="alert"]')).to_contain_text("请选一个原因")
    await reporter.page.locator('label:has([data-test="reason-abuse"])').click()
    await reporter.fill("report-comment", "点着名骂人了")
    await keep_picture(reporter.page, pictures, "reports-write")
    await reporter.tap("report-send")
    await reporter.sees("report-thanks", "对方不会知道")
    await reporter.tap("to-my-reports")


async def read_the_log(guest: Visitor, docket: Docket, pictures: Path) -> None:
    """As anybody may: what was done by which rule, what the rule asks, and nobody's name."""
    await guest.visit(f"/#/communities/{docket.square.town.community.id}/moderation-log")
    line = guest.hook("log-line").filter(has_text=SENTENCE).first
    await expect(line).to_have_attribute("data-appeal", "overturned")
    await expect(line).not_to_contain_text("陈")
    await guest.hook("rules").locator("summary").click()
    await guest.sees("rules", "同样的话说一遍就够了")
    await keep_picture(guest.page, pictures, "reports-log")
