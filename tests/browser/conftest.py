"""One house with its demo and one Chromium for all browser tests; a fresh browser context for each visitor."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, async_playwright, expect

from backend.demo.pictures import draw_certificate
from backend.parts.web import build_if_changed
from tests.browser.visitor import PATIENCE_MS, PHONE, Visitor, open_desk, open_phone, put_away
from tests.browser.world import Town
from tests.house import House
from tests.parts.conftest import short_home
from tests.parts.running import ROOT, Running, free_port

CHROMIUM = ("chromium", "google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=zh-CN"]
README_PICTURES = {
    "phone-home": "home-standard-light",
    "phone-home-elder": "home-elder-light",
    "phone-verify": "verify-standard-light",
    "desk-queue": "desk-queue-desk-light",
    "desk-detail": "desk-detail-desk-light",
    "desk-coverage": "coverage-1-two-of-three",
    "phone-notices": "home-notices-standard-light",
    "phone-thread": "thread-standard-light",
    "phone-issue": "issues-resolved",
    "phone-search": "search-hits",
}
COLOURS = 128
ANSWER_S = 30.0
"""Here nobody measures how fast an answer comes."""
Opener = Callable[..., Awaitable[Visitor]]


@pytest.fixture(scope="session")
def linli() -> Iterator[Running]:
    """The whole of Linli, as `bin/run` starts it, over a fresh home; one person here is faster than five."""
    build_if_changed()
    surroundings = {"LINLI_DEMO": "1", "LINLI_TRUSTED_PROXIES": "127.0.0.1", "LINLI_RATE_SCALE": "5"}
    # A machine that runs the whole suite may stand still for longer than a neighbour would wait.
    surroundings["LINLI_SEARCH_LIMIT_MS"] = "4000"
    with short_home() as home, Running(home, free_port(), **surroundings) as running:
        running.wait_ready()
        yield running


@pytest.fixture(scope="session")
def origin(linli: Running) -> str:
    return f"http://127.0.0.1:{linli.port}"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    program = next(found for name in CHROMIUM if (found := shutil.which(name)))
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        await started.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def town(origin: str, deed: bytes) -> AsyncIterator[Town]:
    """The demo's committee and some people in every stage of being verified, made through the API."""
    async with httpx.AsyncClient(base_url=origin, timeout=ANSWER_S) as client:
        yield await Town.settle(House(client), deed)


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browser: Browser, origin: str) -> AsyncIterator[Opener]:
    """Opens phones; at the end each is put away, and none may have complained."""
    opened: list[Visitor] = []

    async def open_one(**options: Any) -> Visitor:
        opened.append(await open_phone(browser, origin, **options))
        return opened[-1]

    yield open_one
    await put_away(opened)


@pytest_asyncio.fixture(loop_scope="session")
async def desk(browser: Browser, origin: str) -> AsyncIterator[Opener]:
    """Opens desks; at the end each is put away, and none may have complained."""
    opened: list[Visitor] = []

    async def open_one(**options: Any) -> Visitor:
        opened.append(await open_desk(browser, origin, **options))
        return opened[-1]

    yield open_one
    await put_away(opened)


@pytest.fixture(scope="session")
def pictures() -> Iterator[Path]:
    """Where screenshots of this run are kept; with LINLI_KEEP_PICTURES=1 README's are taken from them at the end."""
    folder = Path(os.environ.get("LINLI_ARTEFACTS", ROOT / "build" / "artefacts")) / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    yield folder
    if os.environ.get("LINLI_KEEP_PICTURES") == "1":
        keep_for_readme(folder)


def keep_for_readme(folder: Path) -> None:
    shown = ROOT / "docs" / "pictures"
    shown.mkdir(exist_ok=True)
    for name, taken in README_PICTURES.items():
        picture = Image.open(folder / f"{taken}.png").convert("RGB")
        if name.startswith("phone"):
            picture = picture.crop((0, 0, PHONE["width"], PHONE["height"]))
        reduced = picture.quantize(COLOURS, dither=Image.Dither.NONE)
        reduced.save(shown / f"{name}.png", optimize=True)


@pytest.fixture(scope="session")
def deed() -> bytes:
    """A photo of a certificate, as a phone takes one."""
    return draw_certificate("browser")
