"""A case begins: by a report, a watched word, or a moderator who came upon something."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

import msgspec
from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import connection, transaction
from backend.core.errors import NotFound
from backend.core.events import emit
from backend.core.flow import begin
from backend.core.ids import new_id
from backend.core.subjects import Snapshot, Subject, subject_of
from backend.moderation.events import CaseOpened
from backend.moderation.permissions import DECIDE
from backend.moderation.rules.flow import CASE
from backend.moderation.schemas.cases import StaffCaseCreate

Source = Literal["report", "words", "staff"]

# The row is locked from here on, found or made: reports of one thing are weighed one after the other.
OPEN_SQL = """
INSERT INTO moderation_case (id, community, subject_kind, subject_id, author, snapshot, source, tags, state_since,
                             opened_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
ON CONFLICT (subject_id) WHERE state <> 'decided' DO UPDATE SET
    source = CASE excluded.source WHEN 'words' THEN 'words' ELSE moderation_case.source END,
    tags = (
    SELECT coalesce(jsonb_agg(DISTINCT tag), '[]')
    FROM jsonb_array_elements_text(moderation_case.tags || excluded.tags) AS tag)
RETURNING *
"""


async def hold(kind: str, subject_id: UUID, *, tags: Sequence[str] = ()) -> UUID:
    """A watched word was found in it: the case's id. Inside the writer's transaction, once the thing is stored there,
    as held, or as shown when its words only tag it."""
    snapshot = await declared(kind).snapshot(subject_id)
    if snapshot is None:
        raise NotFound()
    case = await open_case(snapshot, "words", actor=None, tags=tags)
    return UUID(str(case["id"]))


async def open_by_staff(caller: Caller, data: StaffCaseCreate) -> Record:
    """The case, locked, of something that a moderator came upon. Raises NotFound."""
    async with transaction():
        snapshot = await seen_snapshot(caller, data.subject_kind, data.subject_id)
        caller.require(DECIDE, snapshot.community_id)
        return await open_case(snapshot, "staff", actor=caller.account_id)


async def seen_snapshot(caller: Caller, kind: str, subject_id: UUID) -> Snapshot:
    """The thing as it stands, locked, for somebody who can see it. Raises NotFound."""
    subject = declared(kind)
    if not await subject.seen_by(caller, subject_id):
        raise NotFound()
    snapshot = await subject.snapshot(subject_id)
    if snapshot is None:
        raise NotFound()
    return snapshot


async def open_case(snapshot: Snapshot, source: Source, *, actor: UUID | None, tags: Sequence[str] = ()) -> Record:
    """The thing's undecided case, locked, which is made if there is none. Of two at once both get the same.

    `actor` is who its history names; never a reporter.
    """
    new = new_id()
    case = await connection().fetchrow(
        OPEN_SQL,
        new,
        snapshot.community_id,
        snapshot.kind,
        snapshot.id,
        snapshot.author_id,
        msgspec.json.encode(snapshot).decode(),
        source,
        msgspec.json.encode(list(tags)).decode(),
        now(),
    )
    assert case is not None, "it is made or found"
    if case["id"] == new:
        await begin(CASE, new, actor=actor)
        await emit(CaseOpened(case_id=new))
    return case


def declared(kind: str) -> Subject:
    """Raises NotFound: no domain has such things."""
    subject = subject_of(kind)
    if subject is None:
        raise NotFound()
    return subject
