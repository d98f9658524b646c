"""A public issue is raised with an organisation, and the organisation moves it on."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import execute, fetchrow, fetchval, transaction
from backend.core.errors import FieldError, Invalid
from backend.core.events import emit
from backend.core.flow import begin, take
from backend.core.ids import new_id
from backend.core.text import clean_text
from backend.forum import access
from backend.forum.errors import IssueNotYours, IssueRefused, ThreadClosed
from backend.forum.events import IssueMoved, IssueRaised, ThreadChanged
from backend.forum.permissions import MODERATE
from backend.forum.rules.issues import FLOW, columns_of, may_move
from backend.forum.schemas.issues import IssueMove
from backend.forum.schemas.staff import REASON_MAX_CHARS
from backend.forum.service.staff import record
from backend.identity.queries.organisations import IS_PUBLIC
from backend.moderation import service as moderation

BECOMES_ISSUE = ("discussion", "question")

RAISE_SQL = f"""
INSERT INTO public_issue (id, community, thread, organisation, asked, state, state_since, raised_at)
SELECT $1, $2, $3, $4, array[$4::uuid], 'raised', $5, $5 WHERE {IS_PUBLIC.format(which="$4", where="$2")} RETURNING id
"""


async def raise_issue(caller: Caller, thread: Mapping[str, Any], organisation_id: UUID) -> UUID:
    """The new issue's id, inside the caller's transaction. `thread`: its id and community. Raises Invalid."""
    issue_id = new_id()
    if await fetchval(RAISE_SQL, issue_id, thread["community"], thread["id"], organisation_id, now()) is None:
        raise Invalid(fields=[FieldError("organisation_id", "field.value")])
    await begin(FLOW, issue_id, actor=caller.account_id)
    await emit(IssueRaised(thread_id=thread["id"]))
    return issue_id


async def name_organisation(caller: Caller, thread_id: UUID, organisation_id: UUID) -> None:
    """A moderator turns a thread into a public issue, or hands one to another organisation; the same again changes
    nothing. Raises NotFound, ThreadClosed, IssueRefused, MoveRefused, Invalid."""
    async with transaction():
        thread = await access.thread_to_keep(caller, thread_id)
        if thread["state"] != "shown":
            raise ThreadClosed()
        issue = await fetchrow("SELECT * FROM public_issue WHERE thread = $1 FOR UPDATE", thread_id)
        if issue is None:
            await _become(caller, thread, organisation_id)
        elif issue["organisation"] != organisation_id:
            await _hand_on(caller, issue, organisation_id)
        else:
            return
        await record(caller, thread, "thread.issue", organisation=str(organisation_id))


async def move(caller: Caller, thread_id: UUID, move: IssueMove, reason: str) -> None:
    """Raises NotFound, IssueNotYours, MoveRefused, WordRefused, Invalid."""
    async with transaction():
        issue = await access.issue_to_move(caller, thread_id)
        if not issue["speaks"]:
            # A neighbour's words like any other; but a step of an issue is there at once or not at all.
            reason = (await moderation.screen(issue["community"], reason, waits=False)).texts[0]
        await move_locked(caller, issue, move, reason)


async def move_locked(caller: Caller, issue: Record, move: IssueMove, reason: str) -> None:
    """One move of an issue that is locked, in the open transaction. Raises IssueNotYours, MoveRefused, Invalid."""
    wrote_or_moderates = issue["author"] == caller.account_id or caller.may(MODERATE, issue["community"])
    if not may_move(move, speaks=issue["speaks"], wrote_or_moderates=wrote_or_moderates):
        raise IssueNotYours()
    why = clean_text(reason, field="reason", most=REASON_MAX_CHARS) or None
    changes = columns_of(move, issue, now(), why)
    await take(FLOW, issue["id"], move, actor=caller.account_id, reason=why, changes=changes)
    await emit(IssueMoved(thread_id=issue["thread"]))


async def note_answer(thread_id: UUID, organisation_id: UUID) -> None:
    """A word under the named organisation's badge, whatever it is: the clock of its response stops."""
    await execute(
        """UPDATE public_issue SET responded_at = $3
           WHERE thread = $1 AND organisation = $2 AND responded_at IS NULL""",
        thread_id,
        organisation_id,
        now(),
    )


async def _become(caller: Caller, thread: Record, organisation_id: UUID) -> None:
    if thread["kind"] not in BECOMES_ISSUE:
        raise IssueRefused()
    await execute("UPDATE thread SET kind = 'issue' WHERE id = $1", thread["id"])
    await raise_issue(caller, thread, organisation_id)
    await emit(ThreadChanged(thread_id=thread["id"]))


async def _hand_on(caller: Caller, issue: Record, organisation_id: UUID) -> None:
    """Its clock goes on from when it was raised: whoever waits has waited since then."""
    known = await fetchval(f"SELECT {IS_PUBLIC.format(which='$1', where='$2')}", organisation_id, issue["community"])
    if not known:
        raise Invalid(fields=[FieldError("organisation_id", "field.value")])
    asked = [*issue["asked"], organisation_id]
    changes = {"organisation": organisation_id, "asked": asked, "reason": None, "responded_at": None, "closed_at": None}
    await take(FLOW, issue["id"], "name_another", actor=caller.account_id, changes=changes)
    await emit(IssueRaised(thread_id=issue["thread"]))
