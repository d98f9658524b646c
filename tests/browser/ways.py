"""The ways that people go through the two clients, one step a function."""

import asyncio
from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.browser.visitor import PATIENCE_MS, Visitor

COMMUNITY = "翠湖社区"
AWAY = "ERR_INTERNET_DISCONNECTED"
"""What the console says of a request without a network."""
LOOKS, LOOK_EVERY_S = 40, 0.5
WALK = ("翠湖园", "3幢", "2单元")


async def choose_home(phone: Visitor, number: int, walk: tuple[str, ...] = WALK) -> None:
    """From the list of communities to the form; `number` counts the doors of the entrance."""
    await phone.hook("community").filter(has_text=COMMUNITY).click()
    for step in walk:
        await phone.page.locator(f'[data-test="address"][data-name="{step}"]').click()
    await phone.page.locator('[data-test="address"][data-kind="home"]').nth(number).click()
    await phone.sees("chosen-home", " ".join(walk))


async def fill_form(phone: Visitor, name: str, number: str, photo: bytes) -> None:
    await phone.fill("real-name", name)
    await phone.fill("id-number", number)
    await phone.page.locator('label:has([data-test="relation-owner"]), [data-test="relation-owner"]').first.click()
    await add_photo(phone, photo)
    await phone.page.locator('label:has([data-test="consent"]), [data-test="consent"]').first.click()


async def add_photo(phone: Visitor, photo: bytes) -> None:
    await phone.hook("evidence-camera").set_input_files({"name": "deed.jpg", "mimeType": "image/jpeg", "buffer": photo})
    await phone.sees("photo-ready")


async def apply(phone: Visitor, phone_number: str, name: str, number: str, home: int, photo: bytes) -> None:
    """A newcomer, from the first screen to waiting."""
    await phone.sign_in_on_phone(phone_number)
    await phone.is_at("/#/communities")
    await choose_home(phone, home)
    await fill_form(phone, name, number, photo)
    await phone.tap("submit-verification")
    await is_shown(phone, "submitted")


async def is_shown(phone: Visitor, state: str) -> None:
    await expect(phone.hook("verification")).to_have_attribute("data-state", state, timeout=PATIENCE_MS)


async def look_again(phone: Visitor) -> None:
    """Home and back to the verification, as somebody does who waits."""
    await phone.visit("/#/home")
    await phone.tap("needs-button")


async def take_up(desk: Visitor, name: str) -> None:
    """Finds the application by the applicant's name and claims it."""
    await desk.visit("/desk#/verifications")
    # The list is read again by itself each minute; a worker who waits for somebody reads it again at once.
    await desk.page.reload()
    await open_row(desk, name)
    await desk.tap("claim")
    await desk.sees("approve")


async def open_row(desk: Visitor, name: str) -> None:
    row = desk.hook("row").filter(has_text=name)
    await expect(row).to_have_count(1)
    await row.locator('[data-test="open"]').click()
    await desk.sees("application", name)


async def decide(desk: Visitor, decision: str, reason: str = "") -> None:
    """Decides, and waits until the six seconds are over and the server knows."""
    await prepare(desk, decision, reason)
    await desk.tap("send")
    await expect(desk.hook("sending")).to_have_attribute("data-state", "held")
    await expect(desk.hook("sending")).to_have_count(0, timeout=PATIENCE_MS)


async def prepare(desk: Visitor, decision: str, reason: str = "") -> None:
    await desk.tap(decision)
    if reason:
        await desk.fill("reason", reason)
        await desk.sees("told", reason)
    await desk.sees("told")


async def until(happened: Callable[[], Awaitable[bool]]) -> None:
    """What the server learns a moment after the screen shows it."""
    for _ in range(LOOKS):
        if await happened():
            return
        await asyncio.sleep(LOOK_EVERY_S)
    raise AssertionError("it never happened")


async def lose_the_signal(visitor: Visitor) -> None:
    """Once the phone has what it takes to open without one."""
    await visitor.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    await visitor.context.set_offline(True)
