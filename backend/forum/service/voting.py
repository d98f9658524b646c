"""Casting a ballot: one for each elector, whichever way it comes."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import fetchrow, fetchval, transaction
from backend.core.errors import FieldError, Invalid
from backend.forum import access
from backend.forum.errors import BallotFinal, HomeHasVoted, NoElector, PollNotOpen
from backend.forum.rules.polls import RECEIPT_DRAWN_CHARS, ballot_of, is_open, receipt_words
from backend.forum.schemas.polls import BallotCast

# Of a secret poll the two rows share no key and no moment, and their ids are drawn, not counted on. A paper of the
# elector that still waits for its second entry is void.
CAST_SQL = """
WITH part AS (
    INSERT INTO poll_participation (id, poll, elector, cast_by, entered_by, confirmed_by, ballot, at)
    VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7) ON CONFLICT (poll, elector) DO NOTHING RETURNING poll),
paper AS (DELETE FROM paper_ballot WHERE poll = $1 AND elector = $2)
INSERT INTO poll_ballot (id, poll, receipt, choices, building, owner, area_cm2)
SELECT $8, part.poll, $9, $10, $11, $12, $13 FROM part RETURNING receipt
"""
CHANGE_SQL = """
WITH part AS (UPDATE poll_participation SET at = $3 WHERE poll = $1 AND elector = $2 RETURNING ballot)
UPDATE poll_ballot SET choices = $4 FROM part WHERE poll_ballot.id = part.ballot RETURNING receipt
"""


async def vote(caller: Caller, poll_id: UUID, data: BallotCast) -> str:
    """The receipt. Whoever cast an open ballot may change it until the poll closes, and keeps its receipt.

    Raises NotFound, PollNotOpen, NoElector, HomeHasVoted, BallotFinal, Invalid.
    """
    async with transaction():
        poll = await access.poll_to_vote(caller, poll_id)
        choices = checked(poll, data.choices)
        elector = _the_one(await access.electors_of(caller, poll_id, data.elector_id))
        cast_by = await fetchrow(
            "SELECT cast_by FROM poll_participation WHERE poll = $1 AND elector = $2", poll_id, elector["id"]
        )
        if cast_by is None:
            return await cast(poll, elector, choices, cast_by=caller.account_id)
        if cast_by["cast_by"] != caller.account_id:
            raise HomeHasVoted()
        if poll["is_secret"]:
            raise BallotFinal()
        return str(await fetchval(CHANGE_SQL, poll_id, elector["id"], now(), choices))


async def cast(
    poll: Record,
    elector: Record,
    choices: Sequence[UUID],
    *,
    cast_by: UUID | None = None,
    papers: tuple[UUID, UUID] | tuple[None, None] = (None, None),
) -> str:
    """The receipt of a new ballot, by an account or from a paper that two of staff entered, in the open transaction
    that holds the poll and the elector. Raises HomeHasVoted."""
    secret = poll["is_secret"]
    ballot = UUID(bytes=secrets.token_bytes(16), version=4)
    receipt = await fetchval(
        CAST_SQL,
        poll["id"], elector["id"], cast_by, *papers, None if secret else ballot, None if secret else now(),
        ballot, receipt_words(secrets.token_bytes(RECEIPT_DRAWN_CHARS)), choices,
        elector["building"], elector["owner"], elector["area_cm2"],
    )  # fmt: skip
    if receipt is None:
        raise HomeHasVoted()
    return str(receipt)


def checked(poll: Mapping[str, Any], choices: Sequence[UUID]) -> list[UUID]:
    """The choices as they are stored. Raises PollNotOpen, Invalid."""
    if not is_open(poll, now()):
        raise PollNotOpen()
    return ballot_of(poll["method"], poll["choices_most"], poll["options"], choices)


def _the_one(electors: Sequence[Record]) -> Record:
    if not electors:
        raise NoElector()
    if len(electors) > 1:
        raise Invalid(fields=[FieldError("elector_id", "field.required")])
    return electors[0]
