"""What hostile Markdown has become is put into a page of Chromium, and nothing of it runs or goes out."""

import pytest
from playwright.async_api import Browser, Request

from backend.forum.rules.markdown import render
from tests.fuzz.hostile import CORPUS, NEIGHBOUR

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE = "<!doctype html><meta charset=utf-8><title>邻里</title><main></main>"
NAMES = {f"account:{NEIGHBOUR}": '王女士 <img src=x onerror="window.hit=1"> · 3幢'}
PUT = """posts => { for (const html of posts) { const post = document.createElement('article');
         post.innerHTML = html; document.querySelector('main').append(post) } }"""
FRAME = """html => { const frame = document.createElement('iframe'); frame.srcdoc = html;
           document.body.append(frame) }"""
# Everything that waits for a hand gets it; where links lead is looked at, not followed.
TOUCH = """() => { for (const it of document.querySelectorAll('article *')) {
    for (const what of ['mouseover', 'focus', 'toggle', 'error', 'load']) it.dispatchEvent(new Event(what));
    if (it.tagName !== 'A') it.click() }
    return [...document.querySelectorAll('a')].map(it => it.protocol) }"""


async def test_no_script_runs(browser: Browser) -> None:
    page = await (await browser.new_context()).new_page()
    asked: list[str] = []
    page.on("request", lambda request: _note(asked, request))
    page.on("dialog", lambda dialog: asked.append(dialog.message))
    await page.set_content(PAGE)
    # The page itself must be able to notice: this one does run.
    await page.evaluate(PUT, ["<img src=data:, onerror=window.felt=1>"])
    await page.wait_for_function("window.felt === 1")
    posts = [render(source, names=NAMES).html for source in CORPUS]
    await page.evaluate(PUT, posts)
    # As the server would send it in a page, too.
    await page.evaluate(FRAME, "".join(posts))
    leads = await page.evaluate(TOUCH)
    await page.wait_for_timeout(500)
    assert len(leads) > 20 and set(leads) <= {"http:", "https:", "mailto:", "tel:"}
    assert await page.evaluate("window.hit") is None
    assert [await frame.evaluate("window.hit") for frame in page.frames] == [None] * 2
    assert asked == []
    await page.context.close()


def _note(asked: list[str], request: Request) -> None:
    if not request.url.startswith(("data:,", "about:")):
        asked.append(request.url)
