"""Notices at the desk: written, reviewed, let out, followed to every door."""

import re
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from tests.browser.conftest import Opener
from tests.browser.notice_board import WORKER_PHONE, NoticeBoard
from tests.browser.visitor import PATIENCE_MS, Visitor, keep_picture
from tests.browser.world import Person, Town, enter

pytestmark = pytest.mark.asyncio(loop_scope="session")

PROPERTY_PHONE = "13800000009"
ESTATE, BUILDING = "柳岸新村", "6号楼"
READY_MADE = "请写清楚时间和地点"


@pytest_asyncio.fixture(loop_scope="session")
async def board(town: Town) -> NoticeBoard:
    return await NoticeBoard.open(town)


async def at_desk(desk: Opener, board: NoticeBoard, person: Person, path: str = "/desk#/notices") -> Visitor:
    visitor = await desk(cookie=(await enter(board.town.house, person.api.phone)).cookie)
    await visitor.visit(path)
    await visitor.sees("nav")
    return visitor


def row_of(visitor: Visitor, title: str) -> Locator:
    return visitor.hook("notice-row").filter(has_text=title)


async def open_notice(visitor: Visitor, title: str) -> None:
    await expect(row_of(visitor, title)).to_have_count(1, timeout=PATIENCE_MS)
    await row_of(visitor, title).locator('[data-test="open"]').click()
    await expect(visitor.hook("notice").locator("h2")).to_have_text(title)
    await visitor.sees("notice-facts")


async def send(visitor: Visitor) -> None:
    """Waits until the six seconds are over and the server knows."""
    await visitor.tap("send")
    await expect(visitor.hook("sending").first).to_have_attribute("data-state", "held")
    await expect(visitor.hook("sending")).to_have_count(0, timeout=PATIENCE_MS)


async def seen(board: NoticeBoard, person: Person, notice: str) -> dict[str, Any]:
    return await board.get(person, f"/notices/{notice}")


async def handed_in(board: NoticeBoard, title: str, **more: Any) -> tuple[Person, str]:
    """By the property company, in its name."""
    person = await enter(board.town.house, PROPERTY_PHONE)
    found = await board.get(person, f"/organisations?community_id={board.town.community.id}")
    company = next(one["id"] for one in found["items"] if one["kind"] == "property_company")
    return person, await board.submit(person, title, organisation_id=company, **more)


async def test_a_notice_is_corrected_approved_and_let_out_by_keyboard(
    desk: Opener, board: NoticeBoard, pictures: Path
) -> None:
    writer, notice = await handed_in(board, "地库清洗", body="周六清洗地库，请挪车。")
    visitor = await at_desk(desk, board, board.moderator)
    await open_notice(visitor, "地库清洗")
    await visitor.sees("audience-words", "全体居民")
    await expect(visitor.hook("reach")).to_contain_text(re.compile(r"[\d,]+ 户"))

    await visitor.page.keyboard.press("e")
    await visitor.fill("write-body", "周六 9:00–11:00 清洗地库，请挪车。")
    await visitor.sees("preview", "周六 9:00–11:00")
    await visitor.tap("write-send")
    await visitor.sees("notice")
    await expect(visitor.hook("difference").nth(1).locator("ins")).to_contain_text("9:00–11:00")
    await expect(visitor.hook("version")).to_have_count(2)
    await keep_picture(visitor.page, pictures, "notices-desk-difference", whole=False)

    await visitor.page.keyboard.press("a")
    await visitor.sees("told", "《地库清洗》已通过审核")
    await visitor.tap("send")
    await visitor.tap("take-back")
    await expect(visitor.hook("sending")).to_have_count(0)
    assert (await seen(board, writer, notice))["state"] == "submitted"
    await open_notice(visitor, "地库清洗")
    await visitor.page.keyboard.press("a")
    await send(visitor)
    assert (await seen(board, writer, notice))["state"] == "approved"

    await visitor.page.keyboard.press("Escape")
    await visitor.tap("tab-approved")
    await open_notice(visitor, "地库清洗")
    await visitor.page.keyboard.press("p")
    await visitor.sees("told", "《地库清洗》已发布")
    await visitor.sees("neighbours", "马上")
    await send(visitor)
    out = await seen(board, writer, notice)
    assert (out["state"], out["body"]) == ("published", "周六 9:00–11:00 清洗地库，请挪车。")
    await visitor.page.keyboard.press("Escape")
    await visitor.tap("tab-published")
    await open_notice(visitor, "地库清洗")
    await visitor.sees("notice-text", out["reference"])
    async with visitor.page.expect_download() as saved:
        await visitor.tap("poster")
    assert (await saved.value).suggested_filename == "海报 地库清洗.pdf"


