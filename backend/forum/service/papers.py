"""Ballots on paper: two of staff enter the same one, each from the paper, and only then it counts."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.crypto import constant_time_equal, sign
from backend.core.database import execute, fetchrow, fetchval, transaction
from backend.core.ids import new_id
from backend.forum import access
from backend.forum.errors import HomeHasVoted, PaperDiffers
from backend.forum.schemas.polls import PaperCreate
from backend.forum.service.voting import cast, checked

ENTER_SQL = """
INSERT INTO paper_ballot (id, poll, elector, choices_hmac, entered_by, at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (poll, elector) DO UPDATE SET choices_hmac = $4, at = $6
"""


async def enter(caller: Caller, poll_id: UUID, data: PaperCreate) -> str | None:
    """The receipt when it counts; None while it waits for another of staff. Whoever entered it first may correct it.

    Raises NotFound, PollNotOpen, HomeHasVoted, PaperDiffers (and then it is to be entered anew), Invalid.
    """
    async with transaction():
        poll = await access.poll_for_papers(caller, poll_id)
        choices = checked(poll, data.choices)
        elector = await access.elector_on_paper(poll_id, data.elector_id)
        if await fetchval("SELECT 1 FROM poll_participation WHERE poll = $1 AND elector = $2", poll_id, elector["id"]):
            raise HomeHasVoted()
        said = _sealed(poll_id, elector["id"], choices)
        first = await fetchrow(
            "SELECT entered_by, choices_hmac FROM paper_ballot WHERE poll = $1 AND elector = $2", poll_id, elector["id"]
        )
        if first is None or first["entered_by"] == caller.account_id:
            await execute(ENTER_SQL, new_id(), poll_id, elector["id"], said, caller.account_id, now())
            return None
        if not constant_time_equal(first["choices_hmac"], said):
            await _tear_up(poll_id, elector["id"])
            raise PaperDiffers()
        return await cast(poll, elector, choices, papers=(first["entered_by"], caller.account_id))


async def withdraw(caller: Caller, poll_id: UUID, elector_id: UUID) -> None:
    """A paper that waits is to be entered anew; harmless when none does. Raises NotFound."""
    async with transaction():
        await access.poll_for_papers(caller, poll_id)
        await access.elector_on_paper(poll_id, elector_id)
        await _tear_up(poll_id, elector_id)


async def _tear_up(poll_id: UUID, elector_id: UUID) -> None:
    await execute("DELETE FROM paper_ballot WHERE poll = $1 AND elector = $2", poll_id, elector_id)


def _sealed(poll_id: UUID, elector_id: UUID, choices: Sequence[UUID]) -> bytes:
    """Without the key ring nobody tells from it what was voted, nor which two papers say the same."""
    return sign("paper_ballot", msgspec.json.encode([poll_id, elector_id, choices]))
