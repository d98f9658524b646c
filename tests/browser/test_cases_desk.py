"""Looking after the forum at the desk: reports and appeals, words, issues, boards, search."""

import asyncio
import re
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.conftest import Opener
from tests.browser.docket import REPORTER_PHONES, Docket, at_desk, is_sent, open_row, row_of, send
from tests.browser.square import MODERATOR_PHONE
from tests.browser.visitor import PATIENCE_MS, keep_picture
from tests.browser.world import ADMIN_PHONE, Person, Town, enter

pytestmark = pytest.mark.asyncio(loop_scope="session")

APPEAL = "我没有骂人，只是想请他们夜里轻一点。"
WISH = "攀岩墙"
LOOKS, LOOK_EVERY_S = 20, 10
NOTE = "问过楼下两家，夜里确实有声音。"
ANSWER = "结合前后文看，没有违反公约。"


@pytest_asyncio.fixture(loop_scope="session")
async def docket(town: Town) -> Docket:
    return await Docket.open(town)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def wished(town: Town) -> list[Person]:
    """Two neighbours who look for something in vain as the first test begins: the worker counts once a minute."""
    searchers = [await enter(town.house, phone) for phone in REPORTER_PHONES]
    await look_for_it(town, searchers)
    return searchers


async def look_for_it(town: Town, searchers: list[Person]) -> None:
    for searcher in searchers:
        answer = await searcher.api.get("/search", params={"community_id": str(town.community.id), "q": WISH})
        assert answer.is_success, answer.text


@pytest.mark.usefixtures("wished")
async def test_a_report_hides_an_appeal_restores(desk: Opener, docket: Docket, pictures: Path) -> None:
    square, title = docket.square, "楼上的脚步声请轻一点"
    writer, thread = await docket.rude(title)
    await docket.report(REPORTER_PHONES[0], thread, comment="说话太难听")

    moderator = await at_desk(desk, docket, MODERATOR_PHONE, "/desk#/cases")
    await open_row(moderator, "case-row", title)
    await moderator.sees("case-reports", "说话太难听")
    await moderator.sees("case-past", "没有被处罚过")
    await moderator.page.keyboard.press("m")
    await moderator.fill("note-text", NOTE)
    await moderator.tap("note-save")
    await moderator.sees("note", NOTE)
    await moderator.page.keyboard.press("c")
    await expect(moderator.hook("case").locator('[data-test="case-state"]')).to_have_attribute("data-state", "claimed")
    await moderator.page.keyboard.press("r")
    await moderator.tap("send")
    await expect(moderator.hook("case").locator("footer [role=alert]")).to_be_visible()
    await moderator.hook("ready-made").first.click()
    await moderator.sees("told", "请去掉骂人的话")
    await moderator.sees("told-reporters", "对方不会知道是谁举报的")
    await keep_picture(moderator.page, pictures, "cases-desk-decide", whole=False)
    await send(moderator)
    reporter = await enter(square.town.house, REPORTER_PHONES[0])
    assert (await square.get(reporter, f"/threads/{thread}"))["state"] == "hidden"

    await docket.appeal(writer, APPEAL)
    await moderator.page.keyboard.press("Escape")
    await moderator.tap("tab-appeals")
    await expect(row_of(moderator, "case-row", title).locator('[data-test="due"]')).to_contain_text("前答复")
    await open_row(moderator, "case-row", title)
    await moderator.sees("appeal", APPEAL)
    await moderator.sees("why-not", "另一位同事")
    await expect(moderator.hook("overturn")).to_have_count(0)

    admin = await at_desk(desk, docket, ADMIN_PHONE, "/desk#/cases?tab=appeals")
    await open_row(admin, "case-row", title)
    await admin.sees("outcome", "尊重邻居")
    await admin.sees("note", NOTE)
    await admin.page.keyboard.press("r")
    await admin.hook("ready-made").filter(has_text=ANSWER).click()
    await admin.sees("told", "申诉通过了")
    await send(admin)
    assert (await square.get(reporter, f"/threads/{thread}"))["state"] == "shown"
    await admin.visit("/desk#/log")
    await admin.tap("tab-overturned")
    await expect(admin.hook("log-line").first).to_contain_text("尊重邻居", timeout=PATIENCE_MS)
    await expect(admin.hook("log")).not_to_contain_text("王")


