"""Search on the phone: words that become a question, what is found marked and narrowed, what is hidden not found."""

from itertools import cycle
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.conftest import Opener
from tests.browser.square import ANSWERER_PHONES, MODERATOR_PHONE, STARTER_PHONES, Square, phone_of
from tests.browser.visitor import Visitor, keep_picture
from tests.browser.ways import until
from tests.browser.world import Person, Town, enter

pytestmark = pytest.mark.asyncio(loop_scope="session")

_starters, _answerers = cycle(STARTER_PHONES[2:]), cycle(ANSWERER_PHONES[2:])


@pytest_asyncio.fixture(loop_scope="session")
async def square(town: Town) -> Square:
    return await Square.open(town, next(_starters), next(_answerers))


async def is_found(square: Square, person: Person, words: str, title: str) -> bool:
    """Whether search knows it by now; it learns of a post a moment later."""
    path = f"/search?community_id={square.town.community.id}&q={words}"
    found = (await square.get(person, path))["items"]
    return any(title in "".join(piece["text"] for piece in one["title"]) for one in found)


async def search_for(visitor: Visitor, words: str) -> None:
    await visitor.fill("search-words", words)
    await visitor.page.keyboard.press("Enter")


async def answered(visitor: Visitor) -> None:
    """Until search has had the time to look: on a busy machine it says that it hadn't."""

    async def is_answered() -> bool:
        again = visitor.hook("search-again")
        if await again.count() and await again.is_enabled():
            await again.click()
        return await visitor.page.locator('[data-test="hit"], [data-test="none"]').count() > 0

    await until(is_answered)


async def test_a_thread_is_found_narrowed_and_opened(phone: Opener, square: Square, pictures: Path) -> None:
    title = "屋顶菜园认养第二批开始"
    moderator = await enter(square.town.house, MODERATOR_PHONE)
    thread = await square.begin(square.starter, title, "春天的第一批番茄长得很好，屋顶菜园还有六块地可以认养。")
    for number in range(3):
        await square.answer(moderator, thread, f"第 {number + 1} 块地已经翻好土。")
    await square.answer(square.answerer, thread, "请问屋顶菜园浇水的水费怎么算？")
    await until(lambda: is_found(square, square.answerer, "浇水的水费", title))

    visitor = await phone_of(phone, square, square.answerer)
    await visitor.tap("to-search")
    await visitor.sees("search-begin")
    await visitor.fill("search-words", "屋顶菜")
    await visitor.hook("suggestion").filter(has_text="屋顶菜园").first.click()
    await answered(visitor)
    hit = visitor.page.locator(f'[data-test="hit"][data-id="{thread}"]')
    await expect(hit.locator("mark").first).to_contain_text("屋顶")
    # A whole title is found in one thread; its first words in what was answered there, too.
    await search_for(visitor, "屋顶菜园")
    await answered(visitor)
    await expect(hit).to_be_visible()
    await visitor.sees("total", "找到")
    await keep_picture(visitor.page, pictures, "search-hits")

    await visitor.page.locator('label:has([data-test="kind-reply"])').click()
    await answered(visitor)
    await expect(visitor.page.locator('[data-test="hit"][data-kind="thread"]')).to_have_count(0)
    await visitor.tap("narrow-open")
    await visitor.page.locator('label:has([data-test^="board-"])').filter(has_text="楼上楼下").click()
    await visitor.page.locator('label:has([data-test="span-week"])').click()
    await answered(visitor)
    reply = visitor.page.locator('[data-test="hit"][data-kind="reply"]').filter(has_text="水费")
    await expect(reply).to_contain_text("#4")
    await keep_picture(visitor.page, pictures, "search-narrowed")
    await reply.click()
    await visitor.is_at(f"/#/threads/{thread}?at=4")
    await expect(visitor.page.locator("#post-4")).to_be_in_viewport()
    await visitor.tap("back")
    await expect(reply).to_be_visible()
    await visitor.tap("narrow-clear")
    await expect(hit).to_be_visible()

    await visitor.visit("/#/search")
    await visitor.sees("recent", "屋顶菜园")
    await visitor.tap("recent-clear")
    await expect(visitor.hook("recent")).to_have_count(0)


async def test_what_is_hidden_is_not_found(phone: Opener, square: Square, pictures: Path) -> None:
    title = "有偿代抢体检名额的请联系"
    moderator = await enter(square.town.house, MODERATOR_PHONE)
    thread = await square.begin(square.starter, title, "体检名额紧张，代抢一个二十元，加我好友详谈。")
    await until(lambda: is_found(square, square.answerer, "代抢体检名额", title))
    visitor = await phone_of(phone, square, square.answerer)
    await visitor.visit("/#/search")
    await search_for(visitor, "代抢体检名额")
    await answered(visitor)
    await visitor.sees("hit", "代抢")
    opened = await square.post(moderator, "/desk/cases", {"subject_kind": "thread", "subject_id": thread})
    decision = {"verdict": "hide", "rule": "advert", "sentence": "这里不做买卖名额的事。"}
    await square.ask(moderator, "PUT", f"/desk/cases/{opened['id']}/decision", decision)
    await visitor.page.reload()
    await answered(visitor)
    await visitor.sees("none", "代抢体检名额")
    await expect(visitor.hook("hit")).to_have_count(0)
    await keep_picture(visitor.page, pictures, "search-hidden")


async def test_nothing_found_gives_advice(phone: Opener, square: Square) -> None:
    visitor = await phone_of(phone, square, square.starter)
    for tab in ("tab-inbox", "tab-market", "tab-mutual", "tab-forum", "tab-home"):
        await visitor.tap(tab)
        await visitor.sees("to-search")
    await visitor.tap("to-search")
    await search_for(visitor, "蓝鲸潜水艇")
    await answered(visitor)
    await visitor.sees("none", "蓝鲸潜水艇")
    await visitor.fill("search-words", "")
    await visitor.sees("recent")
