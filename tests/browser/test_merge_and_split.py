"""A moderator puts what was said where it belongs: threads about one thing become one, replies one of their own."""

from itertools import cycle
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.conftest import Opener
from tests.browser.looking import colour_problems, problems_of
from tests.browser.square import ANSWERER_PHONES, MODERATOR_PHONE, STARTER_PHONES, Square, phone_of
from tests.browser.visitor import PATIENCE_MS, Visitor, keep_picture
from tests.browser.ways import until
from tests.browser.world import Town, enter

pytestmark = pytest.mark.asyncio(loop_scope="session")

_starters, _answerers = cycle(STARTER_PHONES[3:]), cycle(ANSWERER_PHONES[3:])


@pytest_asyncio.fixture(loop_scope="session")
async def square(town: Town) -> Square:
    return await Square.open(town, next(_starters), next(_answerers))


async def two_threads(square: Square) -> tuple[str, str, str]:
    """The later with an answer, the earlier, and the words that only their titles have."""
    word = uuid4().hex[:6]
    earlier = await square.begin(square.starter, f"小区北门的快递柜又满了 {word}")
    later = await square.begin(square.answerer, f"快递柜又满了 {word}")
    await square.answer(square.starter, later, "是的，我那天也白跑一趟。")
    await until(lambda: are_found(square, word, 2))
    return later, earlier, word


async def are_found(square: Square, word: str, threads: int) -> bool:
    path = f"/search?community_id={square.town.community.id}&kinds=thread&q={word}"
    return len((await square.get(square.admin, path))["items"]) == threads


async def a_thread_that_strays(square: Square) -> tuple[str, str]:
    """Its id, and what only its title has: two of its answers are about something else."""
    word = uuid4().hex[:6]
    moderator = await enter(square.town.house, MODERATOR_PHONE)
    thread = await square.begin(square.starter, f"楼道的灯什么时候换 {word}")
    for words in ("我们这层也不亮。", "说到这个，车棚的插座也坏了。", "车棚那边我也看到了，三个都没电。"):
        await square.answer(moderator, thread, words)
    return thread, word


async def desk_of_a_moderator(desk: Opener, square: Square, path: str) -> Visitor:
    visitor = await desk(cookie=(await enter(square.town.house, MODERATOR_PHONE)).cookie)
    await visitor.visit(path)
    await visitor.sees("nav")
    return visitor


async def looked_at(visitor: Visitor, pictures: Path, name: str) -> list[str]:
    """What is wrong with the desk's screen in light, and with its colours in dark; a picture of both."""
    found: list[str] = []
    for shade in ("dark", "light"):
        await visitor.page.emulate_media(color_scheme=shade)
        await expect(visitor.page.locator("html")).to_have_attribute("data-shade", shade)
        await keep_picture(visitor.page, pictures, f"{name}-{shade}", whole=False)
        found += await (problems_of(visitor.page, "desk") if shade == "light" else colour_problems(visitor.page))
    return found


async def tick(visitor: Visitor, *numbers: int) -> None:
    for number in numbers:
        await visitor.page.locator(f'label:has([data-test="split-tick"][data-number="{number}"])').click()


async def test_two_threads_become_one_on_the_phone(phone: Opener, square: Square, pictures: Path) -> None:
    thread, into, word = await two_threads(square)
    visitor = await phone_of(phone, square, await enter(square.town.house, MODERATOR_PHONE))
    await visitor.visit(f"/#/threads/{thread}")
    await visitor.tap("thread-more")
    await visitor.tap("manage")
    await visitor.tap("to-merge")
    await visitor.sees("found-thread")
    await keep_picture(visitor.page, pictures, "merge-phone-find")
    await visitor.fill("find-thread", word)
    await visitor.hook("found-thread").filter(has_text="小区北门").click()
    await visitor.sees("merge-preview", "收藏也跟过去")
    await keep_picture(visitor.page, pictures, "merge-phone")
    await visitor.tap("merge")
    await visitor.tap("undo")
    await visitor.tap("merge-another")
    await expect(visitor.hook("merge-preview")).to_have_count(0)
    await visitor.hook("found-thread").filter(has_text="小区北门").click()
    await visitor.tap("merge")
    await visitor.is_at(f"/#/threads/{into}")
    await visitor.sees("said", "已经并到这里")
    await expect(visitor.hook("post")).to_have_count(3)
    await keep_picture(visitor.page, pictures, "merge-phone-done")
    await visitor.visit(f"/#/threads/{thread}")
    await visitor.sees("merged")


