"""What neighbours look for and don't find, for the desk; never who.

A search writes nothing to the database: it leaves a line in Redis, and every minute the worker counts these into days.
Away or slow Redis loses some, which no report of wishes minds.
"""

from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import cast
from uuid import UUID

import msgspec
from redis.exceptions import RedisError

from backend.core.auth import Caller
from backend.core.clock import now, today
from backend.core.crypto import lookup_hmac
from backend.core.database import execute, execute_many
from backend.core.ids import new_id
from backend.core.live import redis
from search.rules.folding import fold

KEY = "search:asked"
LINES_MOST = 20_000
"""Of a minute; when the worker is away, the oldest go."""
BATCH_LINES = 1_000
ASKERS_MOST = 20
"""Told apart; more is simply many."""
ASKER_BYTES = 8
KEPT = timedelta(days=365)

COUNT_SQL = f"""
INSERT INTO search_query AS q (id, community, words, day, asked, found_nothing, askers)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (community, words, day) DO UPDATE SET
    asked = q.asked + excluded.asked, found_nothing = q.found_nothing + excluded.found_nothing,
    askers = (SELECT array_agg(asker) FROM (SELECT DISTINCT asker FROM unnest(q.askers || excluded.askers) AS asker
                                            LIMIT {ASKERS_MOST}) AS told_apart)
"""


class Asked(msgspec.Struct, frozen=True, array_like=True, order=True):
    """One search. `asker`: a keyed hash, for counting neighbours without knowing them."""

    community_id: UUID
    words: str
    asker: bytes
    in_vain: bool


async def note_asked(caller: Caller, community_id: UUID, words: str, *, in_vain: bool) -> None:
    """Only for those who belong there: a stranger's words are no neighbour's wish."""
    if not any(grant.community_id == community_id for grant in caller.grants):
        return
    asker = lookup_hmac("search", f"{community_id}:{caller.account_id}")[:ASKER_BYTES]
    line = msgspec.json.encode(Asked(community_id, fold(words)[:100], asker, in_vain))
    try:
        async with redis().pipeline(transaction=False) as pipeline:
            pipeline.rpush(KEY, line)
            pipeline.ltrim(KEY, -LINES_MOST, -1)
            await pipeline.execute()
    except (RedisError, TimeoutError):
        return


async def count_asked() -> None:
    """For a schedule: the lines since the last time, into today's counts."""
    day = datetime.combine(today(), datetime.min.time(), UTC)
    while lines := cast(list[bytes], await redis().lpop(KEY, BATCH_LINES)):
        asked = sorted(msgspec.json.decode(line, type=Asked) for line in lines)
        rows = []
        for (community_id, words), those in groupby(asked, key=lambda one: (one.community_id, one.words)):
            group = list(those)
            askers = list({one.asker for one in group})[:ASKERS_MOST]
            in_vain = sum(one.in_vain for one in group)
            rows.append((new_id(), community_id, words, day, len(group), in_vain, askers))
        await execute_many(COUNT_SQL, rows)


async def purge_old_queries() -> None:
    """For a daily schedule."""
    await execute("DELETE FROM search_query WHERE day < $1", now() - KEPT)
