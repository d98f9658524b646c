"""A community with something in it that may be reported: a neighbour's notice, those who report, those who decide."""

from dataclasses import dataclass
from typing import Any

import httpx

from backend.core.database import execute, fetch, fetchval
from tests.house import Clock, Community, House, Neighbour
from tests.notices.office import Office

HOMES = 12
DECISION = {"verdict": "hide", "rule": "respect", "sentence": "言语伤人，请尊重邻居。"}
KEEP = {"verdict": "keep", "sentence": "没有违反规则。"}


@dataclass
class Court:
    office: Office
    community: Community
    wang: Neighbour
    """Who writes, in home 0."""
    neighbours: list[Neighbour]
    """One in each of the other homes."""
    moderator: Neighbour
    colleague: Neighbour
    admin: Neighbour

    @property
    def house(self) -> House:
        return self.office.house

    async def notice(self, **fields: Any) -> str:
        """A neighbour's notice that everybody sees."""
        return await self.office.published(self.wang, **fields)

    async def neighbour(self, home: int | None = None, name: str = "李建国") -> Neighbour:
        """One more, in a home of their own unless it is named."""
        person = await self.house.resident(
            self.community, self.moderator, home=len(self.neighbours) + 1 if home is None else home, name=name
        )
        self.neighbours.append(person)
        return person

    async def report(self, who: Neighbour, notice: str, reason: str = "abuse", comment: str = "") -> httpx.Response:
        body = {"subject_kind": "notice", "subject_id": notice, "reason": reason, "comment": comment}
        return await who.post("/reports", body)

    async def reported(self, notice: str, by: int = 1) -> str:
        """The case of a notice that so many homes have reported."""
        for neighbour in self.neighbours[:by]:
            answer = await self.report(neighbour, notice)
            assert answer.status_code == 201, answer.text
        await self.house.drain()
        return await self.case_of(notice)

    async def case_of(self, notice: str) -> str:
        return str(
            await fetchval("SELECT id FROM moderation_case WHERE subject_id = $1 ORDER BY id DESC LIMIT 1", notice)
        )

    async def decide(self, case: str, by: Neighbour | None = None, **fields: Any) -> dict[str, Any]:
        """The case as whoever decided on it reads it then."""
        decider = by or self.moderator
        answer = await decider.put(f"/desk/cases/{case}/decision", {**DECISION, **fields})
        assert answer.status_code == 200, answer.text
        await self.house.drain()
        return dict((await decider.get(f"/desk/cases/{case}")).json())

    async def sanction(self, who: Neighbour | None = None) -> dict[str, Any]:
        """The newest of somebody's own."""
        answer = await (who or self.wang).get("/me/sanctions")
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["items"][0])

    async def appeal(self, text: str = "我只是提醒大家，没有骂人。", who: Neighbour | None = None) -> httpx.Response:
        sanction = await self.sanction(who)
        return await (who or self.wang).post(f"/sanctions/{sanction['id']}/appeal", {"text": text})

    async def told(self, who: Neighbour, kind: str) -> list[str]:
        """The titles that somebody was told of a kind, newest first."""
        await self.house.drain()
        items = (await who.get("/inbox?limit=50")).json()["items"]
        return [item["title"] for item in items if item["kind"] == kind]

    async def sees(self, who: Neighbour, notice: str) -> bool:
        return (await who.get(f"/notices/{notice}")).status_code == 200

    async def later(self, clock: Clock, **how_long: float) -> None:
        """The clock moves on, and everybody signs in again; jobs that were armed for then are due."""
        clock.advance(**how_long)
        for person in (self.wang, self.moderator, self.colleague, self.admin, *self.neighbours):
            person.token = (await self.house.guest(person.phone)).token
        await self.house.due_now()
        await self.house.drain()

    async def settle(self, days: int) -> None:
        """Everybody has lived here for so long."""
        await execute("UPDATE residency SET started_at = started_at - make_interval(days => $1)", days)

    async def weigh(self, case: str) -> tuple[float, int]:
        (row,) = await fetch("SELECT weight_pct, homes FROM moderation_case WHERE id = $1", case)
        return row["weight_pct"] / 100, row["homes"]


async def open_court(house: House, neighbours: int = 4) -> Court:
    """A writer and so many neighbours, each in a home of their own."""
    community = await house.open_community(homes=HOMES)
    moderator = await house.officer(community, "moderator")
    office = Office(
        house,
        community,
        wang=await house.resident(community, moderator),
        moderator=moderator,
        colleague=await house.officer(community, "moderator"),
        admin=await house.officer(community, "committee_admin"),
        worker=await house.officer(community, "worker"),
    )
    court = Court(office, community, office.wang, [], moderator, office.colleague, office.admin)
    for _ in range(neighbours):
        await court.neighbour()
    return court
