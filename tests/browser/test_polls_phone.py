"""Polls and public issues on the phone: one vote a home, a secret ballot found again, an issue to its end."""

from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.conftest import Opener
from tests.browser.square import ANSWERER_PHONES, PROPERTY_PHONE, STARTER_PHONES, Square, phone_of
from tests.browser.visitor import PATIENCE_MS, Visitor, keep_picture
from tests.browser.ways import AWAY, lose_the_signal
from tests.browser.world import Town, enter

pytestmark = pytest.mark.asyncio(loop_scope="session")

ONE_HOME_PHONES = ("13800000011", "13800000012")
"""Of the demo; they share a home."""
OPTIONS = ["装减速带", "装摄像头", "先劝一劝"]
_starters, _answerers = cycle(reversed(STARTER_PHONES)), cycle(reversed(ANSWERER_PHONES))


@pytest_asyncio.fixture(loop_scope="session")
async def square(town: Town) -> Square:
    return await Square.open(town, next(_starters), next(_answerers))


async def open_poll(square: Square, **more: Any) -> tuple[str, str]:
    """A poll of the committee's: its thread, and itself."""
    closes_at = (datetime.now(UTC) + timedelta(days=7)).isoformat()
    poll = {"question": "北门车太快，该怎么办", "options": OPTIONS, "closes_at": closes_at} | more
    title = f"北门的车太快了 {uuid4().hex[:6]}"
    thread = await square.begin(square.admin, title, kind="poll", poll=poll)
    found = await square.get(square.admin, f"/threads/{thread}")
    return thread, found["poll"]["id"]


async def choose(visitor: Visitor, option: str) -> None:
    await visitor.page.locator(f'label:has([data-option="{option}"])').click()


async def test_one_home_has_one_vote(phone: Opener, square: Square, pictures: Path) -> None:
    thread, _ = await open_poll(square, counted_by="home")
    first, second = [await phone_of(phone, square, await enter(square.town.house, one)) for one in ONE_HOME_PHONES]
    await second.visit(f"/#/threads/{thread}")
    await second.sees("poll-vote")
    await first.visit(f"/#/threads/{thread}")
    await first.sees("poll", "一户一票")
    await first.tap("poll-cast")
    await first.sees("poll-failed")
    await choose(first, OPTIONS[0])
    await first.tap("poll-cast")
    await first.sees("poll-receipt")
    await first.sees("poll-said", OPTIONS[0])
    await expect(first.hook("poll-turnout")).to_have_attribute("data-voted", "1")
    await keep_picture(first.page, pictures, "polls-one-of-the-home")

    # The other's phone learns it by itself, before a tap.
    await second.sees("poll-said", "家人")
    await expect(second.hook("poll-vote")).to_have_count(0)
    await expect(second.hook("poll-result").first).to_have_attribute("data-votes", "1")
    await keep_picture(second.page, pictures, "polls-other-of-the-home")

    await first.tap("poll-change")
    await choose(first, OPTIONS[1])
    await first.tap("poll-cast")
    await first.sees("poll-said", OPTIONS[1])
    await expect(second.hook("poll-result").nth(1)).to_have_attribute("data-votes", "1", timeout=PATIENCE_MS)


async def test_a_secret_vote_is_found_in_the_list_by_its_receipt(phone: Opener, square: Square, pictures: Path) -> None:
    thread, poll = await open_poll(square, is_secret=True)
    await square.ask(square.answerer, "PUT", f"/polls/{poll}/ballot", await ballot(square, poll, OPTIONS[0]))
    voter = await phone_of(phone, square, square.starter)
    await voter.visit(f"/#/threads/{thread}")
    await voter.sees("poll", "不记名")
    await choose(voter, OPTIONS[1])
    await voter.tap("poll-cast")
    await voter.sees("poll-sure", OPTIONS[1])
    await keep_picture(voter.page, pictures, "polls-secret-sure")
    await voter.tap("poll-rethink")
    await choose(voter, OPTIONS[2])
    await voter.tap("poll-cast")
    await voter.tap("poll-confirm")
    receipt = await voter.hook("receipt").inner_text()
    await expect(voter.hook("poll-results")).to_have_count(0)
    await keep_picture(voter.page, pictures, "polls-secret-receipt")
    await voter.page.reload()
    await voter.sees("poll-said", "只有您知道")
    await expect(voter.hook("receipt")).to_have_count(0)
    await voter.visit(f"/#/polls/{poll}/ballots")
    await voter.sees("ballots-later")

    await square.ask(square.admin, "PUT", f"/polls/{poll}/closing", {})
    await voter.visit(f"/#/threads/{thread}")
    await voter.page.reload()
    await expect(voter.hook("poll-result").nth(2)).to_have_attribute("data-votes", "1", timeout=PATIENCE_MS)
    await voter.tap("poll-ballots")
    await voter.fill("receipt-wanted", "0000-0000-0000")
    await voter.tap("receipt-find")
    await expect(voter.page.locator("[aria-invalid=true]")).to_have_count(1)
    voter.expected("404")
    # As somebody types it who has copied it by hand.
    await voter.fill("receipt-wanted", receipt.replace("-", " ").lower())
    await voter.tap("receipt-find")
    await voter.sees("receipt-found", OPTIONS[2])
    await expect(voter.hook("ballot")).to_have_count(2)
    await expect(voter.page.locator(f'[data-receipt="{receipt}"]')).to_contain_text(OPTIONS[2])
    await keep_picture(voter.page, pictures, "polls-ballots")


async def ballot(square: Square, poll: str, option: str) -> dict[str, Any]:
    found = await square.get(square.admin, f"/polls/{poll}")
    return {"choices": [next(one["id"] for one in found["options"] if one["text"] == option)]}


