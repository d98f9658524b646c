"""A case begins: by a report, a watched word, or a moderator who came upon something."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from backend.core.clock import now
from backend.core.database import connection
from backend.core.errors import NotFound
from backend.core.events import emit
from backend.core.ids import new_id
from backend.core.subjects import Snapshot, Subject, subject_of
from backend.moderation.events import CaseOpened

OPEN_SQL = """
INSERT INTO moderation_case (id, community, subject_kind, subject_id, author, snapshot, source, tags, state_since,
                             opened_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
ON CONFLICT (subject_id) WHERE state <> 'decided' DO UPDATE SET tags = (
    SELECT coalesce(jsonb_agg(DISTINCT tag), '[]')
    FROM jsonb_array_elements_text(moderation_case.tags || excluded.tags) AS tag)
RETURNING id, xmax = 0 AS opened
"""


async def hold(kind: str, subject_id: UUID, *, tags: Sequence[str] = ()) -> UUID:
    """A watched word was found in it: the case's id. Inside the writer's transaction, once the thing is stored there,
    as held, or as shown when its words only tag it."""
    snapshot = await declared(kind).snapshot(subject_id)
    if snapshot is None:
        raise NotFound()
    return await open_case(snapshot, "words", tags=tags)


async def open_case(snapshot: Snapshot, source: str, *, tags: Sequence[str] = ()) -> UUID:
    """The thing's undecided case, which is made if there is none. Of two at once both get the same."""
    row = await connection().fetchrow(
        OPEN_SQL,
        new_id(),
        snapshot.community_id,
        snapshot.kind,
        snapshot.id,
        snapshot.author_id,
        msgspec.json.encode(snapshot).decode(),
        source,
        msgspec.json.encode(list(tags)).decode(),
        now(),
    )
    case_id = UUID(str(row["id"]))
    if row["opened"]:
        await emit(CaseOpened(case_id=case_id))
    return case_id


def declared(kind: str) -> Subject:
    """Raises NotFound: no domain has such things."""
    subject = subject_of(kind)
    if subject is None:
        raise NotFound()
    return subject
