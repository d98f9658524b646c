"""Somebody with a browser: a phone or the desk's screen, and everything it complained about."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Error, Locator, Page, Request, expect

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
REFRESH_COOKIE = "linli_refresh"
PATIENCE_MS = 20_000
_addresses = count(1)


def own_address() -> dict[str, str]:
    """Each visitor comes from elsewhere, as neighbours do: codes are counted for each address."""
    return {"X-Forwarded-For": f"10.20.{next(_addresses)}.1"}


@dataclass
class Visitor:
    """`complaints` are the console's errors; a test that provokes one takes it out with `expected`."""

    context: BrowserContext
    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)

    def hook(self, name: str) -> Locator:
        """What carries the `data-test` name."""
        return self.page.locator(f'[data-test="{name}"]')

    async def tap(self, name: str) -> None:
        await self.hook(name).first.click()

    async def fill(self, name: str, text: str) -> None:
        """Types into the field that carries the hook, or stands inside what does."""
        place = self.hook(name)
        inner = place.locator("input, textarea")
        await (inner if await inner.count() else place).first.fill(text)

    async def sees(self, name: str, text: str | None = None) -> None:
        found = self.hook(name).first
        await expect(found).to_be_visible(timeout=PATIENCE_MS)
        if text is not None:
            await expect(found).to_contain_text(text, timeout=PATIENCE_MS)

    async def visit(self, path: str = "/") -> None:
        await self.page.goto(self.origin + path)

    async def is_at(self, path: str) -> None:
        await self.page.wait_for_url(f"{self.origin}{path}", timeout=PATIENCE_MS)

    async def sign_in_on_phone(self, phone: str) -> None:
        await self.visit("/")
        await self.fill("phone", phone)
        await self.tap("send-code")
        await self.tap("demo-code")

    async def sign_in_at_desk(self, phone: str) -> None:
        await self.visit("/desk")
        await self.fill("phone", phone)
        await self.tap("send-code")
        await self.tap("demo-code")
        await self.sees("nav")

    def expected(self, words: str) -> None:
        """Takes out the complaints that the test provoked; there has to be one."""
        rest = [complaint for complaint in self.complaints if words not in complaint]
        assert len(rest) < len(self.complaints), f"nothing complained of {words!r}: {self.complaints}"
        self.complaints[:] = rest


async def put_away(visitors: list[Visitor]) -> None:
    """Ends them all; then none of their consoles may have complained."""
    for visitor in visitors:
        await visitor.context.close()
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    assert not complaints, "\n".join(complaints)


async def open_phone(browser: Browser, origin: str, *, cookie: str = "", **options: object) -> Visitor:
    """A new phone, in portrait, with touch; with a refresh cookie it is one that was signed in before."""
    return await _open(browser, origin, cookie, {"has_touch": True, "is_mobile": True, "viewport": PHONE} | options)


async def open_desk(browser: Browser, origin: str, *, cookie: str = "", **options: object) -> Visitor:
    return await _open(browser, origin, cookie, {"viewport": DESK} | options)


async def _open(browser: Browser, origin: str, cookie: str, options: dict) -> Visitor:
    context = await browser.new_context(
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        extra_http_headers=own_address(),
        **options,
    )
    context.set_default_timeout(PATIENCE_MS)
    if cookie:
        await context.add_cookies(
            [
                {
                    "name": REFRESH_COOKIE,
                    "value": cookie,
                    "domain": "127.0.0.1",
                    "path": "/api/v1/auth",
                    "httpOnly": True,
                    "secure": True,
                    "sameSite": "Lax",
                }
            ]
        )
        await context.add_init_script("localStorage.setItem('linli.signed-in', '1')")
    page = await context.new_page()
    visitor = Visitor(context, page, origin)
    page.on("console", lambda message: _listen(visitor, message))
    page.on("pageerror", lambda error: _note(visitor, error))
    page.on("requestfailed", lambda request: _failed(visitor, request))
    return visitor


def _listen(visitor: Visitor, message: ConsoleMessage) -> None:
    if message.type in ("error", "warning"):
        visitor.complaints.append(f"{message.type}: {message.text} at {message.location.get('url', '')}")


def _note(visitor: Visitor, error: Error) -> None:
    visitor.complaints.append(f"uncaught: {error.message}")


def _failed(visitor: Visitor, request: Request) -> None:
    # A screen that is left gives up what it asked for; that is no failure.
    if request.failure and "ERR_ABORTED" not in request.failure:
        visitor.complaints.append(f"failed: {request.failure} {request.url}")


async def keep_picture(page: Page, folder: Path, name: str, *, whole: bool = True) -> None:
    """With `whole`, of all that scrolls too."""
    async with grown(page, whole=whole):
        await page.screenshot(path=folder / f"{name}.png", animations="disabled")


@asynccontextmanager
async def grown(page: Page, *, whole: bool = True) -> AsyncIterator[None]:
    """The window grows for all that scrolls, so that bars stay at its edges and cover nothing."""
    window = page.viewport_size or PHONE
    height = int(await page.evaluate("() => document.documentElement.scrollHeight")) if whole else 0
    if height > window["height"]:
        await page.set_viewport_size({"width": window["width"], "height": height})
    yield
    if height > window["height"]:
        await page.set_viewport_size(window)
