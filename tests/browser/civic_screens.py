"""Polls, issues, reports, decisions and search on the phone: what there is to see, and who looks at it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.browser.docket import Docket
from tests.browser.screens import Screen, field_of, tapping
from tests.browser.square import ANSWERER_PHONES, PROPERTY_PHONE
from tests.browser.visitor import Visitor
from tests.browser.world import enter

VOTER_PHONE, SANCTIONED_PHONE = ANSWERER_PHONES[1], "13800000030"
OPTIONS = ["装减速带", "装摄像头", "请物业早晚高峰派人值守小区北门"]
WINDOW = timedelta(days=7)
POLLS: dict[str, dict[str, Any]] = {
    "vote": {"counted_by": "home"},
    "voted": {},
    "secret": {"is_secret": True},
    "ranked": {"method": "ranked", "choices_most": len(OPTIONS)},
    "owners": {"counted_by": "owners", "quorum": "major", "options": ["同意", "不同意"]},
    "closed": {"method": "ranked", "choices_most": len(OPTIONS), "is_secret": True},
}


async def fill(docket: Docket) -> dict[str, str]:
    """Threads with a poll of each kind, a report and a decision about somebody, by what they are there for."""
    square, admin = docket.square, docket.admin
    voter = await enter(square.town.house, VOTER_PHONE)
    told: dict[str, str] = {}
    for number, (name, more) in enumerate(POLLS.items()):
        poll = {
            "question": "北门车太快，该怎么办",
            "options": OPTIONS,
            "closes_at": (datetime.now(UTC) + WINDOW).isoformat(),
        }
        told[name] = await square.begin(
            admin, f"北门的车太快了，大家看看怎么办（{'一二三四五六'[number]}）", kind="poll", poll=poll | more
        )
        found = (await square.get(voter, f"/threads/{told[name]}"))["poll"]
        told[f"{name}_poll"] = found["id"]
        if name in ("voted", "owners", "closed"):
            choices = [one["id"] for one in found["options"]]
            chosen = choices if more.get("method") == "ranked" else choices[:1]
            await square.ask(voter, "PUT", f"/polls/{found['id']}/ballot", {"choices": chosen})
    await square.ask(admin, "PUT", f"/polls/{told['closed_poll']}/closing", {})
    put_to = {"organisation_id": await docket.organisation("property_company")}
    told["issue"] = await square.begin(docket.moderator, "地下车库入口一下雨就积水", kind="issue", issue=put_to)
    writer, told["rude"] = await docket.rude("楼上天天半夜拖桌子，说了也没用")
    await docket.report(VOTER_PHONE, told["rude"], "abuse", "点着名骂人了")
    case = await docket.case_of(told["rude"])
    await docket.decide(docket.moderator, case, penalty="mute")
    told["sanction"] = (await square.get(writer, "/me/sanctions"))["items"][0]["id"]
    return told


async def choose_one(phone: Visitor) -> None:
    await phone.page.locator(f'label:has([data-option="{OPTIONS[0]}"])').click()
    await phone.tap("poll-cast")


async def rank_two(phone: Visitor) -> None:
    for option in OPTIONS[:2]:
        await phone.page.locator(f'[data-test="poll-rank"][data-option="{option}"]').click()


async def search_and_narrow(phone: Visitor) -> None:
    await phone.sees("hit")
    await phone.tap("narrow-open")


async def type_a_little(phone: Visitor) -> None:
    await phone.fill("search-words", "电")


def civic_of_a_neighbour(told: dict[str, str]) -> tuple[Screen, ...]:
    def thread(name: str) -> str:
        return f"/#/threads/{told[name]}"

    return (
        Screen("poll-vote", thread("vote"), field_of("poll-vote")),
        Screen("poll-voted", thread("voted"), field_of("poll-results")),
        Screen("poll-sure", thread("secret"), field_of("poll-sure"), choose_one),
        Screen("poll-ranking", thread("ranked"), field_of("poll-ranked"), rank_two),
        Screen("poll-owners", thread("owners"), field_of("poll-quorum")),
        Screen("poll-closed", thread("closed"), field_of("poll-ballots")),
        Screen("ballots", f"/#/polls/{told['closed_poll']}/ballots", field_of("ballot")),
        Screen("ballots-later", f"/#/polls/{told['vote_poll']}/ballots", field_of("ballots-later")),
        Screen("report", f"/#/report/thread/{told['issue']}", field_of("report-form")),
        Screen("report-wrong", f"/#/report/thread/{told['issue']}", '[role="alert"]', tapping("report-send")),
        Screen("my-reports", "/#/me/reports", field_of("my-report")),
        Screen("my-sanctions-none", "/#/me/sanctions", field_of("empty")),
        Screen("search", "/#/search", field_of("search-begin")),
        Screen("search-typing", "/#/search", field_of("suggestion"), type_a_little),
        Screen("search-found", "/#/search?q=电梯", field_of("narrow-more"), search_and_narrow),
        Screen("search-none", "/#/search?q=蓝鲸潜水艇", field_of("none")),
    )


def civic_of_an_office(told: dict[str, str]) -> tuple[Screen, ...]:
    issue = f"/#/threads/{told['issue']}"
    return (
        Screen("issue-moves", issue, field_of("issue-acknowledge")),
        Screen("issue-decline", issue, field_of("issue-reason"), tapping("issue-decline")),
        Screen("issue-respond", issue, field_of("issue-answer-text"), tapping("issue-answer")),
    )


def civic_of_the_sanctioned(told: dict[str, str]) -> tuple[Screen, ...]:
    sanction = f"/#/sanctions/{told['sanction']}"
    return (
        Screen("my-sanctions", "/#/me/sanctions", field_of("sanction")),
        Screen("sanction", sanction, field_of("appeal-open")),
        Screen("sanction-appeal", sanction, field_of("appeal-text"), tapping("appeal-open")),
    )


def civic_of_a_guest(community: str) -> tuple[Screen, ...]:
    return (Screen("moderation-log", f"/#/communities/{community}/moderation-log", field_of("log-line")),)


def groups(told: dict[str, str], community: str) -> dict[str, tuple[Screen, ...]]:
    """By the phone of who looks; "": a guest."""
    return {
        "": civic_of_a_guest(community),
        VOTER_PHONE: civic_of_a_neighbour(told),
        PROPERTY_PHONE: civic_of_an_office(told),
        SANCTIONED_PHONE: civic_of_the_sanctioned(told),
    }
