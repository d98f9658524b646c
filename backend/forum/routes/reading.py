"""A thread as people read it: its page, further replies, what it said before, its pictures."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from backend.core.auth import PUBLIC, Caller, caller_if_any, rule
from backend.core.encoded import encoded
from backend.core.errors import NotFound
from backend.core.etag import version_etag
from backend.core.limits import limited
from backend.core.paging import LIST_LIMIT, Cursor, Limit
from backend.core.sentences import locale_of
from backend.forum.permissions import POST
from backend.forum.queries import pages
from backend.forum.queries.choices import mention_choices
from backend.forum.queries.history import history
from backend.forum.queries.seen import post_read_by
from backend.forum.queries.similar import similar_threads
from backend.forum.schemas.drafts import MentionChoices, SimilarThreads
from backend.forum.schemas.posts import TITLE_MAX_CHARS, History, PostKind, RepliesPage, ThreadOut
from backend.media.schemas import Variant
from backend.media.service import attachment_answer

TitleSoFar = Annotated[str, QueryParameter(min_length=1, max_length=TITLE_MAX_CHARS)]
NameSoFar = Annotated[str, QueryParameter(max_length=30)]
At = Annotated[str, QueryParameter(pattern="^(first|unread|official|[0-9]{1,9})$")]


@get("/threads/{thread_id:uuid}", opt=rule(PUBLIC) | limited("notice"))
async def read_thread(
    request: Request[Any, Any, Any], thread_id: FromPath[UUID], at: At = "first"
) -> Response[ThreadOut]:
    """A thread with a page of its replies: from the `first`, the first `unread`, the first `official`, or from a
    number. Its ETag is what PATCH wants in If-Match."""
    locale = locale_of(request.scope)
    found = await pages.thread(await caller_if_any(request), thread_id, at=at, locale=locale)
    return encoded(found, {"ETag": version_etag(found.edits)})


@get("/threads/{thread_id:uuid}/replies", opt=rule(PUBLIC) | limited("notice"))
async def list_replies(
    request: Request[Any, Any, Any],
    thread_id: FromPath[UUID],
    at: At = "first",
    limit: Limit = LIST_LIMIT,
    cursor: Cursor = None,
) -> Response[RepliesPage]:
    """Replies in order; cursors lead on and back."""
    locale = locale_of(request.scope)
    caller = await caller_if_any(request)
    return encoded(await pages.replies(caller, thread_id, at=at, limit=limit, cursor=cursor, locale=locale))


@get("/threads/{thread_id:uuid}/history", opt=rule(PUBLIC) | limited("notice"))
async def read_thread_history(request: Request[Any, Any, Any], thread_id: FromPath[UUID]) -> History:
    """What a thread's title and first post said before; the words that stand now are the last."""
    return await history(await caller_if_any(request), "thread", thread_id)


@get("/replies/{reply_id:uuid}/history", opt=rule(PUBLIC) | limited("notice"))
async def read_reply_history(request: Request[Any, Any, Any], reply_id: FromPath[UUID]) -> History:
    return await history(await caller_if_any(request), "reply", reply_id)


@get(
    "/posts/{kind:str}/{post_id:uuid}/pictures/{medium_id:uuid}/{variant:str}",
    opt=rule(PUBLIC) | limited("picture"),
    media_type="image/webp",
)
async def show_picture(
    request: Request[Any, Any, Any],
    kind: FromPath[PostKind],
    post_id: FromPath[UUID],
    medium_id: FromPath[UUID],
    variant: FromPath[Variant],
) -> Response[bytes]:
    """A picture of a post, for whoever may read the post."""
    post = await post_read_by(await caller_if_any(request), kind, post_id)
    if medium_id not in post["pictures"]:
        raise NotFound()
    return await attachment_answer(request, medium_id, variant)


@get("/communities/{community_id:uuid}/similar-threads", opt=rule(POST) | limited("search"))
async def list_similar_threads(
    caller: NamedDependency[Caller], community_id: FromPath[UUID], title: TitleSoFar
) -> SimilarThreads:
    """Threads with a title like this one, for whoever is writing it."""
    return await similar_threads(caller, community_id, title)


@get("/communities/{community_id:uuid}/mention-choices", opt=rule(POST) | limited("search"))
async def list_mention_choices(
    caller: NamedDependency[Caller],
    community_id: FromPath[UUID],
    q: NameSoFar = "",
    thread_id: FromQuery[UUID | None] = None,
) -> MentionChoices:
    """Organisations of the community; neighbours only if they have written in that thread."""
    return await mention_choices(caller, community_id, q, thread_id)