async def test_a_decision_is_taken_back_and_several_are_claimed_together(desk: Opener, docket: Docket) -> None:
    docket.writers = docket.writers[1:]
    _, thread = await docket.rude("电动车又停满了一楼大厅")
    await docket.report(REPORTER_PHONES[1], thread, "off_topic")
    visitor = await at_desk(desk, docket, MODERATOR_PHONE, "/desk#/cases?q=电动车又停满")
    await expect(visitor.hook("case-row")).to_have_count(1)
    await visitor.page.locator('[data-test="choose-all"]').first.click()
    await visitor.tap("bulk-claim")
    await visitor.sees("bulk-said", "领取了 1 份")
    await open_row(visitor, "case-row", "电动车又停满了一楼大厅")
    await visitor.sees("snapshot")
    await visitor.page.keyboard.press("a")
    await visitor.hook("ready-made").first.click()
    await visitor.sees("told", "不打扰作者")
    await visitor.tap("send")
    await visitor.tap("take-back")
    await expect(visitor.hook("sending")).to_have_count(0)
    case = await docket.case_of(thread)
    assert (await docket.square.get(docket.admin, f"/desk/cases/{case}"))["state"] == "claimed"
    await visitor.tap("export")
    async with visitor.page.expect_download() as saved:
        await visitor.tap("export-csv")
    assert (await saved.value).suggested_filename.endswith(".csv")


async def test_what_one_neighbour_wrote_is_decided_together(desk: Opener, docket: Docket, pictures: Path) -> None:
    docket.writers = docket.writers[2:]
    writer, thread = await docket.rude("低价转让健身卡，要的加我")
    elsewhere = await docket.square.begin(docket.admin, "楼下的银杏黄了")
    reply = await docket.square.answer(writer, elsewhere, "健身卡低价转让，要的加我。")
    for kind, subject in (("thread", thread), ("reply", reply["id"])):
        await docket.report(REPORTER_PHONES[0], subject, "advert", kind=kind)
    visitor = await at_desk(desk, docket, MODERATOR_PHONE, "/desk#/cases?q=低价转让")
    await visitor.sees("elsewhere")
    await open_row(visitor, "case-row", "低价转让健身卡")
    await visitor.tap("others")
    await visitor.sees("one-author", "只看")
    await expect(visitor.hook("case-row")).to_have_count(2, timeout=PATIENCE_MS)
    for key in "jskks":
        await visitor.page.keyboard.press(key)
    await expect(visitor.hook("bulk")).to_contain_text("已选 2 份")
    await visitor.tap("bulk-decide")
    await visitor.tap("send")
    await expect(visitor.hook("together").locator("[role=alert]")).to_be_visible()
    await visitor.hook("ready-made").filter(has_text="商业信息").click()
    await visitor.sees("told", "低价转让健身卡")
    await keep_picture(visitor.page, pictures, "cases-desk-together", whole=False)
    await send(visitor)
    await expect(visitor.hook("case-row")).to_have_count(0, timeout=PATIENCE_MS)
    sanctions = (await docket.square.get(writer, "/me/sanctions"))["items"]
    assert [(one["measure"], one["rule"], one["penalty"]) for one in sanctions[:2]] == [("hide", "advert", None)] * 2


async def test_what_a_moderator_came_upon_is_theirs_to_decide(desk: Opener, docket: Docket) -> None:
    thread = await docket.square.begin(docket.admin, "楼道里请不要放鞋柜")
    visitor = await at_desk(desk, docket, MODERATOR_PHONE, "/desk#/cases")
    await visitor.tap("open-case")
    await visitor.fill("open-case-link", f"{visitor.origin}/#/threads/{thread}")
    await visitor.tap("open-case-send")
    await visitor.sees("case-reports", "同事发现的")
    await expect(visitor.hook("case").locator('[data-test="case-state"]')).to_have_attribute("data-state", "claimed")
    await visitor.sees("release")


