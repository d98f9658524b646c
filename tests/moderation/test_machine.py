"""Cases and appeals beside a plain model: whatever moderators, neighbours and authors try in whatever order."""

import random
from dataclasses import dataclass, field
from typing import Any

import pytest

from backend.commands.check_invariants import check_all
from backend.core.database import fetch, fetchval
from backend.core.live import redis
from backend.moderation.rules.weights import REPORTS_A_DAY_MOST
from backend.settings import settings
from tests.house import Neighbour
from tests.moderation.court import DECISION, Court

STEPS = 60
LADDER_H = (24, 72, 168, 720)


@dataclass
class Case:
    """What must be known of one, in plain words."""

    id: str
    claimed_by: str | None = None
    decided_by: str | None = None
    adverse: bool = False
    penalty: str | None = None
    hours: int | None = None
    appeal: str | None = None
    reporters: set[int] = field(default_factory=set)


@dataclass
class Model:
    shown: bool = True
    case: Case | None = None
    past: list[Case] = field(default_factory=list)

    @property
    def rungs(self) -> int:
        return sum(it.penalty == "mute" and it.appeal != "overturned" for it in self.past)

    def hidden_still(self, but: Case) -> bool:
        return any(it.adverse and it.appeal != "overturned" and it is not but for it in self.past)


@pytest.mark.parametrize("seed", range(3))
async def test_any_order_of_acts_is_what_the_model_says(court: Court, seed: int) -> None:
    chance = random.Random(seed)
    notice = await court.notice()
    desk = {"moderator": court.moderator, "colleague": court.colleague, "admin": court.admin}
    model = Model()
    for _ in range(STEPS):
        await redis().flushall()
        act = chance.choice(["report", "report", "claim", "release", "decide", "decide", "appeal", "answer"])
        who = chance.choice(sorted(desk))
        if act == "report":
            await report(court, model, notice, chance.randrange(len(court.neighbours)))
        elif act in ("claim", "release", "decide"):
            await on_case(court, model, act, who, desk[who], chance)
        elif act == "appeal":
            await appeal(court, model, chance)
        else:
            await answer(court, model, who, desk[who], chance)
        assert await court.sees(court.neighbours[0], notice) == model.shown
    await court.house.drain()
    assert await court.house.held_jobs() == 0
    broken = {verdict.invariant.name for verdict in await check_all(settings().dsn) if verdict.offenders}
    assert broken == set()
    lasted = await fetch(
        """SELECT extract(epoch FROM ends_at - starts_at)::int / 3600 AS hours FROM sanction
           WHERE penalty = 'mute' ORDER BY id"""
    )
    assert [row["hours"] for row in lasted] == [it.hours for it in model.past if it.penalty == "mute"]


async def report(court: Court, model: Model, notice: str, number: int) -> None:
    said = await court.report(court.neighbours[number], notice)
    if not model.shown:
        assert said.status_code == 404
        return
    if said.status_code == 429:
        asked = "SELECT count(*) FROM report WHERE reporter = $1"
        assert await fetchval(asked, court.neighbours[number].account_id) == REPORTS_A_DAY_MOST
        return
    if model.case is None:
        assert said.status_code == 201
        model.case = Case(await court.case_of(notice))
    assert said.status_code == (409 if number in model.case.reporters else 201)
    model.case.reporters.add(number)


async def on_case(court: Court, model: Model, act: str, who: str, desk: Neighbour, chance: random.Random) -> None:
    case = model.case or (model.past[-1] if model.past else None)
    if case is None:
        return
    free = case.claimed_by in (None, who)
    path = f"/desk/cases/{case.id}"
    if act == "claim":
        said = await desk.put(f"{path}/claim")
        assert said.status_code == (409 if case.decided_by or not free else 200)
        if said.status_code == 200:
            case.claimed_by = who
    elif act == "release":
        said = await desk.delete(f"{path}/claim")
        assert said.status_code == (200 if case.decided_by or free else 409)
        if said.status_code == 200:
            case.claimed_by = None
    else:
        body: dict[str, Any] = {**DECISION, "verdict": chance.choice(["keep", "hide"])}
        body["penalty"] = chance.choice([None, "warn", "mute"])
        said = await desk.put(f"{path}/decision", body)
        assert said.status_code == (409 if case.decided_by or not free else 200)
        if said.status_code == 200:
            decide(model, case, who, body)


def decide(model: Model, case: Case, who: str, body: dict[str, Any]) -> None:
    case.decided_by, case.claimed_by = who, None
    case.adverse, case.penalty = body["verdict"] == "hide", body["penalty"]
    case.hours = LADDER_H[min(model.rungs, 3)] if case.penalty == "mute" else None
    model.past.append(case)
    model.case = None
    model.shown = model.shown and not case.adverse


async def appeal(court: Court, model: Model, chance: random.Random) -> None:
    sanctioned = [it for it in model.past if it.adverse or it.penalty]
    if not sanctioned:
        return
    case = chance.choice(sanctioned)
    sanction = await fetchval("SELECT id FROM sanction WHERE moderation_case = $1", case.id)
    said = await court.wang.post(f"/sanctions/{sanction}/appeal", {"text": "我没有骂人，请再看看。"})
    assert said.status_code == (201 if case.appeal is None else 409)
    case.appeal = case.appeal or "submitted"


async def answer(court: Court, model: Model, who: str, desk: Neighbour, chance: random.Random) -> None:
    if not model.past:
        return
    case = chance.choice(model.past)
    outcome = chance.choice(["upheld", "overturned"])
    said = await desk.put(f"/desk/cases/{case.id}/appeal-decision", {"outcome": outcome, "reason": "重新看过了。"})
    allowed = case.appeal == "submitted" and who != case.decided_by
    assert said.status_code == (200 if allowed else 409)
    if allowed:
        case.appeal = outcome
        if outcome == "overturned" and case.adverse and not model.hidden_still(case):
            model.shown = True
