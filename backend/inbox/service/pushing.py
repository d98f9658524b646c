"""Pushes: from items that are due to devices, once, or twice where a process died or an answer was lost.

A delivery is claimed and committed before it is sent, and settled after. Whoever finds a claim too old to be alive
counts an unknown attempt; the second of these is the last. So two workers never send the same at the same time, and
whatever is killed when, a device rings at most once too often.
"""

import asyncio
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from asyncpg import Record

from backend.core.clock import now
from backend.core.crypto import SealBroken
from backend.core.database import execute, fetch, fetchval, transaction
from backend.core.events import emit
from backend.core.ids import new_id
from backend.core.sentences import sentence
from backend.inbox.events import PushDue
from backend.inbox.providers import Outcome, Push, Target, provider_for, sending_turn
from backend.inbox.queries.items import item_words
from backend.inbox.rules import KINDS, PUSH_LIFE, PUSH_UNKNOWN_MOST, push_retry_at
from backend.inbox.service.devices import open_address

ITEMS_MOST = 2_000
CHUNK_MOST = 1_200
"""Deliveries claimed at once: a batch of people and their second devices. So many are doubtful when a worker dies."""
CLAIM_LIFE = timedelta(seconds=20)
"""Longer than a token (4 s), a send (13 s) and its settling take; older, its worker is dead."""
CLOCKS_APART_MOST = timedelta(minutes=1)
"""The job may come before the hour, by this machine's clock. Later hours have jobs of their own."""
COME_BACK_LEAST = timedelta(seconds=1)
TITLE_MOST_CHARS = 80
BODY_MOST_CHARS = 200
"""What a lock screen shows; and 4 kB are all that a push may carry."""
DETAIL_MOST_CHARS = 60

LOCKED_KINDS = [name for name, kind in KINDS.items() if "push" in kind.locked]

# Who has read it gets no delivery; the item is done with either way.
DUE_SQL = """
WITH due AS (
    SELECT id, account, push_round, read_at IS NULL AND retracted_at IS NULL AS open FROM inbox_item
    WHERE batch = $1 AND push_state = 'waiting' AND push_due_at <= $2
    ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED)
SELECT due.id AS item, due.push_round, d.id AS device, d.provider
FROM due LEFT JOIN (device d JOIN live_session($2) s ON s.session = d.session AND s.account = d.account)
             ON d.account = due.account AND due.open
"""
PLAN_SQL = """
WITH planned AS (
    INSERT INTO push_delivery (id, item, device, round, provider, due_at)
    SELECT it.id, it.item, it.device, it.round, it.provider, $6
    FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::smallint[], $5::text[])
         AS it (id, item, device, round, provider)
    ON CONFLICT (item, device, round) DO NOTHING)
UPDATE inbox_item SET push_state = 'done' WHERE id = ANY($7)
"""
# Asked here and not when it was planned: people read, sign out and choose otherwise between two attempts.
WANTED = """s.session IS NOT NULL AND i.read_at IS NULL AND i.retracted_at IS NULL AND i.push_round = held.round
            AND (i.kind = ANY($6) OR coalesce((p.choices -> i.kind ->> 'push')::boolean, true))"""
