"""The forum on the phone: a thread is begun, answered, found again where one left it, and kept in order."""

from itertools import cycle
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from tests.browser.conftest import Opener
from tests.browser.square import ANSWERER_PHONES, MODERATOR_PHONE, STARTER_PHONES, Square, phone_of
from tests.browser.visitor import PATIENCE_MS, Visitor, keep_picture
from tests.browser.ways import AWAY, lose_the_signal, until
from tests.browser.world import Town, enter

pytestmark = pytest.mark.asyncio(loop_scope="session")

LIVE_MS = 30_000
"""Somebody who looks at a thread is asked again every ten seconds."""
LONG = 42
"""Two pages of replies and the beginning of a third."""
_starters, _answerers = cycle(STARTER_PHONES), cycle(ANSWERER_PHONES)


@pytest_asyncio.fixture(loop_scope="session")
async def square(town: Town) -> Square:
    return await Square.open(town, next(_starters), next(_answerers))


def row_of(visitor: Visitor, title: str) -> Locator:
    return visitor.hook("thread").filter(has_text=title).first


def post_number(visitor: Visitor, number: int) -> Locator:
    return visitor.page.locator(f"#post-{number}")


async def choose(visitor: Visitor, group: str, words: str) -> None:
    await visitor.page.locator(f'label:has([data-test^="{group}-"])').filter(has_text=words).first.click()


async def test_two_neighbours_talk(phone: Opener, square: Square, deed: bytes, pictures: Path) -> None:
    title = f"3幢电梯又停了 {uuid4().hex[:6]}"
    starter = await phone_of(phone, square, square.starter)
    await starter.tap("tab-forum")
    await starter.sees("boards", "楼上楼下")
    await keep_picture(starter.page, pictures, "forum-tab")
    named = await write_one(starter, title, deed)
    await keep_picture(starter.page, pictures, "forum-write")
    await starter.tap("show-preview")
    await expect(starter.hook("preview").locator('img[data-state="shown"]')).to_be_visible()
    await expect(starter.hook("preview").locator(".mention")).to_have_text(named)
    await starter.tap("publish-thread")
    await starter.sees("thread-open")
    said = starter.hook("post-body").first
    await expect(said.locator('img[data-state="shown"]')).to_be_visible()
    await expect(said.locator(".mention")).to_have_text(named)
    await said.locator("img").click()
    await starter.sees("picture-large")
    await starter.tap("picture-close")
    await keep_picture(starter.page, pictures, "forum-thread-new")

    answerer = await phone_of(phone, square, square.answerer)
    await answerer.visit("/#/forum?order=newest")
    await expect(row_of(answerer, title)).to_have_attribute("data-unread", "new")
    await row_of(answerer, title).click()
    await answer_with_a_quote(answerer, pictures)

    thread = starter.page.url.split("/threads/")[1].split("?")[0]
    await live(starter)
    await starter.sees("react-like", "1")
    await starter.visit("/#/forum?order=newest")
    await expect(row_of(starter, title)).to_have_attribute("data-unread", "1")
    await keep_picture(starter.page, pictures, "forum-unread")
    await row_of(starter, title).click()
    await starter.is_at(f"/#/threads/{thread}?at=unread")
    await starter.sees("first-unread")
    await expect(post_number(starter, 1)).to_be_in_viewport()
    await keep_picture(starter.page, pictures, "forum-thread")
    await until(lambda: read_up_to(square, thread, 1))
    await starter.visit("/#/forum?order=newest")
    await expect(row_of(starter, title)).to_have_attribute("data-unread", "0")


async def write_one(visitor: Visitor, title: str, picture: bytes) -> str:
    """Fills in a thread with a picture and a mention, after being told what is missing; whom it mentions."""
    await visitor.tap("write-thread")
    await visitor.sees("thread-title")
    await visitor.tap("publish-thread")
    await expect(visitor.page.locator("[aria-invalid=true]")).to_have_count(2)
    await choose(visitor, "board", "楼上楼下")
    await visitor.fill("thread-title", title)
    await visitor.hook("thread-text").click()
    await visitor.page.keyboard.type("昨晚九点多电梯又停在三楼，请 @")
    await visitor.sees("mention-choices")
    named = await visitor.hook("mention-choice").first.locator("span").first.inner_text()
    await visitor.tap("mention-choice")
    await visitor.page.keyboard.type("看一看。")
    await visitor.tap("add-picture")
    photo = {"name": "电梯.jpg", "mimeType": "image/jpeg", "buffer": picture}
    await visitor.hook("attachment-file").set_input_files(photo)
    await visitor.sees("photo-ready")
    return named


