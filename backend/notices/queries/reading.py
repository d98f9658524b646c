"""Notices as people read them: what is addressed to them or public, and what they wrote themselves."""

from datetime import datetime
from functools import cache
from typing import Any, Literal
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now, today
from backend.core.database import fetch, fetchrow, fetchval
from backend.core.errors import NotFound
from backend.core.paging import Page, decode_cursor, page_of
from backend.core.sentences import DEFAULT_LOCALE, Locale, sentence
from backend.identity.queries.names import NAME
from backend.identity.queries.places import COMMUNITY_NAME, ORGANISATION, PLACE_NAMES
from backend.media.queries import attachments
from backend.notices.access import IS_PRIVATE
from backend.notices.permissions import READ_COVERAGE, REVIEW
from backend.notices.rules.audience import ADDRESSED, audience_words
from backend.notices.rules.difference import changes_since
from backend.notices.rules.reading import ATTACHMENT_URL, SHOWN, excerpt_of, next_verbs
from backend.notices.schemas.notices import (
    AttachmentOut,
    Audience,
    AuthorOut,
    NoticeItem,
    NoticeOut,
    NoticeStepOut,
    Stream,
)

Show = Literal["current", "unread", "to_acknowledge", "mine", "past"]

AUTHOR = f"""
{ORGANISATION.format(which="n.organisation")} AS organisation_words,
{NAME.format(who="n.submitter", where="n.community")} AS submitter_name
"""
MEMBER = "account_belonging($2, n.community, $3)"
IS_FOR_ME = ADDRESSED.format(notice="n", member="me")
MINE_SO_FAR = (
    f"LEFT JOIN LATERAL {MEMBER} AS me ON true LEFT JOIN notice_receipt r ON r.notice = n.id AND r.account = $2"
)

HANDED_IN = """
(SELECT row(v.title, v.body) FROM notice_version v WHERE v.notice = n.id AND NOT v.as_reviewer
 ORDER BY v.number DESC LIMIT 1)
"""
"""Its writer's last words; what a reviewer changed since is the difference."""

NOTICE_SQL = f"""
SELECT n.*, {IS_FOR_ME} AS addressed, r.read_version, r.acknowledged_version, r.acknowledged_at, {AUTHOR},
       {COMMUNITY_NAME.format(which="n.community")} AS community_name,
       {PLACE_NAMES.format(which="n.places")} AS place_names,
       {IS_PRIVATE} AS is_private,
       array(SELECT a.medium FROM notice_attachment a WHERE a.notice = n.id ORDER BY a.position) AS media,
       CASE WHEN n.submitter = $2 THEN {HANDED_IN} END AS handed_in,
       CASE WHEN n.submitter = $2 THEN array(
           SELECT row(s.move, s.target, s.reason, s.at) FROM flow_step s
           WHERE s.flow = 'notice' AND s.subject = n.id ORDER BY s.number) END AS steps
FROM notice n {MINE_SO_FAR} WHERE n.id = $1
"""

