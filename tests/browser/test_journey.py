"""The first way through Linli: a new resident signs in, is verified at the desk, and enters the neighbourhood."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.conftest import Opener
from tests.browser.visitor import Visitor, keep_picture, open_desk, put_away
from tests.browser.ways import (
    add_photo,
    apply,
    choose_home,
    decide,
    is_shown,
    look_again,
    open_row,
    prepare,
    take_up,
    until,
)
from tests.house import id_number

pytestmark = pytest.mark.asyncio(loop_scope="session")

MODERATOR_PHONE = "13800000003"
REVEAL_REASON = "核对证件原件"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def moderator(browser: Browser, origin: str) -> AsyncIterator[Visitor]:
    """张建国 of the committee, signed in at the desk for all of these tests."""
    visitor = await open_desk(browser, origin)
    await visitor.sign_in_at_desk(MODERATOR_PHONE)
    yield visitor
    await put_away([visitor])


async def test_a_newcomer_is_verified_and_enters(
    phone: Opener, moderator: Visitor, deed: bytes, pictures: Path
) -> None:
    number = id_number("19820317", 4)
    resident = await phone()
    await apply(resident, "13900000101", "顾念慈", number, 0, deed)
    await keep_picture(resident.page, pictures, "journey-1-waiting")
    await resident.tap("look-around")
    await resident.sees("needs-waiting")

    await take_up(moderator, "顾念慈")
    await look_at_the_photo(moderator, pictures)
    await reveal(moderator, number)
    await keep_picture(moderator.page, pictures, "journey-2-desk", whole=False)
    await decide(moderator, "approve")

    await look_again(resident)
    await is_shown(resident, "approved")
    await resident.sees("display-name", "顾")
    await keep_picture(resident.page, pictures, "journey-3-approved")
    await resident.tap("enter-neighbourhood")
    await resident.is_at("/#/home")
    await expect(resident.hook("needs-waiting")).to_have_count(0)
    await resident.sees("switch-community", "翠湖社区")

    await sees_who_looked(resident)
    await keep_picture(resident.page, pictures, "journey-4-access-log")
    await sign_out_everywhere(resident, await phone())
    await keep_picture(resident.page, pictures, "journey-5-signed-out")


async def look_at_the_photo(moderator: Visitor, pictures: Path) -> None:
    await moderator.tap("photo")
    picture = moderator.hook("picture")
    await expect(picture).to_be_visible()
    await expect(picture).not_to_have_js_property("naturalWidth", 0)
    await keep_picture(moderator.page, pictures, "journey-2-photo", whole=False)
    await moderator.page.keyboard.press("Escape")
    await expect(moderator.hook("viewer")).to_be_hidden()


async def reveal(moderator: Visitor, number: str) -> None:
    await expect(moderator.hook("application")).not_to_contain_text(number)
    await moderator.tap("reveal")
    await moderator.fill("reveal-reason", REVEAL_REASON)
    await moderator.tap("reveal-send")
    await moderator.sees("revealed", f"{number[:6]} {number[6:14]} {number[14:]}")
    await moderator.sees("reveals", REVEAL_REASON)


async def sees_who_looked(resident: Visitor) -> None:
    await resident.tap("me")
    await resident.tap("me-access-log")
    lines = resident.hook("access-line")
    await expect(lines.filter(has_text=REVEAL_REASON)).to_have_count(1)
    await expect(lines.filter(has_text=REVEAL_REASON)).to_contain_text("居委会")
    # The look at the photo is on record beside the look at the number.
    await expect(lines).to_have_count(2)


async def sign_out_everywhere(resident: Visitor, tablet: Visitor) -> None:
    await tablet.sign_in_on_phone("13900000101")
    await tablet.sees("switch-community", "翠湖社区")
    await resident.visit("/#/me/devices")
    await expect(resident.hook("device")).to_have_count(2)
    await resident.tap("sign-out-all")
    await resident.sees("undo")
    await resident.is_at("/#/welcome")
    await resident.sees("farewell")
    await resident.visit("/#/home")
    await resident.is_at("/#/welcome?next=/home")
    # The other device finds out when it next asks for something.
    await tablet.visit("/#/me/devices")
    await tablet.is_at("/#/welcome")
    await tablet.sees("farewell")
    tablet.expected("401")


async def test_a_rejection_is_undone_then_more_is_asked_and_the_second_try_is_rejected(
    phone: Opener, moderator: Visitor, deed: bytes
) -> None:
    resident = await phone()
    await apply(resident, "13900000102", "裘雨田", id_number("19910622", 9), 1, deed)
    await take_up(moderator, "裘雨田")
    await prepare(moderator, "reject", "住址对不上")
    await moderator.tap("send")
    await moderator.tap("take-back")
    await expect(moderator.hook("sending")).to_have_count(0)
    await look_again(resident)
    await is_shown(resident, "claimed")

    await open_row(moderator, "裘雨田")
    await decide(moderator, "request-more", "照片反光，请重拍一张")
    await resident.visit("/#/home")
    await resident.sees("needs-needs_more")
    await resident.tap("needs-button")
    await resident.sees("reason", "照片反光，请重拍一张")
    await add_photo(resident, deed)
    await resident.fill("resubmit-note", "已重拍")
    await resident.tap("resubmit")
    await is_shown(resident, "submitted")

    await take_up(moderator, "裘雨田")
    await decide(moderator, "reject", "房本上不是本人的名字")
    await resident.visit("/#/home")
    await resident.sees("needs-rejected")
    await resident.tap("needs-button")
    await is_shown(resident, "rejected")
    await resident.sees("reason", "房本上不是本人的名字")
    await resident.tap("apply-again")
    await resident.is_at("/#/communities")
    await choose_home(resident, 1)


async def test_withdrawing_can_be_undone(phone: Opener, deed: bytes) -> None:
    resident = await phone()
    await apply(resident, "13900000103", "简书言", id_number("19700105", 5), 2, deed)
    await resident.tap("withdraw")
    await is_shown(resident, "withdrawn")
    await resident.tap("undo")
    await is_shown(resident, "submitted")
    await resident.page.reload()
    await is_shown(resident, "submitted")
    await resident.tap("withdraw")
    # Closing the page in these six seconds sends what was decided.
    await resident.sees("undo")

    async def is_withdrawn() -> bool:
        # The page that comes back may ask before what the last one sent has arrived.
        await resident.page.reload()
        await resident.sees("verification")
        return await resident.hook("verification").get_attribute("data-state") == "withdrawn"

    await until(is_withdrawn)
    await resident.visit("/#/home")
    await resident.sees("needs-begin")
