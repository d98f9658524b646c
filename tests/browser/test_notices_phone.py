"""Notices on the phone: read, acknowledged, written; seen by who may."""

import io
import re
from itertools import cycle
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect
from pypdf import PdfWriter

from tests.browser.conftest import Opener
from tests.browser.notice_board import BODY, REASON, RESIDENT_PHONES, NoticeBoard, resident_phone
from tests.browser.visitor import PATIENCE_MS, Visitor, keep_picture
from tests.browser.ways import AWAY, lose_the_signal, until
from tests.browser.world import NEWCOMER_PHONE, Town, enter

pytestmark = pytest.mark.asyncio(loop_scope="session")

_residents = cycle(RESIDENT_PHONES)


@pytest_asyncio.fixture(loop_scope="session")
async def board(town: Town) -> NoticeBoard:
    return await NoticeBoard.open(town, next(_residents))


def paper() -> bytes:
    written, writer = io.BytesIO(), PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.write(written)
    return written.getvalue()


def row_of(visitor: Visitor, notice: str) -> Locator:
    return visitor.page.locator(f'[data-test="notice"][data-id="{notice}"]')


async def test_a_neighbour_reads_and_acknowledges(phone: Opener, board: NoticeBoard, pictures: Path) -> None:
    notice = await board.publish("5号楼电梯检修", priority="important", ack_required=True)
    quiet = await board.publish("楼道里请勿堆放杂物")
    visitor = await resident_phone(phone, board)
    await visitor.tap("all-notices")
    await visitor.page.locator('label:has([data-test="show-to_acknowledge"])').click()
    await expect(row_of(visitor, notice)).to_contain_text("重要")
    await row_of(visitor, notice).click()
    await visitor.is_at(f"/#/notices/{notice}")
    await visitor.sees("notice-body", BODY.split("\n")[0])
    await visitor.sees("author", "居委会")
    await visitor.sees("notice-facts", "〔")
    await keep_picture(visitor.page, pictures, "notices-read")
    await visitor.tap("acknowledge")
    await visitor.sees("acknowledged", "已确认")
    await until(lambda: known(board, notice))
    async with visitor.page.expect_download() as poster:
        await visitor.tap("poster")
    assert (await poster.value).suggested_filename.endswith(".pdf")

    await visitor.visit("/#/notices?show=unread")
    await expect(row_of(visitor, quiet)).to_have_attribute("data-read", "false")
    await expect(row_of(visitor, notice)).to_have_count(0)
    await row_of(visitor, quiet).click()
    await visitor.sees("notice-open")
    await visitor.tap("back")
    await expect(row_of(visitor, quiet)).to_have_count(0)
    await visitor.fill("notice-search", "杂物")
    await visitor.page.keyboard.press("Enter")
    await visitor.sees("empty")


async def test_one_tap_on_the_home_screen_acknowledges(phone: Opener, board: NoticeBoard, pictures: Path) -> None:
    await board.publish("明早消防演练，听到警报请下楼", priority="important", ack_required=True)
    visitor = await resident_phone(phone, board)
    await visitor.sees("ack-card")
    await keep_picture(visitor.page, pictures, "notices-home")
    card = visitor.hook("ack-card").first
    notice = await card.get_attribute("data-id")
    await card.locator('[data-test="acknowledge"]').click()
    await expect(card).to_contain_text("已确认")
    await until(lambda: known(board, str(notice)))


async def test_what_is_acknowledged_without_a_signal_arrives_later(phone: Opener, board: NoticeBoard) -> None:
    notice = await board.publish("周四除四害，请关好窗", ack_required=True)
    visitor = await resident_phone(phone, board)
    await visitor.visit(f"/#/notices/{notice}")
    await visitor.sees("acknowledge")
    await lose_the_signal(visitor)
    await visitor.tap("acknowledge")
    await visitor.sees("acknowledged", "有网络时就送出")
    assert (await board.get(board.resident, f"/notices/{notice}"))["acknowledged_at"] is None
    await visitor.page.reload()
    await visitor.sees("acknowledged", "有网络时就送出")
    await visitor.context.set_offline(False)
    await expect(visitor.hook("acknowledged")).to_have_text("已确认", timeout=PATIENCE_MS)
    await until(lambda: known(board, notice))
    visitor.expected(AWAY)


async def known(board: NoticeBoard, notice: str) -> bool:
    return (await board.get(board.resident, f"/notices/{notice}"))["acknowledged_at"] is not None


