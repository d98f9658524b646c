"""Who hears of a post: whom it names, who follows its thread, whom it answers. One account hears of one post once.

No words of the post are in it: they may be hidden before the line is read.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

from asyncpg import Record

from backend.core.database import fetchrow
from backend.forum.events import ReplyChanged, ReplyEdited, ReplyPosted, ThreadChanged, ThreadEdited, ThreadPosted
from backend.forum.queries.followers import author_name, followers, named, post_to_tell
from backend.inbox import service as inbox

Whom = Callable[[Record, UUID | None], Awaitable[list[UUID]]]


async def tell_named(event: ThreadPosted) -> None:
    post = await post_to_tell("thread", event.thread_id)
    if post is not None:
        await _tell(post, "forum.mention", named, once=_once(post))


async def tell_of_reply(event: ReplyPosted) -> None:
    """Whom it names first, and the others who follow: whoever was told the one isn't told the other."""
    post = await post_to_tell("reply", event.reply_id)
    if post is not None:
        await _tell(post, "forum.mention", named, once=_once(post))
        await _tell(post, "forum.reply", followers, once=_once(post))


async def tell_of_thread_edit(event: ThreadEdited) -> None:
    await _tell_of_edit(await post_to_tell("thread", event.thread_id))


async def tell_of_reply_edit(event: ReplyEdited) -> None:
    await _tell_of_edit(await post_to_tell("reply", event.reply_id))


async def take_back_thread(event: ThreadChanged) -> None:
    """Once it isn't shown any more, nobody is led to it."""
    if await fetchrow("SELECT FROM thread WHERE id = $1 AND state = 'shown'", event.thread_id) is None:
        await inbox.retract(event.thread_id)


async def take_back_reply(event: ReplyChanged) -> None:
    """The same; a line that stands for several replies stays for the others."""
    if await fetchrow("SELECT FROM reply WHERE id = $1 AND state = 'shown'", event.reply_id) is None:
        await inbox.retract(event.thread_id, once=f"post:{event.reply_id}")


async def _tell_of_edit(post: Record | None) -> None:
    """Only of edits that are marked, and only where something has been built on the words."""
    if post is None or post["edited_at"] is None or not (post["voted"] or post["official_at"]):
        return
    await _tell(post, "forum.edited", followers, once=f"{_once(post)}:{post['edits']}")


async def _tell(post: Record, kind: str, whom: Whom, *, once: str) -> None:
    about = inbox.About(
        kind=kind,
        community_id=post["community"],
        subject_kind="thread",
        subject_id=post["thread"],
        params={"title": post["title"], "author": author_name(post), "number": post["number"]},
        group=f"replies:{post['thread']}" if kind == "forum.reply" else None,
    )
    after: UUID | None = None
    while some := await whom(post, after):
        await inbox.tell_all(some, about, once=once)
        after = some[-1]


def _once(post: Record) -> str:
    return f"post:{post['id']}"
