"""What happens elsewhere shows while one looks; the socket that brings it ends with the session."""

import asyncio

import pytest
from playwright.async_api import WebSocket, expect

from tests.browser.conftest import Opener
from tests.browser.visitor import PATIENCE_MS
from tests.browser.world import Town

pytestmark = pytest.mark.asyncio(loop_scope="session")

ASKED = {"reason": "照片反光，请重拍一张"}


async def test_the_bell_counts_while_one_looks(phone: Opener, town: Town, deed: bytes) -> None:
    person, application = await town.applicant("13900001123", "江上舟", 4, deed)
    neighbour = await phone(cookie=person.cookie)
    sockets: list[WebSocket] = []
    frames: list[str] = []

    def listen(one: WebSocket) -> None:
        # From the first frame on: it may be there before anybody could begin to wait for it.
        sockets.append(one)
        one.on("framereceived", lambda frame: frames.append(str(frame)))

    neighbour.page.on("websocket", listen)
    async with neighbour.page.expect_websocket() as opening:
        await neighbour.visit("/")
    socket = await opening.value
    await neighbour.sees("tab-inbox")
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while not any('"ready"' in frame for frame in frames):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await expect(neighbour.hook("tab-inbox").locator(".unread")).to_have_count(0)

    async with socket.expect_event("framereceived", predicate=lambda frame: '"type":"inbox"' in str(frame)):
        await town.decide(application, ("PUT", "request-more", ASKED))
    await expect(neighbour.hook("tab-inbox").locator(".unread")).to_contain_text("1")

    # Signed out at another device: this one leaves without being touched.
    await person.api.delete("/auth/sessions")
    await neighbour.is_at("/#/welcome")
    neighbour.expected("401")
    assert sockets == [socket] and socket.is_closed()