async def test_a_neighbour_writes_one_and_does_as_the_committee_asks(
    phone: Opener, board: NoticeBoard, deed: bytes, pictures: Path
) -> None:
    visitor = await resident_phone(phone, board)
    await visitor.tap("quick-write")
    await visitor.tap("write-next")
    await expect(visitor.page.locator("[aria-invalid=true]")).to_have_count(2)
    await visitor.fill("notice-title", "找一只橘猫")
    await visitor.fill("notice-text", "昨晚在 5 号楼附近走丢一只橘猫，戴蓝色项圈。\n看到的邻居请告诉我。")
    await only_for(visitor, "柳岸新村", "5号楼")
    await expect(visitor.hook("estimate").first).to_contain_text(re.compile(r"会到 \d+ 户"))
    await visitor.hook("attachment-file").set_input_files(
        {"name": "橘猫.jpg", "mimeType": "image/jpeg", "buffer": deed}
    )
    await visitor.hook("attachment-pdf").set_input_files(
        {"name": "寻猫启事.pdf", "mimeType": "application/pdf", "buffer": paper()}
    )
    await expect(visitor.hook("photo-ready")).to_have_count(2, timeout=PATIENCE_MS)
    await keep_picture(visitor.page, pictures, "notices-write")
    await visitor.tap("write-next")
    await visitor.sees("preview", "找一只橘猫")
    await expect(visitor.hook("picture-shown")).to_be_visible(timeout=PATIENCE_MS)
    await visitor.sees("open-pdf", "寻猫启事.pdf")
    await visitor.tap("submit-notice")
    await visitor.sees("notice-way", "等居委会审核")
    await expect(visitor.hook("picture-shown")).to_be_visible(timeout=PATIENCE_MS)
    async with visitor.page.expect_download() as saved:
        await visitor.tap("open-pdf")
    assert (await saved.value).suggested_filename == "寻猫启事.pdf"
    await keep_picture(visitor.page, pictures, "notices-submitted")

    notice = visitor.page.url.rsplit("/", 1)[1]
    await board.send_back(notice)
    await visitor.visit("/#/inbox")
    item = visitor.hook("inbox-item").filter(has_text="找一只橘猫").first
    await expect(item).to_contain_text(REASON, timeout=PATIENCE_MS)
    await item.click()
    await visitor.sees("reason", REASON)
    await visitor.tap("edit-notice")
    await expect(visitor.hook("notice-title")).to_have_value("找一只橘猫")
    await visitor.fill("notice-text", "昨晚在 5 号楼附近走丢一只橘猫。电话 13800000000，谢谢。")
    await visitor.tap("write-next")
    await visitor.tap("submit-notice")
    await visitor.sees("notice-way", "等居委会审核")
    seen = await board.get(board.resident, f"/notices/{notice}")
    assert seen["state"] == "submitted" and "电话" in seen["body"] and len(seen["attachments"]) == 2
    await visitor.visit("/#/notices?show=mine")
    await expect(row_of(visitor, notice)).to_contain_text("等审核")


async def only_for(visitor: Visitor, estate: str, building: str) -> None:
    await visitor.page.locator('label:has([data-test="to-some"])').click()
    await visitor.page.locator(f'[data-test="open-place"][data-name="{estate}"]').click()
    await visitor.page.locator(f'[data-test="place"][data-name="{building}"]').check()


async def test_a_draft_is_kept_and_not_sent(phone: Opener, board: NoticeBoard) -> None:
    visitor = await resident_phone(phone, board)
    await visitor.visit("/#/notices/new")
    await visitor.fill("notice-title", "周六小广场换书")
    await visitor.fill("notice-text", "欢迎带书来。")
    await visitor.page.reload()
    await expect(visitor.hook("notice-title")).to_have_value("周六小广场换书")
    await visitor.tap("save-draft")
    await visitor.sees("notice-way", "还没有提交")
    notice = visitor.page.url.rsplit("/", 1)[1]
    assert (await board.get(board.resident, f"/notices/{notice}"))["state"] == "draft"
    await visitor.visit("/#/notices/new")
    await expect(visitor.hook("notice-title")).to_have_value("")


async def test_the_code_on_the_wall_opens_what_is_public(phone: Opener, board: NoticeBoard, pictures: Path) -> None:
    public = await board.publish("社区食堂开张", is_public=True)
    closed = await board.publish("居民议事会延期到月底")
    guest = await phone()
    await guest.visit(f"/#/notices/{public}")
    await guest.sees("notice-body", "检修")
    await expect(guest.hook("acknowledge")).to_have_count(0)
    await keep_picture(guest.page, pictures, "notices-guest")
    way_in = guest.page.get_by_role("link", name="登录")
    await expect(way_in).to_have_attribute("href", f"#/welcome?next=/notices/{public}")
    await guest.visit(f"/#/notices/{closed}")
    await guest.sees("notice-sign-in")
    guest.expected("404")
    await guest.tap("go-sign-in")
    await guest.fill("phone", board.resident.api.phone)
    await guest.tap("send-code")
    await guest.tap("demo-code")
    await guest.is_at(f"/#/notices/{closed}")
    await guest.sees("notice-body")


async def test_a_newcomer_sees_no_notice_that_is_not_theirs(phone: Opener, board: NoticeBoard) -> None:
    closed = await board.publish("停车位抽签名单")
    newcomer = await phone(cookie=(await enter(board.town.house, NEWCOMER_PHONE)).cookie)
    await newcomer.visit(f"/#/notices/{closed}")
    await newcomer.sees("notice-hidden")
    newcomer.expected("404")
    await newcomer.visit("/#/doors")
    await expect(newcomer.page.locator(".empty")).to_contain_text("网格员")
