"""What sockets are shown of the bell, out of its rows: the hub's feed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from asyncpg import Record

from backend.core.database import fetch
from backend.core.hub.feeds import Changes, Feed, Viewer
from backend.core.sentences import Locale
from backend.inbox.queries.items import COLUMNS, SHOWN, item_out, unread_of
from backend.inbox.rules import UNREAD_SHOWN_MOST

FRAME = "inbox"
CHANGES_MOST = 20
"""An account. A socket that missed more shows these, and the list has the rest."""

CHANGES_SQL = f"""
SELECT it.*, unread.items FROM unnest($1::uuid[]) AS asked (account),
       LATERAL (SELECT account, {COLUMNS}, {SHOWN} AS shown FROM inbox_item
                WHERE account = asked.account AND changed_at > $2 ORDER BY changed_at DESC LIMIT {CHANGES_MOST}) AS it,
       LATERAL (SELECT count(*) AS items FROM (
                    SELECT FROM inbox_item WHERE account = asked.account AND {SHOWN} AND read_at IS NULL
                    LIMIT {UNREAD_SHOWN_MOST}) AS counted) AS unread
ORDER BY it.changed_at
"""


async def changes(viewers: Sequence[Viewer], since: datetime) -> Mapping[Viewer, Changes]:
    """A frame for each item told, read or retracted after `since`; one statement.

    `{"type": "inbox", "unread": n, "item": {...}}`; the item is null where only the number has changed.
    """
    accounts = list({viewer.account_id for viewer in viewers})
    found: dict[UUID, list[Record]] = {}
    for row in await fetch(CHANGES_SQL, accounts, since):
        found.setdefault(row["account"], []).append(row)
    return {
        viewer: {(row["id"], row["changed_at"]): _frame(row, viewer.locale) for row in found[viewer.account_id]}
        for viewer in viewers
        if viewer.account_id in found
    }


def _frame(row: Record, locale: Locale) -> dict[str, Any]:
    is_news = row["shown"] and row["read_at"] is None
    item = msgspec.to_builtins(item_out(row, locale)) if is_news else None
    return {"type": FRAME, "unread": row["items"], "item": item}


FEEDS = [Feed(FRAME, unread_of, changes)]