async def test_one_is_sent_back_with_a_reason_and_taken_down_with_another(desk: Opener, board: NoticeBoard) -> None:
    writer, notice = await handed_in(board, "楼道粉刷")
    visitor = await at_desk(desk, board, board.moderator)
    await open_notice(visitor, "楼道粉刷")
    await visitor.page.keyboard.press("r")
    await visitor.tap("send")
    await expect(visitor.hook("notice").locator("footer [role=alert]")).to_be_visible()
    await visitor.hook("ready-made").filter(has_text=READY_MADE).click()
    await visitor.sees("told", READY_MADE)
    await send(visitor)
    back = await seen(board, writer, notice)
    assert (back["state"], back["reason"]) == ("returned", READY_MADE)
    await visitor.page.keyboard.press("Escape")
    await visitor.tap("tab-returned")
    await open_notice(visitor, "楼道粉刷")
    await visitor.sees("notice-steps", READY_MADE)

    taken = await board.publish("明天停电")
    admin = await at_desk(desk, board, board.admin, f"/desk#/notices/{taken}?tab=published")
    await admin.tap("withdraw")
    await admin.fill("reason", "供电所改期了")
    await admin.sees("told", "《明天停电》已撤下")
    await send(admin)
    assert (await board.get(board.admin, f"/desk/notices/{taken}"))["notice"]["state"] == "withdrawn"


async def test_an_urgent_one_needs_two_and_nobody_reviews_their_own(desk: Opener, board: NoticeBoard) -> None:
    _, notice = await handed_in(board, "水管爆裂，今晚停水", priority="urgent")
    visitor = await at_desk(desk, board, board.moderator)
    await open_notice(visitor, "水管爆裂，今晚停水")
    await visitor.sees("urgent-left", "本月还可以发")
    await visitor.page.keyboard.press("a")
    await send(visitor)
    await visitor.visit(f"/desk#/notices/{notice}?tab=approved")
    await visitor.sees("why-not", "还差一双眼睛")

    own = await board.submit(board.moderator, "志愿者周末集合", organisation_id=board.committee)
    await visitor.visit(f"/desk#/notices/{own}")
    await visitor.sees("nothing-to-do", "另一位同事")
    await expect(visitor.hook("approve")).to_have_count(0)
    await expect(row_of(visitor, "志愿者周末集合").locator('[data-test="own"]')).to_be_visible()


async def test_writing_shows_whom_it_reaches_and_how_it_will_look(
    desk: Opener, board: NoticeBoard, deed: bytes, pictures: Path
) -> None:
    visitor = await at_desk(desk, board, board.admin)
    await visitor.sees("write-notice")
    await visitor.page.keyboard.press("n")
    await visitor.sees("write")
    await visitor.tap("write-send")
    await visitor.sees("write-failed")
    await visitor.fill("write-title", "冬天用火用电")
    await visitor.fill("write-body", "取暖器用完请拔插头。\n\n谢谢大家。")
    await visitor.tap("where-some")
    await visitor.sees("estimate", "请选至少一处")
    tree = visitor.hook("place-tree")
    await tree.locator(f'[data-name="{BUILDING}"]').get_by_role("checkbox", name=BUILDING).first.check()
    await expect(visitor.hook("estimate")).to_contain_text(re.compile(r"[1-9]\d* 户"))
    await visitor.tap("priority-important")
    await visitor.tap("write-ack")
    picture = {"name": "插座.jpg", "mimeType": "image/jpeg", "buffer": deed}
    await visitor.hook("attach-file").set_input_files(picture)
    await expect(visitor.hook("attached")).to_contain_text("插座.jpg", timeout=PATIENCE_MS)
    await visitor.sees("preview", "冬天用火用电")
    await expect(visitor.hook("preview")).to_contain_text("重要")
    await keep_picture(visitor.page, pictures, "notices-desk-write", whole=False)
    await visitor.tap("write-draft")
    await visitor.sees("write-saved")
    await visitor.tap("write-send")
    await expect(visitor.hook("sending")).to_have_count(0, timeout=PATIENCE_MS)
    await visitor.tap("tab-waiting")
    await open_notice(visitor, "冬天用火用电")
    await visitor.sees("audience-words", f"{ESTATE} {BUILDING}")
    await expect(visitor.hook("attachment").locator("img")).to_be_visible(timeout=PATIENCE_MS)

    await visitor.page.keyboard.press("Escape")
    await visitor.page.keyboard.press("n")
    await visitor.fill("write-title", "写到一半的事")
    await visitor.fill("write-body", "还没写完。")
    await visitor.tap("nav-notices")
    await visitor.tap("tab-drafts")
    await expect(row_of(visitor, "写到一半的事")).to_have_count(1, timeout=PATIENCE_MS)


async def test_news_go_out_without_review_and_can_wait(desk: Opener, board: NoticeBoard) -> None:
    visitor = await at_desk(desk, board, board.moderator, "/desk#/notices/new")
    await visitor.tap("stream-news")
    await visitor.fill("write-title", "路灯亮了")
    await visitor.fill("write-body", "昨晚六点，东门的路灯亮了。")
    await visitor.tap("write-public")
    await visitor.tap("write-send")
    await visitor.sees("sending", "发布《路灯亮了》")
    await expect(visitor.hook("sending")).to_have_count(0, timeout=PATIENCE_MS)
    await visitor.tap("tab-published")
    await expect(row_of(visitor, "路灯亮了")).to_have_count(1, timeout=PATIENCE_MS)
    await visitor.fill("search", "路灯")
    await expect(visitor.hook("notice-row")).to_have_count(1, timeout=PATIENCE_MS)
    await visitor.tap("save-filter")
    await visitor.sees("saved-filter", "路灯")
    await visitor.tap("export")
    async with visitor.page.expect_download() as saved:
        await visitor.tap("export-xlsx")
    assert (await saved.value).suggested_filename.endswith(".xlsx")