async def answer_with_a_quote(visitor: Visitor, pictures: Path) -> None:
    await expect(visitor.hook("post-body").first.locator('img[data-state="shown"]')).to_be_visible()
    await visitor.tap("react-like")
    await expect(visitor.hook("react-like").first).to_have_attribute("aria-pressed", "true")
    await visitor.tap("post-more")
    await visitor.tap("quote")
    await visitor.sees("composer-quote", "昨晚九点多")
    await visitor.fill("reply-text", "我家老人也被关过，**一起报修**吧。")
    await keep_picture(visitor.page, pictures, "forum-answering", whole=False)
    await visitor.tap("send-reply")
    await expect(post_number(visitor, 1)).to_contain_text("一起报修")
    await expect(post_number(visitor, 1).locator('[data-test="quoted"]')).to_contain_text("昨晚九点多")


async def live(visitor: Visitor) -> None:
    """What came since shows itself while the page is open."""
    await expect(visitor.hook("fresh")).to_be_visible(timeout=LIVE_MS)


async def read_up_to(square: Square, thread: str, number: int) -> bool:
    return (await square.get(square.starter, f"/threads/{thread}"))["last_read_number"] == number


async def test_new_replies_show_themselves_and_answer_each_other(phone: Opener, square: Square, pictures: Path) -> None:
    thread = await square.begin(square.starter, "周末谁一起去买年货呀")
    await square.answer(square.answerer, thread, "我去，周六上午。")
    visitor = await phone_of(phone, square, square.starter)
    await visitor.visit(f"/#/threads/{thread}")
    await visitor.sees("reply-count", "1")
    moderator = await enter(square.town.house, MODERATOR_PHONE)
    first = (await square.get(moderator, f"/threads/{thread}"))["replies"]["items"][0]
    await square.answer(moderator, thread, "我开车，能带三个人。", parent_id=first["id"])
    await live(visitor)
    await visitor.tap("fresh")
    await expect(post_number(visitor, 2)).to_be_in_viewport()
    await expect(post_number(visitor, 2).locator('[data-test="answers"]')).to_contain_text("#1")
    await post_number(visitor, 2).locator('[data-test="reply-to"]').click()
    await visitor.fill("reply-text", "算我一个！")
    await visitor.tap("send-reply")
    await expect(post_number(visitor, 3).locator('[data-test="answers"]')).to_contain_text("#2")
    await keep_picture(visitor.page, pictures, "forum-nested")


async def test_one_finds_ones_way_in_a_long_thread(phone: Opener, square: Square) -> None:
    thread = await square.begin(square.starter, "接龙：周六小广场旧物交换，报个数")
    moderator = await enter(square.town.house, MODERATOR_PHONE)
    for number in range(1, LONG + 1):
        await square.answer(moderator, thread, f"第 {number} 位，带一件旧玩具来换书。")
    visitor = await phone_of(phone, square, square.answerer)
    await visitor.visit(f"/#/threads/{thread}?at=21")
    await expect(post_number(visitor, 21)).to_be_in_viewport()
    await expect(post_number(visitor, 20)).to_have_count(0)
    await visitor.tap("earlier")
    await expect(post_number(visitor, 1)).to_have_count(1)
    await visitor.tap("later")
    await expect(post_number(visitor, LONG)).to_have_count(1)
    await visitor.fill("jump-number", "3")
    await visitor.tap("jump")
    await expect(post_number(visitor, 3)).to_be_in_viewport()
    await visitor.tap("jump-newest")
    await expect(post_number(visitor, LONG)).to_be_in_viewport()
    # A link or a push leads elsewhere in the thread that is open.
    await visitor.visit(f"/#/threads/{thread}?at=2")
    await expect(post_number(visitor, 2)).to_be_in_viewport()


async def test_one_comes_back_to_where_one_was_in_a_list(phone: Opener, square: Square) -> None:
    await square.begin(square.starter, "谁家有梯子，周末借用半天")
    visitor = await phone_of(phone, square, square.answerer)
    await visitor.visit("/#/forum")
    lowest = visitor.hook("thread").nth(9)
    await lowest.scroll_into_view_if_needed()
    await expect(visitor.hook("thread").first).not_to_be_in_viewport()
    await lowest.click()
    await visitor.sees("post-body")
    await visitor.tap("back")
    await expect(lowest).to_be_in_viewport()


