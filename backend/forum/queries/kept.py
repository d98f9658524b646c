"""Replies shown a moment ago, encoded: who opens the same page next gets the same bytes, if they are still true.

Each page asks the database which versions of its rows stand there now (STAMP), and reads anew what has changed. Names
alone are taken on trust, for the moment that a caller is remembered (decision 0020).
"""

import time
from typing import NamedTuple
from uuid import UUID

import msgspec

from backend.core.sentences import Locale
from backend.forum.schemas.posts import PostOut
from backend.settings import settings

SHELVES_MAX_BYTES = 16 * 1024 * 1024
"""Of encoded replies, ten thousand of the usual length; the words stand in memory a second time beside them."""
SHELVES_MOST = 4096
"""Half a kilobyte each with nothing on it, as of a thread that nobody has answered."""
STAMP = "concat_ws('.', r.version, p.xmin, q.xmin) AS stamp"
"""Changes with the reply, with the one it answers and with the one it quotes: all that its words hang on but names.
`r.version` is the reply's xmin."""


class Kept(NamedTuple):
    """As somebody sees it who neither wrote it nor has reacted to it or kept it."""

    stamp: str
    post: PostOut
    encoded: msgspec.Raw


Shelf = dict[UUID, Kept]
"""By reply; only those that everybody is shown."""


class Readership(NamedTuple):
    """Those to whom a thread's replies look the same: its accepted answer, their language, what they may do."""

    thread_id: UUID
    accepted_reply: UUID | None
    locale: Locale
    can: tuple[str, ...]


class KeptReplies:
    """Shelves of replies, for `caller_memory_s` from before the database was asked."""

    def __init__(self) -> None:
        self._shelves: dict[Readership, tuple[float, Shelf]] = {}
        self._bytes = 0

    def shelf(self, readers: Readership) -> Shelf | None:
        """None when nobody of them was shown anything of the thread within the last moment."""
        found = self._shelves.get(readers)
        return found[1] if found and time.monotonic() < found[0] + settings().caller_memory_s else None

    def new_shelf(self, readers: Readership, asked_at: float) -> Shelf:
        """An empty one in place of the last. `asked_at`: time.monotonic() before the database was asked."""
        _, old = self._shelves.pop(readers, (0.0, {}))
        self._bytes -= sum(len(memoryview(kept.encoded)) for kept in old.values())
        shelf: Shelf = {}
        if settings().caller_memory_s > 0:
            if len(self._shelves) >= SHELVES_MOST:
                self._forget()
            self._shelves[readers] = (asked_at, shelf)
        return shelf

    def keep(self, shelf: Shelf, stamp: str, post: PostOut) -> Kept:
        kept = shelf[post.id] = Kept(stamp, post, msgspec.Raw(msgspec.json.encode(post)))
        self._bytes += len(memoryview(kept.encoded))
        if self._bytes > SHELVES_MAX_BYTES:
            self._forget()
        return kept

    def _forget(self) -> None:
        """Whatever is asked for again within the moment is read anew, once."""
        self._shelves.clear()
        self._bytes = 0


KEPT = KeptReplies()
