"""The bell's list, its number, and what changed since a socket last looked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from asyncpg import Record

from backend.core.database import fetch, fetchval
from backend.core.paging import decode_cursor, page_of
from backend.core.sentences import Locale, sentence
from backend.inbox.rules import UNREAD_SHOWN_MOST
from backend.inbox.schemas import InboxItemOut, InboxPage

CHANGES_MOST = 50
"""A socket that missed more is better served by asking for the list."""
REASON_SHOWN_CHARS = 120

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


async def newest_changes(account_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """When each account's items last changed, in one statement; who has none is left out."""
    rows = await fetch(
        """SELECT it.account, newest.changed_at FROM unnest($1::uuid[]) AS it (account),
               LATERAL (SELECT changed_at FROM inbox_item WHERE account = it.account
                        ORDER BY changed_at DESC LIMIT 1) AS newest""",
        list(account_ids),
    )
    return {row["account"]: row["changed_at"] for row in rows}


async def changes_since(account_id: UUID, since: datetime, locale: Locale) -> list[dict[str, Any]]:
    """Frames for a socket: what was told anew, oldest first, or only the number when something was read."""
    rows = await fetch(
        f"""SELECT {COLUMNS} FROM inbox_item WHERE account = $1 AND changed_at > $2 AND {SHOWN}
            ORDER BY changed_at DESC LIMIT {CHANGES_MOST}""",
        account_id,
        since,
    )
    unread = await unread_of(account_id)
    told = [item_out(row, locale) for row in reversed(rows) if row["read_at"] is None]
    frames = [{"type": "inbox", "unread": unread, "item": msgspec.to_builtins(item)} for item in told]
    return frames or [{"type": "inbox", "unread": unread, "item": None}]


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