# The locked rows' newest versions decide, not those of the statement's beginning.
CLAIM_SQL = f"""
WITH held AS (
    SELECT d.id, d.item, d.device, d.round, d.provider, d.attempts,
           d.unknown_attempts + (d.state = 'sending')::int AS unknowns
    FROM push_delivery d JOIN inbox_item i ON i.id = d.item
    WHERE i.batch = $1
      AND (d.state = 'queued' AND d.due_at <= $2 OR d.state = 'sending' AND d.claimed_at <= $3)
    ORDER BY d.id LIMIT $4 FOR UPDATE OF d SKIP LOCKED),
seen AS (
    SELECT held.id, held.item, held.device, held.attempts, held.unknowns, coalesce(d.provider, held.provider) AS sender,
           i.kind, i.params, i.merged_count, i.subject_kind, i.subject_id, i.push_due_at,
           d.session, d.address_sealed, s.locale,
           CASE WHEN held.unknowns < $5 AND {WANTED} THEN 'sending'
                WHEN held.unknowns > 0 THEN 'unknown' ELSE 'failed' END AS next
    FROM held JOIN inbox_item i ON i.id = held.item LEFT JOIN device d ON d.id = held.device
         LEFT JOIN live_session($2) s ON s.session = d.session AND s.account = i.account
         LEFT JOIN inbox_preference p ON p.account = i.account)
UPDATE push_delivery SET
    state = seen.next, provider = seen.sender, unknown_attempts = seen.unknowns, claimed_at = $2,
    attempts = seen.attempts + (seen.next = 'sending')::int,
    settled_at = CASE WHEN seen.next <> 'sending' THEN $2 END,
    detail = CASE seen.next WHEN 'failed' THEN 'not_wanted' WHEN 'unknown' THEN 'worker_died' END
FROM seen WHERE push_delivery.id = seen.id
RETURNING seen.*, push_delivery.attempts AS attempt
"""
# The counters in the order of their key: two workers that settle at once must not wait for each other.
SETTLE_SQL = """
WITH counted AS (
    INSERT INTO push_count (provider, result, pushes)
    SELECT provider, result, count(*) FROM unnest($8::text[], $9::text[]) AS it (provider, result)
    GROUP BY provider, result ORDER BY provider, result
    ON CONFLICT (provider, result) DO UPDATE SET pushes = push_count.pushes + EXCLUDED.pushes)
UPDATE push_delivery d SET state = it.state, detail = it.detail, due_at = coalesce(it.due, d.due_at),
                           unknown_attempts = it.unknowns,
                           settled_at = CASE WHEN it.due IS NULL THEN $7::timestamptz END
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::smallint[])
     AS it (id, state, detail, due, unknowns)
WHERE d.id = it.id AND d.state = 'sending' AND d.claimed_at = $6
"""
NEXT_SQL = """
SELECT min(at) FROM (
    SELECT CASE d.state WHEN 'queued' THEN d.due_at ELSE d.claimed_at + $2 END
    FROM push_delivery d JOIN inbox_item i ON i.id = d.item WHERE i.batch = $1 AND d.state IN ('queued', 'sending')
    UNION ALL
    SELECT push_due_at FROM inbox_item WHERE batch = $1 AND push_state = 'waiting' AND push_due_at <= $3) AS next (at)
"""


async def push_batch(batch_id: UUID) -> None:
    """What is due of a batch. Doing it again, or at the same time elsewhere, sends nothing twice."""
    await _plan(batch_id)
    claimed = CHUNK_MOST
    while claimed == CHUNK_MOST:
        # A turn first: what is claimed must be sent at once, and not wait for other batches.
        async with sending_turn():
            moment = now()
            rows = await _claim(batch_id, moment)
            claimed = len(rows)
            sending = [row for row in rows if row["next"] == "sending"]
            await _settle(sending, await _send(sending), moment)
    await _come_back(batch_id)


async def _plan(batch_id: UUID) -> None:
    """Deliveries for every device of those who have not read it."""
    planned = ITEMS_MOST
    while planned == ITEMS_MOST:
        async with transaction():
            moment = now()
            rows = await fetch(DUE_SQL, batch_id, moment, ITEMS_MOST)
            items = list({row["item"] for row in rows})
            planned = len(items)
            if not rows:
                return
            found = [row for row in rows if row["device"] is not None]
            await execute(
                PLAN_SQL,
                [new_id() for _ in found],
                *([row[name] for row in found] for name in ("item", "device", "push_round", "provider")),
                moment,
                items,
            )


async def _claim(batch_id: UUID, moment: datetime) -> list[Record]:
    """One statement, and so committed when it returns. Those with `next` sending are ours to send."""
    return await fetch(CLAIM_SQL, batch_id, moment, moment - CLAIM_LIFE, CHUNK_MOST, PUSH_UNKNOWN_MOST, LOCKED_KINDS)


