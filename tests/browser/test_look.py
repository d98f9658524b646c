"""Every screen in light and dark: what a machine can see of it, and a picture for people to look at."""

import asyncio
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser import civic_screens, docket, docket_screens, forum_screens, screens, square
from tests.browser.conftest import Opener
from tests.browser.looking import colour_problems, problems_of
from tests.browser.notice_board import RESIDENT_PHONES, WORKER_PHONE, NoticeBoard, fill
from tests.browser.screens import Screen
from tests.browser.visitor import PATIENCE_MS, Visitor, grown, keep_picture
from tests.browser.world import Town, enter

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHADES = ("light", "dark")
LOADING = '.van-skeleton, .el-skeleton, [data-test="waiting"]'
APPEARANCE = '{"locale":"zh-CN","theme":"auto","mode":"%s"}'
Problems = dict[str, list[str]]

PHONE_GROUPS = {
    "": screens.NOBODY,
    "newcomer": screens.NEWCOMER,
    "waiting": screens.WAITING,
    "asked": screens.ASKED,
    "rejected": screens.REJECTED,
    "resident": screens.RESIDENT,
}

IN_BOTH_MODES = pytest.mark.parametrize(
    ("mode", "shades"),
    [
        ("standard", SHADES),
        ("elder", ("light",)),
        # 长辈版 has the dark colours of the standard mode, so these pictures wait for the slower tier.
        pytest.param("elder", ("dark",), marks=pytest.mark.tier_b),
    ],
    ids=["standard", "elder", "elder-dark"],
)


@IN_BOTH_MODES
async def test_phone(phone: Opener, town: Town, pictures: Path, mode: str, shades: tuple[str, ...]) -> None:
    async def group(who: str) -> Problems:
        visitor = await phone(**await signed_in(town, who))
        await visitor.context.add_init_script(f"localStorage.setItem('linli.appearance', '{APPEARANCE % mode}')")
        return await look_at(visitor, PHONE_GROUPS[who], mode, pictures, shades)

    assert not await together(*(group(who) for who in PHONE_GROUPS))


@IN_BOTH_MODES
async def test_notices_on_the_phone(
    phone: Opener, town: Town, told: dict[str, str], pictures: Path, mode: str, shades: tuple[str, ...]
) -> None:
    groups = {
        "": screens.notices_of_a_guest(told),
        RESIDENT_PHONES[0]: screens.notices_of_a_neighbour(told),
        WORKER_PHONE: screens.doors_of_a_worker(told),
    }

    async def group(number: str) -> Problems:
        cookie = (await enter(town.house, number)).cookie if number else ""
        visitor = await phone(cookie=cookie)
        await visitor.context.add_init_script(f"localStorage.setItem('linli.appearance', '{APPEARANCE % mode}')")
        found = await look_at(visitor, groups[number], mode, pictures, shades)
        if number != WORKER_PHONE:
            visitor.expected("404")
        return found

    assert not await together(*(group(number) for number in groups))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def told(town: Town) -> dict[str, str]:
    return await fill(await NoticeBoard.open(town))


@IN_BOTH_MODES
async def test_the_forum_on_the_phone(
    phone: Opener, town: Town, talked: dict[str, str], pictures: Path, mode: str, shades: tuple[str, ...]
) -> None:
    groups = {
        "": forum_screens.forum_of_a_guest(talked),
        square.ANSWERER_PHONES[0]: forum_screens.forum_of_a_neighbour(talked),
        square.MODERATOR_PHONE: forum_screens.forum_of_a_moderator(talked),
    }

    async def group(number: str) -> Problems:
        cookie = (await enter(town.house, number)).cookie if number else ""
        visitor = await phone(cookie=cookie)
        await visitor.context.add_init_script(f"localStorage.setItem('linli.appearance', '{APPEARANCE % mode}')")
        found = await look_at(visitor, groups[number], mode, pictures, shades)
        if number != square.MODERATOR_PHONE:
            visitor.expected("404")
        return found

    assert not await together(*(group(number) for number in groups))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def talked(town: Town) -> dict[str, str]:
    return await square.fill(await square.Square.open(town))


