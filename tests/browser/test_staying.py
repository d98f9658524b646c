"""What stays with a person: the session, how it looks, the last thing seen, the app on the home screen."""

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Opener
from tests.browser.visitor import Visitor, keep_picture
from tests.browser.ways import choose_home
from tests.browser.world import NEIGHBOUR_PHONE, Town, enter
from tests.house import id_number

pytestmark = pytest.mark.asyncio(loop_scope="session")

BODY_MIN_PX = 18
WORKER_RUNS = "() => navigator.serviceWorker.ready.then((found) => found.active.state)"


async def test_a_returning_neighbour_is_still_signed_in_and_reads_the_last_news_offline(
    phone: Opener, pictures: Path
) -> None:
    neighbour = await phone()
    await neighbour.sign_in_on_phone(NEIGHBOUR_PHONE)
    await neighbour.is_at("/#/home")
    first = await cookie_of(neighbour)
    await neighbour.page.reload()
    await neighbour.sees("switch-community", "翠湖社区")
    assert await cookie_of(neighbour) not in ("", first)

    assert await neighbour.page.evaluate(WORKER_RUNS) in ("activating", "activated")
    await neighbour.context.set_offline(True)
    await neighbour.page.reload()
    await neighbour.sees("switch-community", "翠湖社区")
    await expect(neighbour.hook("offline")).to_contain_text(re.compile("刚刚|秒|分钟"))
    await keep_picture(neighbour.page, pictures, "offline-home")
    await neighbour.visit("/desk")
    await expect(neighbour.page.locator("h1")).to_be_visible()
    await keep_picture(neighbour.page, pictures, "offline-page")
    neighbour.expected("ERR_INTERNET_DISCONNECTED")
    await neighbour.context.set_offline(False)
    await neighbour.visit("/")
    await neighbour.sees("switch-community", "翠湖社区")
    await expect(neighbour.hook("offline")).to_have_text("")


async def cookie_of(visitor: Visitor) -> str:
    """The refresh token: kept from scripts, sent to the sign-in paths alone."""
    cookies = [one for one in await visitor.context.cookies() if one.get("name") == "linli_refresh"]
    assert [(one.get("httpOnly"), one.get("secure"), one.get("sameSite")) for one in cookies] == [(True, True, "Lax")]
    return str(cookies[0].get("value"))


async def test_elder_mode_and_english_are_on_the_first_screen_and_stay(phone: Opener) -> None:
    visitor = await phone()
    await visitor.visit("/")
    await visitor.tap("elder")
    root = visitor.page.locator("html")
    await expect(root).to_have_attribute("data-mode", "elder")
    assert await font_size_of(visitor, "main p") >= BODY_MIN_PX
    await visitor.sees("read-aloud")
    await visitor.tap("language")
    await expect(root).to_have_attribute("lang", "en")
    await visitor.sees("send-code", "code")
    await visitor.page.reload()
    await expect(root).to_have_attribute("data-mode", "elder")
    await expect(root).to_have_attribute("lang", "en")
    await visitor.tap("language")
    await visitor.sees("send-code", "验证码")


async def font_size_of(visitor: Visitor, selector: str) -> float:
    read = "(found) => parseFloat(getComputedStyle(found).fontSize)"
    return float(await visitor.page.locator(selector).locator("visible=true").first.evaluate(read))


async def test_elder_mode_follows_the_person_to_another_phone(phone: Opener, town: Town) -> None:
    person = await enter(town.house, "13900000104")
    answer = await person.api.patch("/me", {"ui_mode": "elder"})
    assert answer.status_code == 200
    visitor = await phone()
    await visitor.sign_in_on_phone("13900000104")
    await visitor.is_at("/#/communities")
    await expect(visitor.page.locator("html")).to_have_attribute("data-mode", "elder")


async def test_back_is_one_step_within_a_form_and_keeps_what_was_typed(phone: Opener) -> None:
    visitor = await phone()
    await visitor.visit("/")
    await visitor.tap("elder")
    await visitor.sign_in_on_phone("13900000108")
    await choose_home(visitor, 3)
    await visitor.fill("real-name", "顾念慈")
    await visitor.fill("id-number", id_number("19680307", 2))
    await visitor.tap("verify-next")
    await visitor.sees("relation-owner")
    await visitor.tap("back")
    await expect(visitor.hook("real-name")).to_have_value("顾念慈")


async def test_it_can_be_installed(phone: Opener) -> None:
    visitor = await phone()
    await visitor.visit("/")
    await visitor.page.evaluate(WORKER_RUNS)
    chromium = await visitor.context.new_cdp_session(visitor.page)
    manifest = await chromium.send("Page.getAppManifest")
    assert manifest["errors"] == []
    problems = await chromium.send("Page.getInstallabilityErrors")
    # A test context is a private window, which is the one thing that keeps Chromium from offering it here.
    assert [one["errorId"] for one in problems["installabilityErrors"]] == ["in-incognito"]
    answer = await visitor.context.request.get(f"{visitor.origin}/manifest.webmanifest")
    described = await answer.json()
    assert described["display"] == "standalone"
    for icon in described["icons"]:
        picture = await visitor.context.request.get(visitor.origin + icon["src"])
        assert picture.headers["content-type"] == icon["type"]


async def test_wrong_codes_are_said_in_a_sentence(phone: Opener) -> None:
    visitor = await phone()
    await visitor.visit("/")
    await visitor.fill("phone", "12345")
    await visitor.tap("send-code")
    await expect(visitor.page.locator(".field.wrong")).to_have_count(1)
    await visitor.fill("phone", "139 0000 0105")
    await visitor.tap("send-code")
    shown = (await visitor.hook("demo-code").locator("strong").inner_text()).strip()
    await visitor.fill("code", f"{(int(shown) + 1) % 1_000_000:06}")
    await expect(visitor.page.locator(".field.wrong")).to_have_count(1)
    visitor.expected("422")
    await visitor.tap("demo-code")
    await visitor.is_at("/#/communities")


RENEWAL_IS_REFUSED = """async () => {
    const body = { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" };
    return (await fetch("/api/v1/auth/sessions/refresh", body)).status === 401;
}"""


async def test_signing_out_holds_when_the_page_is_closed_at_once(phone: Opener) -> None:
    visitor = await phone()
    await visitor.sign_in_on_phone("13900000107")
    await visitor.is_at("/#/communities")
    async with visitor.page.expect_response("**/auth/sessions"):
        await visitor.visit("/#/me")
    await visitor.tap("me-sign-out")
    await visitor.sees("undo")
    await visitor.page.reload()
    await visitor.sees("send-code")
    await visitor.page.wait_for_function(RENEWAL_IS_REFUSED)
    visitor.expected("401")
