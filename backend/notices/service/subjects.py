"""How moderation sees a notice, and takes it out of sight. Taking it down for good is the desk's own move."""

from uuid import UUID

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import fetchrow, fetchval
from backend.core.errors import NotFound
from backend.core.events import emit
from backend.core.sentences import DEFAULT_LOCALE
from backend.core.subjects import Snapshot, Subject
from backend.identity.queries.names import NAME
from backend.identity.queries.places import ORGANISATION
from backend.notices.events import NoticeHidden, NoticeRestored
from backend.notices.queries.reading import author_of, notice_shown_to
from backend.notices.rules.reading import SHOWN

SNAPSHOT_SQL = f"""
SELECT n.*, {ORGANISATION.format(which="n.organisation")} AS organisation_words,
       {NAME.format(who="n.submitter", where="n.community")} AS submitter_name
FROM notice n WHERE n.id = $1 FOR UPDATE OF n
"""


async def snapshot(notice_id: UUID) -> Snapshot | None:
    """An organisation's is protected: it was reviewed before it was out, and reports alone don't hide it."""
    row = await fetchrow(SNAPSHOT_SQL, notice_id)
    if row is None:
        return None
    return Snapshot(
        kind="notice",
        id=notice_id,
        community_id=row["community"],
        author_id=row["submitter"],
        author_name=author_of(row, DEFAULT_LOCALE).name,
        organisation_id=row["organisation"],
        title=row["title"],
        body=row["body"],
        url=f"/notices/{notice_id}",
        is_protected=row["organisation"] is not None,
        is_shown=row["state"] in SHOWN and row["hidden_at"] is None,
    )


async def seen_by(caller: Caller, notice_id: UUID) -> bool:
    try:
        await notice_shown_to(caller, notice_id)
    except NotFound:
        return False
    return True


async def hide(notice_id: UUID) -> None:
    if await fetchval(
        "UPDATE notice SET hidden_at = $2 WHERE id = $1 AND hidden_at IS NULL RETURNING id", notice_id, now()
    ):
        await emit(NoticeHidden(notice_id=notice_id))


async def restore(notice_id: UUID) -> None:
    if await fetchval(
        "UPDATE notice SET hidden_at = NULL WHERE id = $1 AND hidden_at IS NOT NULL RETURNING id", notice_id
    ):
        await emit(NoticeRestored(notice_id=notice_id))


SUBJECTS: dict[str, Subject] = {"notice": Subject(snapshot=snapshot, seen_by=seen_by, hide=hide, restore=restore)}
