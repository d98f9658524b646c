"""Polls of the square's people, and what the desk enters for those who vote on paper."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from backend.core.clock import now
from backend.core.database import execute, fetch, fetchrow, fetchval
from backend.core.ids import new_id
from tests.forum.square import Square, done
from tests.house import Community, Neighbour, key

ELECTORS = 6
"""Of the square: wang and wife, li, owners, zhao, sun. One of its six homes has nobody, and one has two."""
AREA_CM2 = 1_000_000
"""A hundred square metres."""


def body_of(closes_in_h: float = 48, **fields: Any) -> dict[str, Any]:
    """A PollCreate with the options 装, 不装, 再议."""
    return {
        "question": "装不装充电桩",
        "options": ["装", "不装", "再议"],
        "closes_at": (now() + timedelta(hours=closes_in_h)).isoformat(),
        **fields,
    }


async def ask(square: Square, by: Neighbour | None = None, **fields: Any) -> dict[str, Any]:
    """A new poll, as who opened it sees it; the moderator's unless said otherwise."""
    opener = by or square.moderator
    thread = await square.thread(opener)
    return await done(opener.post(f"/threads/{thread}/poll", body_of(**fields), headers=key()))


def residents(square: Square) -> list[Neighbour]:
    return [square.wang, square.wife, square.li, square.owners, square.zhao, square.sun]


async def electors_of(poll: dict[str, Any]) -> dict[str, str]:
    """Elector ids by the number of the door."""
    rows = await fetch(
        "SELECT p.name, e.id FROM poll_elector e JOIN place p ON p.id = e.home WHERE e.poll = $1", UUID(poll["id"])
    )
    return {row["name"]: str(row["id"]) for row in rows}


async def measure(square: Square, **areas: int) -> None:
    """Floor areas of all homes, AREA_CM2 but where another is said, as in `home_101=5`."""
    await execute(
        "UPDATE place SET floor_area_cm2 = $2 WHERE community = $1 AND kind = 'home'", square.community.id, AREA_CM2
    )
    for home, area in areas.items():
        await execute(
            "UPDATE place SET floor_area_cm2 = $3 WHERE community = $1 AND name = $2",
            square.community.id,
            home.removeprefix("home_"),
            area,
        )


def choice(poll: dict[str, Any], *texts: str) -> list[str]:
    """The ids of options by their words."""
    ids = {option["text"]: option["id"] for option in poll["options"]}
    return [ids[text] for text in texts]


async def vote(who: Neighbour, poll: dict[str, Any], *texts: str, **more: Any) -> dict[str, Any]:
    return await done(who.put(f"/polls/{poll['id']}/ballot", {"choices": choice(poll, *texts), **more}))


async def enter(who: Neighbour, poll: dict[str, Any], elector: str, *texts: str) -> dict[str, Any]:
    body = {"elector_id": elector, "choices": choice(poll, *texts)}
    return await done(who.put(f"/desk/polls/{poll['id']}/papers", body))


async def seen(who: Neighbour, poll: dict[str, Any]) -> dict[str, Any]:
    return await done(who.get(f"/polls/{poll['id']}"))


def votes(poll: dict[str, Any]) -> dict[str, int | None]:
    return {option["text"]: option["votes"] for option in poll["options"]}


async def counted(poll: dict[str, Any]) -> tuple[int, int]:
    """Ballots and participations."""
    row = await fetchrow(
        """SELECT (SELECT count(*) FROM poll_ballot WHERE poll = $1) AS ballots,
                  (SELECT count(*) FROM poll_participation WHERE poll = $1) AS parts""",
        UUID(poll["id"]),
    )
    assert row is not None
    return row["ballots"], row["parts"]


async def move_out(who: Neighbour) -> None:
    """The committee ended every residency of theirs."""
    await execute(
        """UPDATE residency SET ended_at = now() - interval '1 s'
           WHERE person = (SELECT person FROM account WHERE id = $1)""",
        who.account_id,
    )


async def poll_state(poll: dict[str, Any]) -> str:
    return str(await fetchval("SELECT state FROM poll WHERE id = $1", UUID(poll["id"])))


async def also_owns(who: Neighbour, community: Community, *, home: int) -> None:
    """A second home of the same person, registered after the first."""
    await execute(
        """INSERT INTO residency (id, community, person, home, relation, display_name)
           SELECT $1, $2, a.person, $3, 'owner', '某' FROM account a WHERE a.id = $4""",
        new_id(), community.id, community.homes[home], who.account_id,
    )  # fmt: skip
