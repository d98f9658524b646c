"""Nobody learns who reported: not by an answer, not by the inbox, not by the desk, the log or the audit."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from backend.core.database import fetch, fetchval
from tests.house import Clock, Neighbour
from tests.moderation.court import DECISION, Court
from tests.notices.office import done

SAID = "他半夜还在群里骂人，我家孩子都被吵醒了。"


@pytest.fixture
def overheard(court: Court, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Every answer that anybody gets from here on: the token it was asked with, and what it said."""
    answers: list[tuple[str, str]] = []
    send = httpx.AsyncClient.send

    async def listen(client: httpx.AsyncClient, request: httpx.Request, **options: Any) -> httpx.Response:
        answer = await send(client, request, **options)
        # Signing in tells everybody who they are themselves.
        if "/auth/" not in request.url.path:
            answers.append((request.headers.get("authorization", ""), f"{answer.headers} {answer.text}"))
        return answer

    monkeypatch.setattr(httpx.AsyncClient, "send", listen)
    return answers


async def test_the_reporter_is_named_nowhere(
    court: Court, overheard: list[tuple[str, str]], moved_clock: Clock
) -> None:
    reporter = await court.neighbour(name="欧阳举报")
    await court.settle(400)
    notice = await court.notice()
    name = str(
        await fetchval(
            """SELECT r.display_name FROM residency r JOIN account a ON a.person = r.person WHERE a.id = $1""",
            reporter.account_id,
        )
    )
    assert name
    overheard.clear()
    own = [reporter.token]
    await court.report(reporter, notice, "abuse", SAID)
    for other in court.neighbours[:3]:
        await court.report(other, notice)
    case = await court.reported(notice, by=0)
    await everybody_looks(court, case)
    await court.later(moved_clock, hours=24)
    own.append(reporter.token)
    await done(court.moderator.put(f"/desk/cases/{case}/claim"))
    await court.decide(case, penalty="mute")
    await everybody_looks(court, case)
    await court.appeal()
    await court.house.drain()
    answer = {"outcome": "overturned", "reason": "重新看过，没有违反规则。"}
    await done(court.colleague.put(f"/desk/cases/{case}/appeal-decision", answer))
    await court.house.drain()
    await everybody_looks(court, case)

    marks = (str(reporter.account_id), name, "欧阳举报", reporter.phone)
    told = [text for header, text in overheard if header.removeprefix("Bearer ") not in own]
    assert len(told) > 40
    for text in told:
        assert not [mark for mark in marks if mark in text], text
    for row in await fetch("SELECT account, params::text AS params, subject_id FROM inbox_item"):
        if row["account"] != reporter.account_id:
            assert not [mark for mark in marks if mark in f"{row['params']} {row['subject_id']}"]
    for table in ("audit_line", "flow_step", "moderation_case", "sanction", "appeal"):
        for row in await fetch(f"SELECT t::text AS line FROM {table} t WHERE t::text LIKE '%' || $1 || '%'", marks[0]):
            # Verification is about the reporter and older than any report.
            assert "verification" in row["line"] or "consent" in row["line"], (table, row["line"])
    # The moderators read the comment; its author they can only guess.
    assert any(SAID in text for text in told)
    assert await fetchval("SELECT count(*) FROM report WHERE reporter = $1", reporter.account_id) == 1


async def everybody_looks(court: Court, case: str) -> None:
    """At every page that knows of the case."""
    here = court.community.id
    for desk in (court.moderator, court.colleague, court.admin):
        for tab in ("waiting", "mine", "held", "appeals", "decided"):
            await done(desk.get(f"/desk/cases?community_id={here}&tab={tab}"))
        await done(desk.get(f"/desk/cases/{case}"))
    for person in (court.moderator, court.wang, *court.neighbours[:2]):
        await looks(person, here)


async def looks(person: Neighbour, here: UUID) -> None:
    for path in ("/inbox", "/me/sanctions", "/me/reports", "/me", f"/communities/{here}/moderation-log"):
        await done(person.get(path))
    await person.get("/me/export")
    await person.get("/me/access-log")


async def test_what_one_reported_and_bore_is_ones_own_to_take_away(court: Court) -> None:
    notice = await court.notice()
    await court.report(court.neighbours[0], notice, "abuse", SAID)
    case = await court.reported(notice, by=0)
    await court.decide(case, penalty="warn")
    await court.appeal()
    export = await court.neighbours[0].get("/me/export")
    assert export.status_code == 200
    assert SAID in export.text
    (mine,) = holdings(export)["reports"]
    assert (mine["title"], mine["reason"], mine["outcome"]) == ("电梯年检", "abuse", "agreed")
    theirs = await court.wang.get("/me/export")
    assert SAID not in theirs.text
    (borne,) = holdings(theirs)["sanctions"]
    assert (borne["measure"], borne["penalty"], borne["sentence"]) == ("hide", "warn", DECISION["sentence"])
    assert borne["appeal"] and borne["appeal_state"] == "submitted"


def holdings(export: httpx.Response) -> dict[str, Any]:
    body: dict[str, Any] = export.json()
    return body if "reports" in body else next(it for it in body.values() if isinstance(it, dict) and "reports" in it)


async def test_who_leaves_leaves_the_words_and_no_name(court: Court) -> None:
    leaver = court.neighbours[0]
    notices = [await court.notice(), await court.notice(title="另一件事")]
    for notice in notices:
        await court.report(leaver, notice, "abuse", SAID)
    case = await court.case_of(notices[0])
    assert (await leaver.delete("/me")).status_code == 204
    await court.house.drain()
    assert await fetchval("SELECT count(*) FROM report WHERE reporter = $1", leaver.account_id) == 0
    assert await fetchval("SELECT count(DISTINCT reporter) FROM report") == 2
    shown = await done(court.moderator.get(f"/desk/cases/{case}"))
    assert (shown["homes"], shown["weight"]) == (1, 1.0) and shown["reports"][0]["comment"] == SAID
    await court.decide(case)
