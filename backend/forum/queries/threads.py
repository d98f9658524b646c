"""A thread with what its reader has done there, for whoever may read its board, and what they are shown of it."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

import msgspec
from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import fetchrow
from backend.core.errors import NotFound
from backend.core.sentences import Locale
from backend.forum.permissions import MODERATE, POST
from backend.forum.queries.boards import READ_BY_ASKER, asker, communities_of
from backend.forum.queries.kept import KEPT, Kept, Readership
from backend.forum.queries.posts import post_columns, reply_out
from backend.forum.rules.boards import OWN_GROUPS, OWN_PLACES, WRITES
from backend.forum.rules.editing import EDITABLE, EDITABLE_FOR, EDITS_MOST
from backend.forum.rules.reading import is_there, shows_words, viewer_of
from backend.forum.rules.verbs import post_verbs, thread_verbs
from backend.forum.schemas.issues import IssueOut
from backend.forum.schemas.posts import PostOut
from backend.identity.queries.organisations import SPEAKERS, SPEAKS_HERE

SPEAKING = (*SPEAKERS, "org_member")
OWN = {"who": "$2", "board": "b", "day": "$3"}
WRITTEN_HERE = WRITES.format(
    board="b",
    staff="b.community = ANY($5)",
    poster="b.community = ANY($6)",
    places=OWN_PLACES.format(**OWN),
    groups=OWN_GROUPS.format(**OWN),
    speaks=SPEAKS_HERE.format(who="$2", where="b.community", at="$7"),
)
# $1 thread, $2 to $5 the asker's, $6 communities where the caller posts, $7 this moment.
THREAD_SQL = f"""
SELECT {post_columns("t")}, t.community, t.board, b.name AS board_name, t.kind, t.title, t.merged_into, t.reply_count,
       t.last_number, t.pinned_until, t.locked_at, t.slow_mode_s, t.official_at, t.accepted_reply,
       r.last_read_number, r.read_at, r.level, {WRITTEN_HERE} AS writes,
       CASE WHEN t.official_at IS NOT NULL THEN (SELECT min(o.number) FROM reply o
           WHERE o.thread = t.id AND o.is_official AND o.state = 'shown') END AS official_number,
       CASE WHEN t.slow_mode_s > 0 THEN (
           SELECT max(last.created_at) FROM reply last WHERE last.author = $2 AND last.thread = t.id
           AND last.created_at > $7::timestamptz - t.slow_mode_s * interval '1 second') END AS wrote_at
FROM thread t JOIN board b ON b.id = t.board LEFT JOIN thread_reader r ON r.account = $2 AND r.thread = t.id
WHERE t.id = $1 AND {READ_BY_ASKER}
"""


async def thread_read_by(caller: Caller | None, thread_id: UUID) -> Record:
    """The thread's row with THREAD_SQL's columns, for whoever may read its board. Raises NotFound; also where it is
    held, for all but its author and the moderators."""
    row = await fetchrow(
        THREAD_SQL,
        thread_id,
        *asker(caller),
        communities_of(caller, POST),
        now(),
    )
    if row is None:
        raise NotFound()
    own = caller is not None and row["author"] == caller.account_id
    if not is_there(row["state"], own=own, staff=caller is not None and caller.may(MODERATE, row["community"])):
        raise NotFound()
    return row


class Reader:
    """What one thread shows to one caller, and lets them do. `shelf`: of its replies, those shown a moment ago."""

    def __init__(self, caller: Caller | None, row: Record, locale: Locale, asked_at: float) -> None:
        self.viewer = viewer_of(caller, row["community"])
        self.row, self.locale = row, locale
        self.own = caller is not None and row["author"] == caller.account_id
        self.words = shows_words(row["state"], own=self.own, staff=self.viewer.is_staff)
        self._shown = row["state"] == "shown"
        self._speaks = caller is not None and any(
            grant.community_id == row["community"] and grant.role in SPEAKING for grant in caller.grants
        )
        self._answerable = self._shown and row["writes"] and (row["locked_at"] is None or self.viewer.is_staff)
        self._accepts = row["kind"] == "question" and self._shown and (self.own or self.viewer.is_staff)
        self._editable_since = now() - EDITABLE_FOR
        self._usual = self._post_verbs(shown=self._shown, own=False, editable=False, accepts=self._accepts)
        readers = Readership(row["id"], row["accepted_reply"], locale, tuple(self._usual))
        found = KEPT.shelf(readers) if self._shown else None
        self.is_known = found is not None
        self._shelf = KEPT.new_shelf(readers, asked_at) if found is None else found

    def changed(self, rows: Sequence[Record]) -> list[UUID]:
        """Of rows with VIEWED_REPLY_COLUMNS: those whose words have to be read anew."""
        kept = self._shelf
        return [row["id"] for row in rows if (found := kept.get(row["id"])) is None or found.stamp != row["stamp"]]

    def reply(self, row: Record) -> PostOut:
        """Of a row with REPLY_COLUMNS, or VIEWED_REPLY_COLUMNS if it hasn't changed; perhaps its bytes already."""
        if not self._shown or row["state"] != "shown":
            own = row["author"] == self.viewer.account_id
            words = self.words and shows_words(row["state"], own=own, staff=self.viewer.is_staff)
            return reply_out(row, self.row, self.locale, words=words, can=self.verbs_of(row, is_reply=True))
        kept = self._shelf.get(row["id"])
        if kept is None or kept.stamp != row["stamp"]:
            kept = self._keep(row)
        if row["source"] is None and not row["mine"] and not row["bookmarked"]:
            # Nearly all of them: neither their own, nor have they reacted to it or kept it.
            return cast(PostOut, kept.encoded)
        return msgspec.structs.replace(
            kept.post,
            mine=row["mine"] or [],
            bookmarked=row["bookmarked"],
            source=row["source"],
            can=self.verbs_of(row, is_reply=True) if row["source"] else self._usual,
        )

    def _keep(self, row: Record) -> Kept:
        found = reply_out(row, self.row, self.locale, words=True, can=self._usual)
        nobodys = msgspec.structs.replace(found, mine=[], bookmarked=False, source=None)
        return KEPT.keep(self._shelf, row["stamp"], nobodys)

    def verbs_of(self, row: Record, *, is_reply: bool = False) -> list[str]:
        own = row["author"] == self.viewer.account_id
        return self._post_verbs(
            shown=self._shown and row["state"] == "shown",
            own=own,
            editable=own and self._is_editable(row),
            accepts=is_reply and self._accepts,
        )

    def _post_verbs(self, *, shown: bool, own: bool, editable: bool, accepts: bool) -> list[str]:
        return list(
            post_verbs(
                shown=shown,
                own=own,
                editable=editable,
                signed_in=self.viewer.account_id is not None,
                member=self.viewer.may_post,
                answerable=self._answerable,
                accepts=accepts,
            )
        )

    def _is_editable(self, row: Record) -> bool:
        return bool(row["state"] in EDITABLE and row["edits"] < EDITS_MOST and row["created_at"] > self._editable_since)

    def thread_verbs(self, issue: IssueOut | None) -> list[str]:
        row = self.row
        return list(
            thread_verbs(
                shown=self._shown,
                own=self.own,
                editable=self.own and self._is_editable(row),
                signed_in=self.viewer.account_id is not None,
                answerable=self._answerable,
                staff=self.viewer.is_staff,
                speaks=self._speaks,
                moves=issue is not None and len(issue.moves) > 0,
                is_issue=row["kind"] == "issue",
            )
        )