async def test_coverage_is_followed_to_the_doors(desk: Opener, board: NoticeBoard, pictures: Path) -> None:
    entrance = (await board.town.places_on((ESTATE, BUILDING)))[0]
    notice = await board.publish("管道清洗", ack_required=True, audience={"places": [entrance["id"]]})
    visitor = await at_desk(desk, board, board.moderator, f"/desk#/notices/{notice}/coverage")
    await visitor.sees("coverage-summary")
    homes = await left(visitor)
    await visitor.tap("view-table")
    await visitor.sees("coverage-table", BUILDING)
    await visitor.tap("view-tiles")
    await expect(visitor.hook("tile")).to_have_count(1)
    await visitor.tap("tile")
    await expect(visitor.hook("door")).to_have_count(homes)
    door = visitor.hook("door").first
    await door.locator('[data-test="tick"]').click()
    await visitor.hook("told-ready").filter(has_text="家人").click()
    await visitor.fill("told-note", "下午再来")
    await visitor.tap("told-send")
    await visitor.sees("ticked", "家人")
    await expect(visitor.hook("count-told")).to_have_attribute("data-n", "1")
    await expect(visitor.hook("door")).to_have_count(homes - 1)
    await visitor.tap("door-state-told")
    await expect(visitor.hook("door")).to_contain_text("下午再来")
    await keep_picture(visitor.page, pictures, "notices-desk-coverage")
    await visitor.tap("untick-last")
    await expect(visitor.hook("count-told")).to_have_attribute("data-n", "0")
    assert await left(visitor) == homes

    await somebody_else_ticks(board, notice)
    await expect(visitor.hook("count-told")).to_have_attribute("data-n", "1", timeout=PATIENCE_MS)
    await visitor.tap("door-sheet")
    await expect(visitor.hook("sheet").locator("tbody tr")).to_have_count(homes - 1)
    await visitor.tap("every-door")
    await expect(visitor.hook("sheet").locator("tbody tr")).to_have_count(homes)


async def left(visitor: Visitor) -> int:
    return int(await visitor.hook("count-unreached").get_attribute("data-n") or -1)


async def somebody_else_ticks(board: NoticeBoard, notice: str) -> None:
    found = await board.get(board.admin, f"/desk/notices/{notice}/homes")
    body = {"home_id": found["items"][0]["home_id"], "told": "本人"}
    answer = await board.admin.api.post(f"/desk/notices/{notice}/visits", body, headers={"Idempotency-Key": notice})
    assert answer.is_success, answer.text


async def test_a_reminder_says_whom_it_reaches_and_then_whom_it_reached(desk: Opener, board: NoticeBoard) -> None:
    notice = await board.publish("请核对水表读数")
    visitor = await at_desk(desk, board, board.moderator, f"/desk#/notices/{notice}/coverage")
    await visitor.tap("remind-open")
    await expect(visitor.hook("remind-reach")).to_contain_text(re.compile(r"最多 [1-9]\d* 人"))
    await visitor.tap("remind-send")
    await visitor.sees("sending", "推送提醒")
    await visitor.sees("reminded", "人")
    await expect(visitor.hook("reminders")).to_contain_text("推送提醒", timeout=PATIENCE_MS)


async def test_workers_are_given_buildings_and_gaps_are_named(desk: Opener, board: NoticeBoard) -> None:
    visitor = await at_desk(desk, board, board.admin, "/desk#/grids")
    worker = await enter(board.town.house, WORKER_PHONE)
    grid = visitor.page.locator(f'[data-test="grid"][data-id="{worker.api.account_id}"]')
    await grid.locator('[data-test="assign"]').click()
    tree = visitor.hook("place-tree").locator('[data-name="翠湖园"]')
    first = tree.locator('[data-name="1幢"]').get_by_role("checkbox").first
    await expect(first).to_be_checked(timeout=PATIENCE_MS)
    await first.uncheck()
    await visitor.tap("grid-save")
    await visitor.sees("grid-saved")
    await visitor.sees("gaps", "翠湖园 1幢")
    await grid.locator('[data-test="assign"]').click()
    await first.check()
    await visitor.tap("grid-save")
    await expect(visitor.hook("gaps")).to_have_count(0, timeout=PATIENCE_MS)


async def test_a_worker_at_the_desk_begins_with_the_doors(desk: Opener, board: NoticeBoard) -> None:
    notice = await board.publish("燃气安检", ack_required=True)
    visitor = await desk(cookie=(await enter(board.town.house, WORKER_PHONE)).cookie)
    await visitor.visit("/desk")
    await visitor.is_at("/desk#/doors")
    await visitor.page.locator(f'[data-test="door-list"][data-id="{notice}"]').click()
    await visitor.sees("coverage-summary")
    await expect(visitor.hook("remind-open")).to_have_count(0)