async def test_a_thread_becomes_an_issue_and_is_answered(desk: Opener, docket: Docket, pictures: Path) -> None:
    title = "小区西门的路灯坏了三盏"
    docket.writers = docket.writers[2:]
    thread = await docket.square.begin(await docket.writer(), title)
    visitor = await at_desk(desk, docket, MODERATOR_PHONE, "/desk#/issues")
    await visitor.tap("raise-open")
    await visitor.fill("raise-link", f"{visitor.origin}/#/threads/{thread}")
    await visitor.sees("raise-thread", title)
    await visitor.tap("raise-organisation")
    await visitor.page.get_by_role("option", name=re.compile("居委会")).first.click()
    await visitor.tap("raise-send")
    await visitor.sees("raised")
    await visitor.sees("issue-steps", "已提出")
    await visitor.page.keyboard.press("r")
    await visitor.fill("respond-text", "已经联系路灯所，周五以前修好。")
    await visitor.tap("move-acknowledge")
    await visitor.sees("told", "官方回应")
    await visitor.sees("told-followers", "已受理")
    await keep_picture(visitor.page, pictures, "issues-desk-answer", whole=False)
    await send(visitor)
    found = await docket.square.get(docket.admin, f"/threads/{thread}")
    assert (found["issue"]["state"], len(found["official"])) == ("acknowledged", 1)
    await open_row(visitor, "issue-row", title)
    await visitor.sees("official", "周五以前修好")


async def test_a_word_is_added_tried_and_taken_off(desk: Opener, docket: Docket) -> None:
    visitor = await at_desk(desk, docket, ADMIN_PHONE, "/desk#/words")
    await visitor.sees("add-word")
    await visitor.page.keyboard.press("n")
    await visitor.fill("word", "套路贷")
    await visitor.tap("action-mask")
    await visitor.tap("word-save")
    row = visitor.page.locator('[data-test="word-row"][data-word="套路贷"]')
    await expect(row).to_have_count(1, timeout=PATIENCE_MS)
    await visitor.fill("try-text", "小心套 路 贷找上门")
    await visitor.tap("try-send")
    await expect(visitor.hook("tried")).to_have_attribute("data-outcome", "mask", timeout=PATIENCE_MS)
    await expect(visitor.hook("tried").locator("mark")).to_have_text("套 路 贷")
    await row.locator(".el-checkbox").click()
    await expect(row).to_contain_text("停用")
    await row.locator('[data-test="remove-word"]').click()
    await is_sent(visitor)
    await expect(row).to_have_count(0, timeout=PATIENCE_MS)


async def test_boards_are_opened_changed_and_archived(desk: Opener, docket: Docket) -> None:
    visitor = await at_desk(desk, docket, ADMIN_PHONE, "/desk#/boards")
    await visitor.tap("add-board")
    await visitor.fill("board-name", "跳蚤市场")
    await visitor.fill("board-words", "旧物交换")
    await visitor.tap("board-save")
    board = visitor.page.locator('[data-test="board"][data-name="跳蚤市场"]')
    await expect(board).to_contain_text("旧物交换", timeout=PATIENCE_MS)
    await board.locator('[data-test="edit-board"]').click()
    await visitor.fill("board-name", "旧物交换站")
    await visitor.tap("board-save")
    board = visitor.page.locator('[data-test="board"][data-name="旧物交换站"]')
    await board.locator('[data-test="archive-board"]').click()
    await is_sent(visitor)
    await expect(board).to_contain_text("重新启用", timeout=PATIENCE_MS)


async def test_what_was_looked_for_in_vain_gets_a_synonym(desk: Opener, docket: Docket, wished: list[Person]) -> None:
    await counted(docket, wished)
    visitor = await at_desk(desk, docket, MODERATOR_PHONE, "/desk#/gaps")
    gap = visitor.page.locator(f'[data-test="gap"][data-words="{WISH}"]')
    await gap.locator('[data-test="gap-synonym"]').click()
    await visitor.fill("synonym-word", "岩壁")
    await visitor.tap("synonym-save")
    await expect(row_of(visitor, "synonym", WISH)).to_contain_text("岩壁", timeout=PATIENCE_MS)
    await visitor.tap("tab-gaps")
    await gap.locator('[data-test="gap-seen"]').click()
    await is_sent(visitor)
    await expect(gap).to_have_count(0, timeout=PATIENCE_MS)
    await visitor.tap("tab-synonyms")
    await row_of(visitor, "synonym", WISH).locator('[data-test="remove-synonym"]').click()
    await is_sent(visitor)


async def counted(docket: Docket, searchers: list[Person]) -> None:
    """They try again now and then: what is asked of a busy house may go uncounted."""
    town = docket.square.town
    for _ in range(LOOKS):
        found = await docket.square.get(docket.admin, f"/desk/search-gaps?community_id={town.community.id}&days=7")
        if any(one["words"] == WISH for one in found["items"]):
            return
        await asyncio.sleep(LOOK_EVERY_S)
        await look_for_it(town, searchers)
    raise AssertionError(f"nobody counted {WISH}")