async def _send(rows: Sequence[Record]) -> list[Outcome]:
    """An outcome for each row, in their order."""
    outcomes: dict[UUID, Outcome] = {}
    by_provider: dict[str, list[tuple[UUID, Target, Push]]] = {}
    for row in rows:
        try:
            address = open_address(row["address_sealed"], row["session"])
        except SealBroken:
            outcomes[row["id"]] = Outcome("refused", "seal")
            continue
        sending = by_provider.setdefault(row["sender"], [])
        sending.append((row["id"], Target(row["device"], address), _push(row)))
    await asyncio.gather(*(_send_by(name, sending, outcomes) for name, sending in by_provider.items()))
    return [outcomes[row["id"]] for row in rows]


async def _send_by(name: str, sending: list[tuple[UUID, Target, Push]], outcomes: dict[UUID, Outcome]) -> None:
    provider = provider_for(name)
    parts = [sending[start : start + provider.batch_most] for start in range(0, len(sending), provider.batch_most)]
    told = await asyncio.gather(*(provider.send([(target, push) for _, target, push in part]) for part in parts))
    for part, results in zip(parts, told, strict=True):
        outcomes.update({delivery: outcome for (delivery, _, _), outcome in zip(part, results, strict=True)})


async def _settle(rows: Sequence[Record], outcomes: Sequence[Outcome], claimed_at: datetime) -> None:
    """Only claims that are still ours; a token that is gone is dropped unless the device has brought one since."""
    if not rows:
        return
    moment = now()
    settled = [_settlement(row, outcome, moment) for row, outcome in zip(rows, outcomes, strict=True)]
    gone = [row["device"] for row, outcome in zip(rows, outcomes, strict=True) if outcome.result == "gone"]
    async with transaction():
        columns = [list(column) for column in zip(*settled, strict=True)]
        results = [row["sender"] for row in rows], [outcome.result for outcome in outcomes]
        await execute(SETTLE_SQL, [row["id"] for row in rows], *columns, claimed_at, moment, *results)
        if gone:
            await execute("DELETE FROM device WHERE id = ANY($1) AND seen_at <= $2", gone, claimed_at)


async def _come_back(batch_id: UUID) -> None:
    """When the next delivery is due, or another worker's claim too old to be alive."""
    moment = now()
    due = await fetchval(NEXT_SQL, batch_id, CLAIM_LIFE, moment + CLOCKS_APART_MOST)
    if due is not None:
        async with transaction():
            await emit(PushDue(batch_id=batch_id), after=max(due - moment, COME_BACK_LEAST))


def _settlement(row: Record, outcome: Outcome, moment: datetime) -> tuple[str, str, datetime | None, int]:
    """State, detail, when again, unknown attempts."""
    detail, unknowns = outcome.detail[:DETAIL_MOST_CHARS], row["unknowns"]
    match outcome.result:
        case "sent" | "gone":
            return outcome.result, detail, None, unknowns
        case "refused":
            return "failed", detail, None, unknowns
        case "unknown":
            unknowns += 1
    again = push_retry_at(
        moment,
        row["push_due_at"],
        attempts=row["attempt"],
        retry_after_s=outcome.retry_after_s,
        chance=random.random(),
    )
    if unknowns >= PUSH_UNKNOWN_MOST or again is None:
        return "unknown" if unknowns else "failed", detail, None, unknowns
    return "queued", detail, again, unknowns


def _push(row: Record) -> Push:
    """The item's own words only where everybody may read them."""
    kind, locale = KINDS[row["kind"]], row["locale"]
    is_public = not kind.private and msgspec.json.decode(row["params"]).get("public") == 1
    if is_public:
        title, body = item_words(row["kind"], row["params"], row["merged_count"], locale)
    else:
        title, body = sentence("inbox.push.generic.title", locale), sentence(f"inbox.push.{row['kind']}", locale)
    return Push(
        item_id=row["item"],
        title=_cut(title, TITLE_MOST_CHARS),
        body=_cut(body, BODY_MOST_CHARS),
        urgent=kind.breaks_quiet,
        ttl_s=int(PUSH_LIFE.total_seconds()),
        subject_kind=row["subject_kind"] if is_public else None,
        subject_id=row["subject_id"] if is_public else None,
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
