"""The doors of polls and public issues."""

from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import fetch, fetchrow
from backend.core.errors import FieldError, Forbidden, NotFound
from backend.forum.errors import BoardArchived, VoiceRefused
from backend.forum.permissions import ENTER_PAPER, MODERATE, POST
from backend.forum.queries.boards import READ_BY_ASKER, asker
from backend.identity.queries.organisations import IS_PUBLIC, SPEAKS_AS
from backend.moderation import service as moderation

# $2 to $5 are `asker`'s. Who was an elector when the poll opened may vote and look after moving out as well.
POLL_SEEN = f"""
(({READ_BY_ASKER} AND (t.state = 'shown' OR t.author = $2 OR b.community = ANY($5)))
 OR t.state = 'shown' AND EXISTS (SELECT FROM poll_elector_member m WHERE m.poll = p.id AND m.account = $2))
"""
POLL_DOOR_SQL = """
SELECT p.*, array(SELECT o.id FROM poll_option o WHERE o.poll = p.id ORDER BY o.position) AS options
FROM poll p JOIN thread t ON t.id = p.thread JOIN board b ON b.id = t.board WHERE p.id = $1 AND {seen} FOR {lock} OF p
"""
# A poll's row is shared by everybody who votes and taken by who closes it: no ballot comes after the counting. The
# elector's is taken: two who vote for one home, by whatever route, come one after the other.
ELECTORS_SQL = """
SELECT e.* FROM poll_elector_member m JOIN poll_elector e ON e.id = m.elector
WHERE m.poll = $1 AND m.account = $2 AND ($3::uuid IS NULL OR e.id = $3) ORDER BY e.id FOR UPDATE OF e
"""
ISSUE_DOOR_SQL = f"""
SELECT i.*, t.author, {SPEAKS_AS.format(who="$2", which="i.organisation", at="$6")} AS speaks
FROM public_issue i JOIN thread t ON t.id = i.thread JOIN board b ON b.id = t.board
WHERE i.thread = $1 AND t.state = 'shown' AND {READ_BY_ASKER} FOR UPDATE OF i
"""
# $6 the moment, $7 the organisation.
THREAD_DOOR_SQL = f"""
SELECT t.*, b.archived_at, silenced_until($2, t.community, $6) AS silenced_until{{more}}
FROM thread t JOIN board b ON b.id = t.board
WHERE t.id = $1 AND t.state = 'shown' AND {READ_BY_ASKER} FOR UPDATE OF t
"""
ASK_SQL = THREAD_DOOR_SQL.format(more="")
RESPOND_SQL = THREAD_DOOR_SQL.format(
    more=f""", {SPEAKS_AS.format(who="$2", which="$7", at="$6")}
             AND {IS_PUBLIC.format(which="$7", where="t.community")} AS speaks"""
)


async def poll_to_vote(caller: Caller, poll_id: UUID) -> Record:
    """Held open until the transaction ends, with the ids of its `options`. Raises NotFound."""
    return await _poll(caller, poll_id, seen=f"{POLL_SEEN} AND t.state = 'shown'", lock="SHARE")


async def poll_to_close(caller: Caller, poll_id: UUID) -> Record:
    """Locked, for who opened it or a moderator. Raises NotFound, Forbidden."""
    row = await _poll(caller, poll_id, seen=POLL_SEEN, lock="UPDATE")
    if row["opened_by"] != caller.account_id and not caller.may(MODERATE, row["community"]):
        raise Forbidden()
    return row


async def poll_to_take_back(thread_id: UUID) -> Record | None:
    """Locked, for the author of its thread, who holds that; None: it has no poll."""
    return await fetchrow("SELECT * FROM poll WHERE thread = $1 FOR UPDATE", thread_id)


async def poll_for_papers(caller: Caller, poll_id: UUID) -> Record:
    """Held open, for staff who enter what came on paper. Raises NotFound."""
    row = await fetchrow(POLL_DOOR_SQL.format(seen="true", lock="SHARE"), poll_id)
    if row is None:
        raise NotFound()
    caller.require(ENTER_PAPER, row["community"])
    return row


async def open_poll_due(poll_id: UUID) -> Record | None:
    """Locked, for the clock, which asks nobody; None when it is open no more."""
    return await fetchrow("SELECT * FROM poll WHERE id = $1 AND state = 'open' FOR UPDATE", poll_id)


async def electors_of(caller: Caller, poll_id: UUID, elector_id: UUID | None) -> list[Record]:
    """Locked: those that the caller may vote for, or the one that is named."""
    return await fetch(ELECTORS_SQL, poll_id, caller.account_id, elector_id)


async def elector_on_paper(poll_id: UUID, elector_id: UUID) -> Record:
    """Locked. Raises NotFound."""
    row = await fetchrow("SELECT * FROM poll_elector WHERE poll = $1 AND id = $2 FOR UPDATE", poll_id, elector_id)
    if row is None:
        raise NotFound()
    return row


async def thread_to_respond_to(caller: Caller, thread_id: UUID, organisation_id: UUID) -> Record:
    """Locked, for one who speaks for the organisation; a locked thread may still get its official response.

    Raises NotFound, VoiceRefused, BoardArchived, Silenced.
    """
    row = await fetchrow(RESPOND_SQL, thread_id, *asker(caller), now(), organisation_id)
    if row is None:
        raise NotFound()
    if not row["speaks"]:
        raise VoiceRefused(fields=[FieldError("organisation_id", "field.value")])
    _refuse_writer(row)
    return row


async def issue_to_move(caller: Caller, thread_id: UUID) -> Record:
    """Locked, with its thread's `author` and whether the caller `speaks` for the organisation. Raises NotFound."""
    row = await fetchrow(ISSUE_DOOR_SQL, thread_id, *asker(caller), now())
    if row is None:
        raise NotFound()
    return row


async def thread_to_ask(caller: Caller, thread_id: UUID) -> Record:
    """Locked: a thread that is shown, for one who may write in its community. Raises NotFound, BoardArchived,
    Silenced."""
    row = await fetchrow(ASK_SQL, thread_id, *asker(caller), now())
    if row is None:
        raise NotFound()
    caller.require(POST, row["community"])
    _refuse_writer(row)
    return row


async def _poll(caller: Caller, poll_id: UUID, *, seen: str, lock: str) -> Record:
    row = await fetchrow(POLL_DOOR_SQL.format(seen=seen, lock=lock), poll_id, *asker(caller))
    if row is None:
        raise NotFound()
    return row


def _refuse_writer(row: Record) -> None:
    if row["archived_at"] is not None:
        raise BoardArchived()
    moderation.refuse_silenced(row["silenced_until"])