UNREAD = "coalesce(r.read_version, 0) < n.version"
UNACKNOWLEDGED = "coalesce(r.acknowledged_version, 0) < n.version"
CURRENT = f"n.state = 'published' AND n.hidden_at IS NULL AND n.ends_at > $4 AND (n.is_public OR {IS_FOR_ME})"
CHOSEN: dict[Show, str] = {
    "current": CURRENT,
    "unread": f"{CURRENT} AND {UNREAD}",
    "to_acknowledge": f"{CURRENT} AND {IS_FOR_ME} AND n.ack_required AND {UNACKNOWLEDGED}",
    "mine": "n.submitter = $2",
    "past": f"""n.state IN ('published', 'expired') AND n.hidden_at IS NULL AND n.ends_at <= $4
                AND (n.is_public OR {IS_FOR_ME})""",
}
PINNED = "coalesce(n.pinned_until > $4, false)"
PINNED_FIRST = (
    f"{PINNED}, {UNREAD}, n.published_at, n.id",
    ("boolean", "boolean", "timestamptz", "uuid"),
    f"{PINNED} DESC, {UNREAD} DESC, n.published_at DESC, n.id DESC",
)
ORDER: dict[Show, tuple[str, tuple[str, ...], str]] = {
    "current": PINNED_FIRST,
    "unread": PINNED_FIRST,
    "to_acknowledge": PINNED_FIRST,
    "mine": ("n.id", ("uuid",), "n.id DESC"),
    "past": ("n.published_at, n.id", ("timestamptz", "uuid"), "n.published_at DESC, n.id DESC"),
}
"""What a cursor names, of which types, and the order. What is past or one's own walks along an index."""
CURSORS: dict[Show, Any] = {"mine": tuple[UUID], "past": tuple[datetime, UUID]}
CURSOR = tuple[bool, bool, datetime, UUID]
BOUND = 7
"""How many parameters come before the cursor's."""
NO_WILDCARDS = str.maketrans({sign: "\\" + sign for sign in "\\%_"})

LIST_SQL = f"""
SELECT n.id, n.stream, n.title, left(n.body, 400) AS body, n.organisation, {AUTHOR},
       n.priority, n.state, n.is_public, n.ack_required, {PINNED} AS pinned, {UNREAD} AS unread,
       (SELECT count(*) FROM notice_attachment a WHERE a.notice = n.id) AS attachments, n.version,
       n.reference, n.published_at, n.ends_at, n.updated_at, NOT {UNACKNOWLEDGED} AS acknowledged
FROM notice n {MINE_SO_FAR}
WHERE n.community = $1 AND ($5::text IS NULL OR n.stream = $5)
  AND ($6::text IS NULL OR n.title || ' ' || n.body ILIKE $6) AND {{chosen}} {{beyond}}
ORDER BY {{order}} LIMIT $7
"""


async def notice(caller: Caller | None, notice_id: UUID, *, locale: Locale = DEFAULT_LOCALE) -> NoticeOut:
    """One notice for whoever may see it; one statement, two when it has attachments. Raises NotFound."""
    row = await notice_shown_to(caller, notice_id)
    return _notice(row, locale, await attachments_of(row), caller)


async def notice_shown_to(caller: Caller | None, notice_id: UUID) -> Record:
    """The row with all that a reader is shown of it, `media` being its attachments. Raises NotFound."""
    row = await fetchrow(NOTICE_SQL, notice_id, caller.account_id if caller else None, today())
    if row is None or not _is_seen_by(caller, row):
        raise NotFound()
    return row


async def notices(
    caller: Caller | None,
    community_id: UUID,
    *,
    show: Show,
    stream: Stream | None,
    q: str | None,
    limit: int,
    cursor: str | None,
    locale: Locale,
) -> Page[NoticeItem]:
    """Those that hold now: pinned first, then unread, then newest. Guests see the public ones. Raises NotFound."""
    after = decode_cursor(cursor, CURSORS.get(show, CURSOR)) or ()
    rows = await fetch(
        _list_sql(show, bool(after)),
        community_id,
        caller.account_id if caller else None,
        today(),
        now(),
        stream,
        pattern_of(q),
        limit + 1,
        *after,
    )
    if not rows and not await fetchval("SELECT EXISTS (SELECT FROM community WHERE id = $1)", community_id):
        raise NotFound()
    return page_of(rows, limit, shape=lambda row: _item(row, locale), key=lambda row: _key(show, row))


async def attachments_of(row: Record) -> list[AttachmentOut]:
    if not row["media"]:
        return []
    known = await attachments(row["media"])
    return [
        AttachmentOut(
            it.id, it.kind, it.name, it.size_bytes, it.pages, it.width, it.height, it.thumbhash,
            ATTACHMENT_URL.format(notice=row["id"], medium=it.id),
        )
        for medium in row["media"] if (it := known.get(medium)) is not None
    ]  # fmt: skip


