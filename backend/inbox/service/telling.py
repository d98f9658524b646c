"""Telling people: an item first, which no crash can lose or double; sockets and pushes follow from its rows."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from backend.core.clock import now
from backend.core.database import execute, fetch, transaction
from backend.core.events import emit
from backend.core.hub import publish
from backend.core.ids import new_id
from backend.identity.queries.communities import zone_of
from backend.inbox.events import ItemsTold, PushDue
from backend.inbox.queries.changes import FRAME
from backend.inbox.queries.preferences import preferences_of
from backend.inbox.rules import AT_ONCE, TELL_MOST, TELL_TRIES, Preference, push_due

DEFAULT_ZONE = ZoneInfo("Asia/Shanghai")
HINT = msgspec.json.encode({"type": FRAME})

HEADS_SQL = """
SELECT id, account FROM inbox_item
WHERE account = ANY($1) AND group_key = $2 AND merged_into IS NULL AND read_at IS NULL AND retracted_at IS NULL
ORDER BY account FOR UPDATE
"""

# Conflicts are with `told_once` (told already) and, for a group, with a head that another teller has just made.
INSERT_SQL = """
INSERT INTO inbox_item (id, account, merged_into, push_due_at, push_state, community, kind, subject_kind, subject_id,
                        params, once, group_key, batch, created_at, told_at, changed_at)
SELECT it.id, it.account, it.head, it.due, CASE WHEN it.due IS NULL THEN 'none' ELSE 'waiting' END,
       $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $13
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[]) AS it (id, account, head, due)
ON CONFLICT DO NOTHING RETURNING account, merged_into, push_due_at
"""

# What the head itself was told is kept: it may be all that is left.
GROW_SQL = """
UPDATE inbox_item SET merged_count = merged_count + 1, told_at = $3, changed_at = $3,
                      params = $2::jsonb || jsonb_build_object('own', coalesce(params -> 'own', params))
WHERE id = ANY($1)
"""


class About(msgspec.Struct, frozen=True):
    """What is told: a kind of `rules.KINDS`, what a tap opens, and what fills the kind's sentences.

    `group`: while an account has an unread one of the same group, a further one counts on it instead of beside it.
    """

    kind: str
    subject_kind: str
    subject_id: UUID
    community_id: UUID | None = None
    params: dict[str, str | int] = {}
    group: str | None = None


async def tell(account_id: UUID, about: About, *, once: str) -> None:
    """At most one item for each (account, once), however often it is called."""
    await tell_all([account_id], about, once=once)


async def tell_all(account_ids: Sequence[UUID], about: About, *, once: str) -> None:
    """The same to at most TELL_MOST accounts, in the open transaction or one of its own; pushed as one batch."""
    if len(account_ids) > TELL_MOST:
        raise ValueError(f"at most {TELL_MOST} accounts a call")
    async with transaction():
        chosen = await preferences_of(account_ids)
        zone = await _zone(about.community_id)
        moment = now()
        dues = {
            account: push_due(about.kind, preference, moment, zone)
            for account in dict.fromkeys(account_ids)
            if (preference := chosen.get(account, Preference())).wants(about.kind, "inbox")
        }
        batch = new_id()
        told: dict[UUID, datetime | None] = {}
        for _ in range(TELL_TRIES):
            done = await _insert(dues, about, once, batch, moment)
            told |= done
            dues = await _left_over(dues, done, about, once)
            if not dues:
                break
        else:
            raise RuntimeError("heads of a group came and went faster than they could be counted on")
        if told:
            await emit(ItemsTold(batch_id=batch))
        await _ring(batch, told.values(), moment)


async def push_again(account_ids: Sequence[UUID], *, subject_id: UUID, to_round: int = 2) -> int:
    """Rings once more for those who were told of the subject and have not read it; how many. No new item.

    Called again with the same round it finds nobody: a second never becomes a third.
    """
    async with transaction():
        batch, moment = new_id(), now()
        rows = await fetch(
            """UPDATE inbox_item SET push_state = 'waiting', push_due_at = $3, push_round = $5, batch = $4
               WHERE subject_id = $1 AND account = ANY($2) AND merged_into IS NULL AND read_at IS NULL
                 AND retracted_at IS NULL AND push_state = 'done' AND push_round < $5
               RETURNING id, account, kind, community""",
            subject_id, list(account_ids), moment, batch, to_round,
        )  # fmt: skip
        if not rows:
            return 0
        chosen = await preferences_of([row["account"] for row in rows])
        zone = await _zone(rows[0]["community"])
        dues = [push_due(row["kind"], chosen.get(row["account"], Preference()), moment, zone) for row in rows]
        await execute(
            """UPDATE inbox_item
               SET push_due_at = it.due, push_state = CASE WHEN it.due IS NULL THEN 'none' ELSE 'waiting' END
               FROM unnest($1::uuid[], $2::timestamptz[]) AS it (id, due) WHERE inbox_item.id = it.id""",
            [row["id"] for row in rows], dues,
        )  # fmt: skip
        await _ring(batch, dues, moment)
        return len([due for due in dues if due is not None])


async def _insert(
    dues: dict[UUID, datetime | None], about: About, once: str, batch: UUID, moment: datetime
) -> dict[UUID, datetime | None]:
    """Who got a row, and when it may ring. A head that is counted on has rung, or will: once is enough."""
    accounts = list(dues)
    heads: dict[UUID, UUID] = {}
    if about.group is not None:
        heads = {row["account"]: row["id"] for row in await fetch(HEADS_SQL, accounts, about.group)}
    params = msgspec.json.encode(about.params).decode()
    rows = await fetch(
        INSERT_SQL,
        [new_id() for _ in accounts],
        accounts,
        [heads.get(account) for account in accounts],
        [None if account in heads else dues[account] for account in accounts],
        about.community_id, about.kind, about.subject_kind, about.subject_id, params, once, about.group, batch, moment,
    )  # fmt: skip
    grown = [row["merged_into"] for row in rows if row["merged_into"] is not None]
    if grown:
        await execute(GROW_SQL, grown, params, moment)
    return {row["account"]: row["push_due_at"] for row in rows}


async def _left_over(
    dues: dict[UUID, datetime | None], done: dict[UUID, datetime | None], about: About, once: str
) -> dict[UUID, datetime | None]:
    """Whom a head of the same moment kept out; who was told this before is content."""
    missing = [account for account in dues if account not in done]
    if about.group is None or not missing:
        return {}
    told = await fetch("SELECT account FROM inbox_item WHERE account = ANY($1) AND once = $2", missing, once)
    before = {row["account"] for row in told}
    return {account: dues[account] for account in missing if account not in before}


async def _ring(batch: UUID, dues: Iterable[datetime | None], moment: datetime) -> None:
    """One delayed job for each hour at which somebody of the batch may be rung."""
    for due in {due for due in dues if due is not None}:
        await emit(PushDue(batch_id=batch), after=max(due - moment, AT_ONCE))


async def _zone(community_id: UUID | None) -> ZoneInfo:
    return await zone_of(community_id) if community_id else DEFAULT_ZONE


async def show_live(batch_id: UUID) -> None:
    """Hints to the open sockets of those who were told; the hub asks for the items itself."""
    rows = await fetch("SELECT DISTINCT account FROM inbox_item WHERE batch = $1", batch_id)
    await publish([row["account"] for row in rows], HINT)
