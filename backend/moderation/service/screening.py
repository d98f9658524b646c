"""What is about to be posted is held against the watched words, before any transaction."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import msgspec

from backend.core.database import execute, fetch, fetchrow
from backend.moderation.errors import WordRefused
from backend.moderation.rules.words import Action, Hit, Matcher, Watched, masked

FRESH_S = 0.8
"""A list that another process has changed is seen within a second."""
COMMUNITIES_MOST = 64
"""Communities whose words a process holds ready; some 2 MB each at the most words."""

Stamp = tuple[int, Decimal | None]

# A sum, because a change that commits late may bear an earlier time than the newest that was seen.
STAMP_SQL = """
SELECT count(*), sum(extract(epoch FROM changed_at)) FROM watched_word WHERE community = $1 OR community IS NULL
"""
WORDS_SQL = """
SELECT id, word, key, action, tag FROM watched_word
WHERE is_active AND (community = $1 OR community IS NULL) ORDER BY id
"""


class Screened(msgspec.Struct, frozen=True):
    """`texts` as they may be stored, in the order given. `hold`: for a moderator to see first, by `hold`; the `tags`
    of the words go with it. With tags alone it is shown, and `hold` only puts it on the desk."""

    texts: tuple[str, ...]
    tags: tuple[str, ...]
    hold: bool
    masked: bool


@dataclass
class _Kept:
    matcher: Matcher
    stamp: Stamp
    looked_at: float


_kept: OrderedDict[UUID, _Kept] = OrderedDict()


async def screen(community_id: UUID, *texts: str, waits: bool = True) -> Screened:
    """What the community's words and the platform's make of these texts. `waits` false: they can't be held for a
    moderator to see first, and what would be is refused. Raises WordRefused.

    No statement while the list is fresh, one to see whether it has changed, one more when words are found.
    """
    matcher = await matcher_of(community_id)
    found = [matcher.hits(text) for text in texts]
    hits = [hit for those in found for hit in those]
    if not hits:
        return Screened(texts, (), hold=False, masked=False)
    await execute("UPDATE watched_word SET hits = hits + 1 WHERE id = ANY($1)", sorted({hit.word.id for hit in hits}))
    if _follows(hits, "block") or (_follows(hits, "hold") and not waits):
        raise WordRefused()
    covered = [[hit for hit in those if hit.word.action == "mask"] for those in found]
    return Screened(
        tuple(masked(text, those) for text, those in zip(texts, covered, strict=True)),
        tuple(dict.fromkeys(hit.word.tag for hit in hits if hit.word.tag)),
        hold=_follows(hits, "hold"),
        masked=any(covered),
    )


async def matcher_of(community_id: UUID) -> Matcher:
    """As the list stood less than a second ago."""
    kept = _kept.get(community_id)
    if kept is not None and time.monotonic() - kept.looked_at < FRESH_S:
        return kept.matcher
    looked_at = time.monotonic()
    row = await fetchrow(STAMP_SQL, community_id)
    stamp: Stamp = tuple(row) if row is not None else (0, None)
    if kept is None or kept.stamp != stamp:
        words = [Watched(**row) for row in await fetch(WORDS_SQL, community_id)] if stamp[0] else []
        kept = _Kept(Matcher(words), stamp, looked_at)
    kept.looked_at = looked_at
    _kept[community_id] = kept
    _kept.move_to_end(community_id)
    while len(_kept) > COMMUNITIES_MOST:
        _kept.popitem(last=False)
    return kept.matcher


def forget_words() -> None:
    """This process asks again at once: it has just changed a list."""
    _kept.clear()


def _follows(hits: list[Hit], action: Action) -> bool:
    return any(hit.word.action == action for hit in hits)
