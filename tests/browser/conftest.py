"""One house with its demo and one Chromium for all browser tests; a fresh browser context for each visitor."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from PIL import Image, ImageDraw
from playwright.async_api import Browser, async_playwright

from backend.parts.web import build_if_changed
from tests.browser.visitor import Visitor, open_desk, open_phone
from tests.browser.world import Town
from tests.house import House
from tests.parts.conftest import short_home
from tests.parts.running import ROOT, Running, free_port

CHROMIUM = ("chromium", "google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
Opener = Callable[..., Awaitable[Visitor]]


@pytest.fixture(scope="session")
def linli() -> Iterator[Running]:
    """The whole of Linli, as `bin/run` starts it, over a fresh home."""
    build_if_changed()
    with short_home() as home, Running(home, free_port(), LINLI_DEMO="1", LINLI_TRUSTED_PROXIES="127.0.0.1") as running:
        running.wait_ready()
        yield running


@pytest.fixture(scope="session")
def origin(linli: Running) -> str:
    return f"http://127.0.0.1:{linli.port}"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    program = next(found for name in CHROMIUM if (found := shutil.which(name)))
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        await started.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def town(origin: str, deed: bytes) -> AsyncIterator[Town]:
    """The demo's committee and some people in every stage of being verified, made through the API."""
    async with httpx.AsyncClient(base_url=origin) as client:
        yield await Town.settle(House(client), deed)


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browser: Browser, origin: str) -> AsyncIterator[Opener]:
    """Opens phones; at the end each is put away, and none may have complained."""
    opened: list[Visitor] = []

    async def open_one(**options: Any) -> Visitor:
        opened.append(await open_phone(browser, origin, **options))
        return opened[-1]

    yield open_one
    for visitor in opened:
        await visitor.leave()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(browser: Browser, origin: str) -> AsyncIterator[Opener]:
    """Opens desks; at the end each is put away, and none may have complained."""
    opened: list[Visitor] = []

    async def open_one(**options: Any) -> Visitor:
        opened.append(await open_desk(browser, origin, **options))
        return opened[-1]

    yield open_one
    for visitor in opened:
        await visitor.leave()


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where screenshots of this run are kept."""
    folder = Path(os.environ.get("LINLI_ARTEFACTS", ROOT / "build" / "artefacts")) / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def deed() -> bytes:
    """A photo of the first page of a deed, as a phone takes one."""
    picture = Image.new("RGB", (1600, 1200), "#7a6a58")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((180, 90, 1420, 1110), fill="#f4efe2", outline="#9c2f2f", width=6)
    draw.ellipse((1080, 800, 1340, 1060), outline="#c62f2f", width=12)
    for line in range(9):
        draw.rectangle((260, 220 + line * 74, 900 + line * 37 % 260, 244 + line * 74), fill="#3a3530")
    out = BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()
