"""The forum's, moderation's and search's objects for the matrix: of every relation to whoever asks."""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from backend.core.clock import now
from backend.core.database import execute, fetchval
from backend.core.ids import new_id

if TYPE_CHECKING:
    from tests.matrix.world import Actor, World

OWN = "own"
SNAPSHOT = (
    '{{"kind": "thread", "id": "{it}", "community_id": "{community}", "author_id": "{author}", "author_name": "王女士",'
    ' "organisation_id": null, "title": "楼道里堆了杂物", "body": "请大家看看。", "url": "/threads/{it}",'
    ' "is_protected": false, "is_shown": true}}'
)


async def board(world: "World", relation: str, _: "Actor") -> UUID:
    community = world.community(relation).id
    known = await fetchval("SELECT id FROM board WHERE community = $1", community)
    if known is not None:
        return UUID(str(known))
    it = new_id()
    await execute("INSERT INTO board (id, community, name) VALUES ($1, $2, '公共事务')", it, community)
    return it


async def thread(world: "World", relation: str, actor: "Actor") -> UUID:
    """With one reply, so that it can't be everything to everybody."""
    it, community = new_id(), world.community(relation).id
    where = await world.target("board", relation, actor)
    await execute(
        """INSERT INTO thread (id, community, board, author, title, body, html, reply_count, last_number)
           VALUES ($1, $2, $3, $4, '楼道里堆了杂物', '请大家看看三楼。', '<p>请大家看看三楼。</p>', 1, 1)""",
        it, community, where, world.owner(relation, actor),
    )  # fmt: skip
    await execute("UPDATE board SET thread_count = thread_count + 1 WHERE id = $1", where)
    await _reply(it, community, world.neighbour if relation == OWN else world.stranger, 1)
    return it


async def reply(world: "World", relation: str, actor: "Actor") -> UUID:
    """In a thread of its own, written by whom the relation says."""
    where, community = await thread(world, relation, actor), world.community(relation).id
    await execute("UPDATE thread SET reply_count = 2, last_number = 2 WHERE id = $1", where)
    return await _reply(where, community, world.owner(relation, actor), 2)


async def poll(world: "World", relation: str, actor: "Actor") -> UUID:
    """Open, one's own vote in it."""
    it, where, community = new_id(), await thread(world, relation, actor), world.community(relation).id
    await execute("UPDATE thread SET kind = 'poll' WHERE id = $1", where)
    await execute(
        """INSERT INTO poll (id, community, thread, question, opened_by, closes_at, electors)
           VALUES ($1, $2, $3, '先做哪一项？', $4, $5, 1)""",
        it, community, where, world.owner(relation, actor), now() + timedelta(days=7),
    )  # fmt: skip
    for position, words in enumerate(("长椅", "沙坑"), 1):
        await execute(
            "INSERT INTO poll_option (id, poll, position, text) VALUES ($1, $2, $3, $4)", new_id(), it, position, words
        )
    await _flow("poll", it, "open")
    return it


async def elector(world: "World", relation: str, actor: "Actor") -> UUID:
    it, where = new_id(), await world.target("poll", relation, actor)
    voter = await world.account()
    await execute("INSERT INTO poll_elector (id, poll, account) VALUES ($1, $2, $3)", it, where, voter)
    return it


async def case(world: "World", relation: str, actor: "Actor") -> UUID:
    """Of a neighbour's thread; in the hands of whoever asks, so that they may decide it."""
    it, community = new_id(), world.community(relation).id
    about, author = await thread(world, relation, actor), world.owner(relation, actor)
    await execute(
        """INSERT INTO moderation_case (id, community, subject_kind, subject_id, author, snapshot, source, state,
               claimed_by) VALUES ($1, $2, 'thread', $3, $4, $5, 'report', $6, $7)""",
        it, community, about, author, SNAPSHOT.format(it=about, community=community, author=author),
        "claimed" if actor.account_id else "open", actor.account_id,
    )  # fmt: skip
    await _flow("case", it, "claimed" if actor.account_id else "open")
    return it


async def sanction(world: "World", relation: str, actor: "Actor") -> UUID:
    it, about = new_id(), await case(world, relation, actor)
    decider = await world.account()
    await execute(
        """UPDATE moderation_case SET state = 'decided', verdict = 'hide', rule = 'respect', sentence = '请文明发言。',
               decided_by = $2, decided_at = $3 WHERE id = $1""",
        about, decider, now(),
    )  # fmt: skip
    await execute(
        """INSERT INTO sanction (id, community, moderation_case, account, measure, rule, sentence, decided_by,
               decided_as) VALUES ($1, $2, $3, $4, 'hide', 'respect', '请文明发言。', $5, 'moderator')""",
        it, world.community(relation).id, about, world.owner(relation, actor), decider,
    )  # fmt: skip
    return it


async def draft(world: "World", relation: str, actor: "Actor") -> UUID:
    it = new_id()
    await execute(
        "INSERT INTO draft (id, account, community, content) VALUES ($1, $2, $3, '{}')",
        it, world.owner(relation, actor), world.community(relation).id,
    )  # fmt: skip
    return it


async def word(world: "World", relation: str, _: "Actor") -> UUID:
    it = new_id()
    await execute(
        "INSERT INTO watched_word (id, community, word, key, action) VALUES ($1, $2, $3, $3, 'hold')",
        it, world.community(relation).id, f"词{it.hex[-8:]}",
    )  # fmt: skip
    return it


async def synonym(world: "World", relation: str, _: "Actor") -> UUID:
    it = new_id()
    await execute(
        "INSERT INTO search_synonym (id, community, words) VALUES ($1, $2, $3)",
        it, world.community(relation).id, [f"甲{it.hex[-6:]}", "乙"],
    )  # fmt: skip
    return it


async def _reply(thread_id: UUID, community: UUID, author: UUID, number: int) -> UUID:
    it = new_id()
    await execute(
        """INSERT INTO reply (id, community, thread, number, author, body, html)
           VALUES ($1, $2, $3, $4, $5, '我也看到了。', '<p>我也看到了。</p>')""",
        it, community, thread_id, number, author,
    )  # fmt: skip
    return it


async def _flow(flow: str, subject: UUID, target: str) -> None:
    await execute(
        """INSERT INTO flow_step (id, flow, subject, number, move, source, target, at)
           VALUES ($1, $2, $3, 1, 'begin', NULL, $4, $5)""",
        new_id(), flow, subject, target, now(),
    )  # fmt: skip


async def estate(world: "World", relation: str, _: "Actor") -> UUID:
    found: UUID = await fetchval(
        "SELECT id FROM place WHERE community = $1 AND kind = 'estate'", world.community(relation).id
    )
    return found


MAKERS = {
    "estate": estate,
    "board": board,
    "thread": thread,
    "another thread": thread,
    "reply": reply,
    "poll": poll,
    "elector": elector,
    "case": case,
    "sanction": sanction,
    "draft": draft,
    "word": word,
    "synonym": synonym,
}
