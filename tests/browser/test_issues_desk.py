"""The property company at the desk: what neighbours ask of it is answered, moved on, and handed to whom it concerns."""

from itertools import cycle
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.conftest import Opener
from tests.browser.looking import problems_of
from tests.browser.square import ANSWERER_PHONES, MODERATOR_PHONE, PROPERTY_PHONE, STARTER_PHONES, Square, phone_of
from tests.browser.visitor import PATIENCE_MS, Visitor, keep_picture
from tests.browser.world import Town, enter

pytestmark = pytest.mark.asyncio(loop_scope="session")

_starters, _answerers = cycle(STARTER_PHONES[1:]), cycle(ANSWERER_PHONES[1:])


@pytest_asyncio.fixture(loop_scope="session")
async def square(town: Town) -> Square:
    return await Square.open(town, next(_starters), next(_answerers))


async def raise_one(square: Square, title: str, kind: str = "property_company") -> str:
    """An issue of the starter's for the organisation of this kind."""
    return await square.begin(
        square.starter, title, kind="issue", issue={"organisation_id": await office(square, kind)}
    )


async def office(square: Square, kind: str) -> str:
    found = await square.get(square.admin, f"/organisations?community_id={square.town.community.id}")
    return str(next(one["id"] for one in found["items"] if one["kind"] == kind))


async def desk_of(desk: Opener, square: Square, number: str, path: str = "/desk") -> Visitor:
    visitor = await desk(cookie=(await enter(square.town.house, number)).cookie)
    await visitor.visit(path)
    await visitor.sees("nav")
    return visitor


async def choose(visitor: Visitor, select: str, words: str) -> None:
    await visitor.hook(select).click()
    await visitor.page.locator(".el-select-dropdown__item:visible").filter(has_text=words).click()


async def test_the_property_company_answers_at_the_desk(desk: Opener, square: Square, pictures: Path) -> None:
    word = uuid4().hex[:6]
    thread = await raise_one(square, f"地库的防火门关不上 {word}")
    await square.begin(square.answerer, f"与物业无关的闲聊 {word}")
    visitor = await desk_of(desk, square, PROPERTY_PHONE)
    # One kind of work, and it opens by itself.
    await visitor.is_at("/desk#/issues")
    await expect(visitor.page.locator('[data-test^="nav-"]:not([data-test="nav-count"])')).to_have_count(1)
    await visitor.fill("search", word)
    await expect(visitor.hook("issue-row")).to_have_count(1)
    await expect(visitor.hook("raise-open")).to_have_count(0)
    await choose(visitor, "issues-sort", "新提出的在前")
    await keep_picture(visitor.page, pictures, "issues-desk-property", whole=False)
    assert not await problems_of(visitor.page, "desk")
    await visitor.tap("export")
    async with visitor.page.expect_download() as saved:
        await visitor.tap("export-csv")
    assert (await saved.value).suggested_filename.endswith(".csv")

    await visitor.page.locator(f'[data-row="{thread}"]').click()
    await visitor.tap("respond-open")
    await visitor.fill("respond-text", "闭门器明天上午换好，换好之前每天巡查两次。")
    await visitor.tap("move-acknowledge")
    await keep_picture(visitor.page, pictures, "issues-desk-property-answer", whole=False)
    assert not await problems_of(visitor.page, "desk")
    await visitor.tap("send")
    await expect(visitor.hook("sending")).to_have_count(0, timeout=PATIENCE_MS)
    await expect(visitor.hook("issue-state").first).to_have_attribute("data-state", "acknowledged")
    found = await square.get(square.admin, f"/threads/{thread}")
    assert (found["issue"]["state"], len(found["official"])) == ("acknowledged", 1)

    await choose(visitor, "issues-state", "已提出")
    await visitor.sees("empty")
    await visitor.tap("tab-late")
    await visitor.sees("empty")
    await visitor.tap("tab-all")
    await expect(visitor.hook("issue-row")).to_have_count(1)


async def test_whose_turn_it_is_stands_in_the_steps(
    desk: Opener, phone: Opener, square: Square, pictures: Path
) -> None:
    word = uuid4().hex[:6]
    thread = await raise_one(square, f"楼下的绿地谁来管 {word}")
    moderator = await enter(square.town.house, MODERATOR_PHONE)
    company = await enter(square.town.house, PROPERTY_PHONE)
    await square.ask(company, "PUT", f"/threads/{thread}/issue/state", {"move": "acknowledge"})
    names_another = {"organisation_id": await office(square, "committee")}
    await square.ask(moderator, "PUT", f"/threads/{thread}/issue", names_another)
    starter = await phone_of(phone, square, square.starter)
    await starter.visit(f"/#/threads/{thread}")
    await starter.sees("issue", "移交：")
    await expect(starter.hook("issue")).to_contain_text("物业服务中心受理了")
    await keep_picture(starter.page, pictures, "issues-handed")
    visitor = await desk_of(desk, square, MODERATOR_PHONE, f"/desk#/issues/{thread}")
    await visitor.sees("issue-steps", "移交：")
    await keep_picture(visitor.page, pictures, "issues-desk-handed", whole=False)
    # Whoever was asked before sees it on the list no more.
    before = await desk_of(desk, square, PROPERTY_PHONE, f"/desk#/issues?q={word}")
    await before.sees("empty")