async def test_what_is_not_sent_yet_survives(phone: Opener, square: Square, pictures: Path) -> None:
    visitor = await phone_of(phone, square, square.starter)
    await visitor.visit("/#/forum/new")
    await choose(visitor, "board", "物业那些事")
    await visitor.fill("thread-title", "地下车库的灯坏了一排")
    await visitor.fill("thread-text", "从 B 区入口进去，左边一整排都不亮，")
    await expect(visitor.hook("draft-state")).to_have_attribute("data-state", "saved", timeout=PATIENCE_MS)
    await visitor.page.reload()
    await expect(visitor.hook("thread-title")).to_have_value("地下车库的灯坏了一排")
    await expect(visitor.hook("thread-text")).to_have_value("从 B 区入口进去，左边一整排都不亮，")
    await expect(visitor.page.locator('label.on:has([data-test^="board-"])')).to_have_text("物业那些事")

    # Another phone of theirs has it too.
    other = await phone_of(phone, square, square.starter)
    await other.visit("/#/forum/drafts")
    draft = other.hook("draft").filter(has_text="地下车库")
    await expect(draft).to_be_visible()
    await keep_picture(other.page, pictures, "forum-drafts")
    await draft.locator('[data-test="open-draft"]').click()
    await expect(other.hook("thread-text")).to_have_value("从 B 区入口进去，左边一整排都不亮，")
    await other.tap("discard")
    await other.visit("/#/forum/drafts")
    await expect(other.hook("draft").filter(has_text="地下车库")).to_have_count(0)

    thread = await square.begin(square.answerer, "小区门口的早点摊搬去哪了")
    await visitor.visit(f"/#/threads/{thread}")
    await visitor.tap("open-reply")
    await visitor.fill("reply-text", "好像搬到菜场")
    await expect(visitor.hook("draft-state")).to_have_attribute("data-state", "saved", timeout=PATIENCE_MS)
    await visitor.page.reload()
    await visitor.tap("open-reply")
    await expect(visitor.hook("reply-text")).to_have_value("好像搬到菜场")


async def test_one_changes_ones_mind(phone: Opener, square: Square, pictures: Path) -> None:
    thread = await square.begin(square.answerer, "快递柜能不能多放一组")
    made = await square.answer(square.starter, thread, "同意，晚上总是满的。")
    visitor = await phone_of(phone, square, square.starter)
    await visitor.visit(f"/#/threads/{thread}")
    reply = post_number(visitor, made["number"])
    await reply.locator('[data-test="post-more"]').click()
    await keep_picture(visitor.page, pictures, "forum-menu")
    await reply.locator('[data-test="edit-post"]').click()
    await expect(visitor.hook("reply-text")).to_have_value("同意，晚上总是满的。")
    await visitor.fill("reply-text", "同意，晚上和周末总是满的。")
    await visitor.tap("send-reply")
    await expect(reply).to_contain_text("晚上和周末")

    await reply.locator('[data-test="post-more"]').click()
    await reply.locator('[data-test="bookmark"]').click()
    await reply.locator('[data-test="delete-post"]').click()
    await expect(reply.locator('[data-test="tombstone"]')).to_be_visible()
    await visitor.tap("undo")
    await expect(reply).to_contain_text("晚上和周末")
    await visitor.visit("/#/forum/bookmarks")
    await visitor.sees("bookmark-row", "快递柜")
    await keep_picture(visitor.page, pictures, "forum-bookmarks")

    await visitor.visit(f"/#/threads/{thread}")
    await visitor.tap("thread-more")
    await visitor.page.locator('label:has([data-test="follow-watching"])').click()
    await until(lambda: follows(square, thread))


async def follows(square: Square, thread: str) -> bool:
    return (await square.get(square.starter, f"/threads/{thread}"))["level"] == "watching"


async def test_a_guest_reads_what_is_public(phone: Opener, square: Square, pictures: Path) -> None:
    thread = await square.begin(square.starter, "中心花园的桂花开了")
    guest = await phone()
    await guest.visit(f"/#/threads/{thread}")
    await guest.sees("post-body", "电梯")
    await guest.sees("thread-guest")
    await expect(guest.hook("open-reply")).to_have_count(0)
    await keep_picture(guest.page, pictures, "forum-guest")
    await guest.visit("/#/threads/01900000-0000-7000-8000-000000000000")
    await guest.sees("thread-sign-in")
    guest.expected("404")


async def test_a_moderator_locks_and_pins(phone: Opener, square: Square, pictures: Path) -> None:
    thread = await square.begin(square.starter, "关于遛狗牵绳的讨论")
    visitor = await phone_of(phone, square, await enter(square.town.house, MODERATOR_PHONE))
    await visitor.visit(f"/#/threads/{thread}")
    await visitor.tap("thread-more")
    await visitor.tap("manage")
    await visitor.fill("lock-reason", "话说到头了，请到居民议事会继续")
    await keep_picture(visitor.page, pictures, "forum-manage")
    await visitor.tap("lock")
    await visitor.sees("said")
    await visitor.sees("thread-line", "锁上")
    other = await phone_of(phone, square, square.answerer)
    await other.visit(f"/#/threads/{thread}")
    await other.sees("thread-line", "锁上")
    await expect(other.hook("open-reply")).to_have_count(0)


async def test_a_thread_is_read_without_a_signal(phone: Opener, square: Square) -> None:
    thread = await square.begin(square.answerer, "二手婴儿车送给需要的邻居")
    visitor = await phone_of(phone, square, square.starter)
    await visitor.visit(f"/#/threads/{thread}")
    await visitor.sees("post-body")
    await visitor.visit("/#/home")
    await lose_the_signal(visitor)
    await visitor.visit(f"/#/threads/{thread}")
    await visitor.sees("post-body", "电梯")
    await visitor.sees("offline")
    visitor.expected(AWAY)
