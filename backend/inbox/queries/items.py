"""The bell's list, its number, and what changed since a socket last looked."""

from datetime import datetime
from uuid import UUID

import msgspec
from asyncpg import Record

from backend.core.database import fetch, fetchval
from backend.core.paging import decode_cursor, page_of
from backend.core.sentences import Locale, sentence
from backend.inbox.rules import UNREAD_SHOWN_MOST
from backend.inbox.schemas import InboxItemOut, InboxPage

COLUMNS = """id, kind, community, subject_kind, subject_id, params, merged_count, created_at, told_at, changed_at,
             read_at"""
SHOWN = "merged_into IS NULL AND retracted_at IS NULL"

LIST_SQL = f"""
SELECT {COLUMNS} FROM inbox_item
WHERE account = $1 AND {SHOWN} AND (NOT $2 OR read_at IS NULL)
  AND ($3::timestamptz IS NULL OR (told_at, id) < ($3, $4))
ORDER BY told_at DESC, id DESC LIMIT $5
"""
UNREAD_SQL = f"""
SELECT count(*) FROM (SELECT 1 FROM inbox_item WHERE account = $1 AND {SHOWN} AND read_at IS NULL
                      LIMIT {UNREAD_SHOWN_MOST}) AS counted
"""


async def inbox_page(account_id: UUID, locale: Locale, *, unread: bool, limit: int, cursor: str | None) -> InboxPage:
    """Newest first; two statements."""
    after = decode_cursor(cursor, tuple[datetime, UUID]) or (None, None)
    rows = await fetch(LIST_SQL, account_id, unread, *after, limit + 1)
    page = page_of(rows, limit, shape=lambda row: item_out(row, locale), key=lambda row: (row["told_at"], row["id"]))
    return InboxPage(page.items, page.next_cursor, await unread_of(account_id))


async def unread_of(account_id: UUID) -> int:
    """Up to UNREAD_SHOWN_MOST."""
    return int(await fetchval(UNREAD_SQL, account_id))


def item_out(row: Record, locale: Locale) -> InboxItemOut:
    title, body = item_words(row["kind"], row["params"], row["merged_count"], locale)
    return InboxItemOut(
        id=row["id"],
        kind=row["kind"],
        community_id=row["community"],
        subject_kind=row["subject_kind"],
        subject_id=row["subject_id"],
        title=title,
        body=body,
        count=row["merged_count"],
        created_at=row["created_at"],
        changed_at=row["told_at"],
        read_at=row["read_at"],
    )


def item_words(kind: str, params: str, count: int, locale: Locale) -> tuple[str, str]:
    """Title and body. `params` is JSON; its `state` chooses among a kind's sentences (`inbox.notice.step.returned`)."""
    filled: dict[str, str | int] = {"count": count, **msgspec.json.decode(params)}
    name = f"inbox.{kind}.{filled['state']}" if "state" in filled else f"inbox.{kind}"
    many = ".many" if count > 1 else ""
    return sentence(f"{name}.title{many}", locale, **filled), sentence(f"{name}.body{many}", locale, **filled)