async def test_options_are_ranked_with_buttons(phone: Opener, square: Square, pictures: Path) -> None:
    thread, _ = await open_poll(square, method="ranked", choices_most=len(OPTIONS))
    voter = await phone_of(phone, square, square.answerer)
    await voter.visit(f"/#/threads/{thread}")
    for option in (OPTIONS[0], OPTIONS[2], OPTIONS[1]):
        await voter.page.locator(f'[data-test="poll-rank"][data-option="{option}"]').click()
    await voter.page.locator(f'[data-test="poll-ranked"][data-option="{OPTIONS[1]}"] [data-test="poll-up"]').click()
    await voter.page.locator(f'[data-test="poll-ranked"][data-option="{OPTIONS[2]}"] [data-test="poll-drop"]').click()
    await keep_picture(voter.page, pictures, "polls-ranked")
    await voter.tap("poll-cast")
    await voter.sees("poll-said", f"1. {OPTIONS[0]}；2. {OPTIONS[1]}")


async def test_a_neighbour_asks_the_others(phone: Opener, square: Square, pictures: Path) -> None:
    title = f"小花园的长椅放在哪里 {uuid4().hex[:6]}"
    starter = await phone_of(phone, square, square.starter)
    await starter.visit("/#/forum/new")
    await starter.fill("thread-title", title)
    await starter.fill("thread-text", "物业说可以添两张长椅，放在哪里大家来定。")
    await starter.page.locator('label:has([data-test^="board-"])').filter(has_text="楼上楼下").click()
    await starter.page.locator('label:has([data-test="kind-poll"])').click()
    await starter.tap("publish-thread")
    await expect(starter.page.locator('[data-test="poll-form"] [aria-invalid=true]').first).to_be_visible()
    await starter.fill("poll-question", "长椅放在哪里")
    await starter.hook("poll-new-option").first.fill("东门边")
    await starter.page.keyboard.press("Enter")
    await starter.page.keyboard.type("银杏树下")
    await starter.tap("poll-option-add")
    await starter.page.keyboard.type("健身角")
    await starter.page.locator('label:has([data-test="poll-method-multiple"])').click()
    await starter.page.locator('label:has([data-test="poll-most-2"])').click()
    await keep_picture(starter.page, pictures, "polls-write")
    await starter.tap("publish-thread")
    await starter.sees("poll", "最多选 2 项")
    for option in ("东门边", "银杏树下"):
        await choose(starter, option)
    await expect(starter.page.locator('[data-test="poll-option"][data-option="健身角"]')).to_be_disabled()
    await starter.tap("poll-cast")
    await starter.sees("poll-said", "东门边、银杏树下")
    await starter.tap("poll-close")
    await starter.sees("undo")
    await starter.page.locator('[data-test="poll"][data-state="closed"] [data-test="poll-ballots"]').wait_for()


async def test_a_vote_without_a_signal_says_so_and_is_kept(phone: Opener, square: Square) -> None:
    thread, _ = await open_poll(square)
    voter = await phone_of(phone, square, square.starter)
    await voter.visit(f"/#/threads/{thread}")
    await choose(voter, OPTIONS[0])
    await lose_the_signal(voter)
    await voter.tap("poll-cast")
    await voter.sees("poll-failed", "没有网络")
    await voter.context.set_offline(False)
    await voter.tap("poll-cast")
    await voter.sees("poll-said", OPTIONS[0])
    voter.expected(AWAY)


async def test_an_issue_goes_from_complaint_to_resolved(phone: Opener, square: Square, pictures: Path) -> None:
    title = f"地下车库 {uuid4().int % 90 + 10} 号口渗水"
    starter = await phone_of(phone, square, square.starter)
    await starter.visit("/#/forum/new")
    await starter.fill("thread-title", title)
    await starter.fill("thread-text", "一下雨坡道就积水，昨天有人骑车滑倒了。")
    await starter.page.locator('label:has([data-test^="board-"])').filter(has_text="楼上楼下").click()
    await starter.page.locator('label:has([data-test="kind-issue"])').click()
    await starter.page.locator('label:has([data-test^="issue-to-"])').filter(has_text="物业").first.click()
    await starter.tap("publish-thread")
    await expect(starter.hook("issue")).to_have_attribute("data-state", "raised")
    await starter.sees("issue-response", "已经等了")
    await expect(starter.hook("issue-acknowledge")).to_have_count(0)
    thread = starter.page.url.split("/threads/")[1].split("?")[0]

    office = await phone_of(phone, square, await enter(square.town.house, PROPERTY_PHONE))
    await office.visit(f"/#/threads/{thread}")
    await office.tap("issue-acknowledge")
    await expect(office.hook("issue")).to_have_attribute("data-state", "acknowledged")
    await office.tap("issue-answer")
    await office.fill("issue-answer-text", "下水口已经疏通，坡道铺了防滑垫，下雨天有人值守。")
    await office.page.locator('label:has([data-test="issue-with-resolve"])').click()
    await keep_picture(office.page, pictures, "issues-answer")
    await office.tap("issue-answer-send")
    await expect(office.hook("issue")).to_have_attribute("data-state", "resolved")

    await starter.visit(f"/#/threads/{thread}")
    await starter.page.reload()
    await starter.sees("issue-response", "内回应")
    await starter.sees("official", "防滑垫")
    await keep_picture(starter.page, pictures, "issues-resolved")
    await starter.tap("issue-reopen")
    await starter.tap("issue-send")
    await expect(starter.page.locator("[aria-invalid=true]")).to_have_count(1)
    await starter.fill("issue-reason", "今天下雨又积水了。")
    await starter.tap("issue-send")
    await expect(starter.hook("issue")).to_have_attribute("data-state", "reopened")
    await starter.sees("issue", "今天下雨又积水了")