async def test_replies_become_a_thread_on_the_phone(phone: Opener, square: Square, pictures: Path) -> None:
    thread, word = await a_thread_that_strays(square)
    visitor = await phone_of(phone, square, await enter(square.town.house, MODERATOR_PHONE))
    await visitor.visit(f"/#/threads/{thread}/manage")
    await visitor.tap("to-split")
    await tick(visitor, 2, 3)
    await visitor.sees("split-preview", "还剩 1 条")
    await visitor.tap("split")
    await expect(visitor.page.locator("[aria-invalid=true]")).to_have_count(1)
    await visitor.fill("split-title", f"车棚的插座没有电 {word}")
    await visitor.page.locator('label:has([data-test^="split-board-"])').filter(has_text="物业那些事").click()
    await keep_picture(visitor.page, pictures, "split-phone")
    await visitor.tap("split")
    await visitor.page.wait_for_url(lambda url: "/split" not in url and thread not in url, timeout=PATIENCE_MS)
    await visitor.sees("said", "楼道的灯")
    await visitor.sees("thread-board", "物业那些事")
    await expect(visitor.hook("post-body").first).to_contain_text("车棚的插座也坏了")
    await expect(visitor.hook("post")).to_have_count(2)
    await keep_picture(visitor.page, pictures, "split-phone-done")


async def test_two_threads_become_one_at_the_desk(desk: Opener, square: Square, pictures: Path) -> None:
    thread, into, word = await two_threads(square)
    visitor = await desk_of_a_moderator(desk, square, "/desk#/threads?order=newest")
    await visitor.page.locator(f'[data-row="{thread}"]').click()
    await visitor.sees("thread", "白跑一趟")
    assert not await looked_at(visitor, pictures, "threads-desk")
    await visitor.page.keyboard.press("m")
    await visitor.tap("merge")
    await visitor.sees("merge-wrong")
    await visitor.fill("find-thread", word)
    await visitor.hook("found-thread").filter(has_text="小区北门").click()
    await visitor.sees("merge-preview", "收藏也跟过去")
    assert not await looked_at(visitor, pictures, "merge-desk")
    await visitor.tap("merge")
    await visitor.tap("take-back")
    await visitor.sees("merge-preview", "小区北门")
    await visitor.tap("merge-another")
    await visitor.fill("find-thread", f"{visitor.origin}/#/threads/{into}")
    await visitor.sees("merge-preview", "小区北门")
    await visitor.tap("merge")
    await visitor.is_at(f"/desk#/threads/{into}?order=newest")
    await visitor.sees("rearranged", "小区北门")
    await expect(visitor.page.locator(f'[data-row="{thread}"]')).to_have_count(0)
    await expect(visitor.hook("reply")).to_have_count(2)


async def test_replies_become_a_thread_at_the_desk(desk: Opener, square: Square, pictures: Path) -> None:
    thread, word = await a_thread_that_strays(square)
    visitor = await desk_of_a_moderator(desk, square, f"/desk#/threads/{thread}")
    await expect(visitor.hook("split-open")).to_be_disabled()
    for number in (2, 3):
        await visitor.page.locator(f'[data-test="reply"][data-number="{number}"] .el-checkbox').click()
    await visitor.tap("split-open")
    await visitor.tap("split")
    await visitor.sees("split-wrong")
    await visitor.fill("split-title", f"车棚的插座没有电 {word}")
    await visitor.sees("split-preview", "还剩 1 条")
    assert not await looked_at(visitor, pictures, "split-desk")
    await visitor.tap("split")
    await visitor.sees("rearranged", "车棚的插座")
    await expect(visitor.hook("reply")).to_have_count(1)
    await visitor.sees("thread", "车棚的插座也坏了")
    # As it is found by its words, too.
    await until(lambda: are_found(square, word, 2))
    await visitor.fill("search", word)
    await expect(visitor.hook("thread-row")).to_have_count(2, timeout=PATIENCE_MS)
    await keep_picture(visitor.page, pictures, "split-desk-done", whole=False)
