"""What readers do with what they have read: mark, follow, thank, keep."""

from typing import Any
from uuid import UUID

from litestar import Request, delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from backend.core.auth import SIGNED_IN, Caller, rule
from backend.core.paging import LIST_LIMIT, Cursor, Limit, Page
from backend.core.sentences import pick_locale
from backend.forum.permissions import POST
from backend.forum.queries import bookmarks
from backend.forum.schemas.posts import (
    BookmarkOut,
    Emoji,
    FollowOut,
    FollowUpdate,
    PostKind,
    ReactionsOut,
    ReadOut,
    ReadUpTo,
)
from backend.forum.service import following, reading, thanking


@put("/threads/{thread_id:uuid}/read", opt=rule(SIGNED_IN))
async def mark_thread_read(
    caller: NamedDependency[Caller], thread_id: FromPath[UUID], data: JSONBody[ReadUpTo]
) -> ReadOut:
    """I have read up to this number. It never goes back, and never beyond the newest reply."""
    return await reading.read_up_to(caller, thread_id, data.number)


@put("/threads/{thread_id:uuid}/follow", opt=rule(SIGNED_IN))
async def follow_thread(
    caller: NamedDependency[Caller], thread_id: FromPath[UUID], data: JSONBody[FollowUpdate]
) -> FollowOut:
    """`watching`: told of each reply; `normal`: when it answers me; `muted`: never."""
    return await following.follow(caller, thread_id, data.level)


@delete("/threads/{thread_id:uuid}/follow", status_code=200, opt=rule(SIGNED_IN))
async def unfollow_thread(caller: NamedDependency[Caller], thread_id: FromPath[UUID]) -> FollowOut:
    """Back to normal."""
    return await following.follow(caller, thread_id, "normal")


@put("/posts/{kind:str}/{post_id:uuid}/reactions/{emoji:str}", opt=rule(POST))
async def react_to_post(
    caller: NamedDependency[Caller], kind: FromPath[PostKind], post_id: FromPath[UUID], emoji: FromPath[Emoji]
) -> ReactionsOut:
    """One of each word; again, it changes nothing."""
    return await thanking.react(caller, kind, post_id, emoji)


@delete("/posts/{kind:str}/{post_id:uuid}/reactions/{emoji:str}", status_code=200, opt=rule(POST))
async def take_reaction_back(
    caller: NamedDependency[Caller], kind: FromPath[PostKind], post_id: FromPath[UUID], emoji: FromPath[Emoji]
) -> ReactionsOut:
    return await thanking.take_back(caller, kind, post_id, emoji)


@put("/posts/{kind:str}/{post_id:uuid}/bookmark", status_code=204, opt=rule(SIGNED_IN))
async def keep_bookmark(caller: NamedDependency[Caller], kind: FromPath[PostKind], post_id: FromPath[UUID]) -> None:
    """Keeps a thread or reply, to find it again."""
    await following.bookmark(caller, kind, post_id)


@delete("/posts/{kind:str}/{post_id:uuid}/bookmark", opt=rule(SIGNED_IN))
async def drop_bookmark(caller: NamedDependency[Caller], kind: FromPath[PostKind], post_id: FromPath[UUID]) -> None:
    await following.forget_bookmark(caller, kind, post_id)


@get("/me/bookmarks", opt=rule(SIGNED_IN))
async def list_bookmarks(
    request: Request[Any, Any, Any], caller: NamedDependency[Caller], limit: Limit = LIST_LIMIT, cursor: Cursor = None
) -> Page[BookmarkOut]:
    """What I keep, newest first; what is no longer shown is left out."""
    locale = pick_locale(request.headers.get("accept-language"))
    return await bookmarks.bookmarks(caller, limit=limit, cursor=cursor, locale=locale)