def author_of(row: Record, locale: Locale) -> AuthorOut:
    """Of a row with AUTHOR's columns: the organisation's badge, or the neighbour's name."""
    if row["organisation_words"] is not None:
        kind, name = row["organisation_words"]
        return AuthorOut(kind, name, row["organisation"])
    return AuthorOut("resident", row["submitter_name"] or sentence("notices.a_resident", locale), None)


def _is_seen_by(caller: Caller | None, row: Record) -> bool:
    """Once published, the audience and the desk; before, its submitter, and its reviewers when it is handed in."""
    shown = row["state"] in SHOWN and row["hidden_at"] is None
    if shown and (row["is_public"] or row["addressed"]):
        return True
    if caller is None:
        return False
    if row["submitter"] == caller.account_id:
        return True
    if caller.may(REVIEW, row["community"]):
        return not row["is_private"]
    return shown and caller.may(READ_COVERAGE, row["community"])


def _notice(row: Record, locale: Locale, media: list[AttachmentOut], caller: Caller | None) -> NoticeOut:
    own = caller is not None and row["submitter"] == caller.account_id
    acknowledged = (row["acknowledged_version"] or 0) >= row["version"]
    return NoticeOut(
        id=row["id"],
        community_id=row["community"],
        community_name=row["community_name"],
        stream=row["stream"],
        title=row["title"],
        body=row["body"],
        author=author_of(row, locale),
        priority=row["priority"],
        state=row["state"],
        is_public=row["is_public"],
        ack_required=row["ack_required"],
        audience=Audience(row["places"], row["groups"]),
        audience_words=audience_words(row["place_names"], row["groups"], locale),
        attachments=media,
        version=row["version"],
        edits=row["edits"],
        reference=row["reference"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        pinned_until=row["pinned_until"],
        published_at=row["published_at"],
        updated_at=row["updated_at"],
        reason=row["reason"] if own or row["state"] not in SHOWN else None,
        read=(row["read_version"] or 0) >= row["version"],
        acknowledged_at=row["acknowledged_at"] if acknowledged else None,
        can=next_verbs(row, own=own, asked=row["addressed"] and not acknowledged),
        steps=[NoticeStepOut(*step) for step in row["steps"] or ()],
        difference=changes_since(row["handed_in"], row["title"], row["body"]),
    )


def _item(row: Record, locale: Locale) -> NoticeItem:
    return NoticeItem(
        id=row["id"],
        stream=row["stream"],
        title=row["title"],
        excerpt=excerpt_of(row["body"]),
        author=author_of(row, locale),
        priority=row["priority"],
        state=row["state"],
        is_public=row["is_public"],
        ack_required=row["ack_required"],
        pinned=row["pinned"],
        attachments=row["attachments"],
        version=row["version"],
        reference=row["reference"],
        published_at=row["published_at"],
        ends_at=row["ends_at"],
        updated_at=row["updated_at"],
        read=not row["unread"],
        acknowledged=row["acknowledged"],
    )


@cache
def _list_sql(show: Show, further: bool) -> str:
    key, kinds, order = ORDER[show]
    numbered = ", ".join(f"${BOUND + at}::{kind}" for at, kind in enumerate(kinds, 1))
    beyond = f"AND ({key}) < ({numbered})" if further else ""
    return LIST_SQL.format(chosen=CHOSEN[show], beyond=beyond, order=order)


def _key(show: Show, row: Record) -> tuple[object, ...]:
    if show == "mine":
        return (row["id"],)
    if show == "past":
        return (row["published_at"], row["id"])
    return (row["pinned"], row["unread"], row["published_at"], row["id"])


def pattern_of(q: str | None) -> str | None:
    """As LIKE takes it: what people type is never a wildcard."""
    words = (q or "").strip()
    return "%" + words.translate(NO_WILDCARDS) + "%" if words else None