@IN_BOTH_MODES
async def test_polls_reports_and_search_on_the_phone(
    phone: Opener, town: Town, voted: dict[str, str], pictures: Path, mode: str, shades: tuple[str, ...]
) -> None:
    groups = civic_screens.groups(voted, str(town.community.id))

    async def group(number: str) -> Problems:
        visitor = await phone(cookie=(await enter(town.house, number)).cookie if number else "")
        await visitor.context.add_init_script(f"localStorage.setItem('linli.appearance', '{APPEARANCE % mode}')")
        return await look_at(visitor, groups[number], mode, pictures, shades)

    assert not await together(*(group(number) for number in groups))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def voted(town: Town) -> dict[str, str]:
    return await civic_screens.fill(await docket.Docket.open(town, civic_screens.SANCTIONED_PHONE))


async def test_desk(desk: Opener, town: Town, pictures: Path) -> None:
    groups = {
        "": screens.DESK_NOBODY + screens.DOCS,
        "stranger": screens.DESK_STRANGER,
        "treasurer": screens.DESK_TREASURER,
        "admin": screens.desk_admin(town.claimed, town.conflict),
    }

    async def group(who: str) -> Problems:
        return await look_at(await desk(**await signed_in(town, who)), groups[who], "desk", pictures)

    assert not await together(*(group(who) for who in groups))


async def test_notices_at_the_desk(desk: Opener, town: Town, told: dict[str, str], pictures: Path) -> None:
    visitor = await desk(**await signed_in(town, "admin"))
    assert not await look_at(visitor, screens.notices_at_the_desk(told), "desk", pictures)


async def test_the_forum_at_the_desk(desk: Opener, town: Town, pictures: Path) -> None:
    lying = await docket.fill(await docket.Docket.open(town))
    visitor = await desk(**await signed_in(town, "admin"))
    assert not await look_at(visitor, docket_screens.forum_at_the_desk(lying), "desk", pictures)


async def signed_in(town: Town, who: str) -> dict[str, str]:
    """A session of its own for each browser: a refresh token that two use ends for both."""
    return {"cookie": (await enter(town.house, town.people[who].api.phone)).cookie} if who else {}


async def together(*groups: asyncio.Future[Problems]) -> Problems:
    """At once, because each waits for its own page most of the time; what is wrong with any of them."""
    return {name: wrong for found in await asyncio.gather(*groups) for name, wrong in found.items()}


async def look_at(
    visitor: Visitor, group: tuple[Screen, ...], mode: str, pictures: Path, shades: tuple[str, ...] = SHADES
) -> Problems:
    found: Problems = {}
    for screen in group:
        await arrive(visitor, screen)
        for shade in shades:
            name = f"{screen.name}-{mode}-{shade}"
            await visitor.page.emulate_media(color_scheme=shade)
            await expect(visitor.page.locator("html")).to_have_attribute("data-shade", shade)
            await keep_picture(visitor.page, pictures, name, whole=mode != "desk")
            async with grown(visitor.page, whole=mode != "desk"):
                light = shade == "light"
                wrong = await (problems_of(visitor.page, mode) if light else colour_problems(visitor.page))
            if wrong:
                found[name] = wrong
        await visitor.page.emulate_media(color_scheme="light")
    return found


async def arrive(visitor: Visitor, screen: Screen) -> None:
    await visitor.visit(screen.path)
    if screen.first:
        await screen.first(visitor)
    await expect(visitor.page.locator(screen.ready).first).to_be_visible(timeout=PATIENCE_MS)
    await expect(visitor.page.locator(LOADING)).to_have_count(0, timeout=PATIENCE_MS)


async def test_the_looking_finds_what_is_wrong(desk: Opener) -> None:
    visitor = await desk()
    await visitor.page.set_content(
        "<main><h1>邻里</h1><p style='font-size: 9px; color: #ccc'>看不清</p>"
        "<button style='width: 20px; height: 20px'></button><div style='width: 5000px'>宽</div></main>"
    )
    wrong = " ".join(await problems_of(visitor.page, "standard"))
    assert "color-contrast" in " ".join(await colour_problems(visitor.page))
    for word in ("to the side", "9 px: 看不清", "20×20", "button-name", "color-contrast", "html-has-lang"):
        assert word in wrong, word
