"""A thread as people read it: its page, further replies, what it said before, its pictures."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath, QueryParameter

from backend.core.auth import PUBLIC, caller_if_any, rule
from backend.core.etag import version_etag
from backend.core.limits import limited
from backend.core.paging import LIST_LIMIT, Cursor, Limit
from backend.core.sentences import pick_locale
from backend.forum.queries import pages
from backend.forum.schemas.posts import RepliesPage, ThreadOut

JSON = "application/json"
At = Annotated[str, QueryParameter(pattern="^(first|unread|official|[0-9]{1,9})$")]


@get("/threads/{thread_id:uuid}", opt=rule(PUBLIC) | limited("notice"))
async def read_thread(
    request: Request[Any, Any, Any], thread_id: FromPath[UUID], at: At = "first"
) -> Response[ThreadOut]:
    """A thread with a page of its replies: from the `first`, the first `unread`, the first `official`, or from a
    number. Its ETag is what PATCH wants in If-Match."""
    locale = pick_locale(request.headers.get("accept-language"))
    found = await pages.thread(await caller_if_any(request), thread_id, at=at, locale=locale)
    return _encoded(found, {"ETag": version_etag(found.edits)})


@get("/threads/{thread_id:uuid}/replies", opt=rule(PUBLIC) | limited("notice"))
async def list_replies(
    request: Request[Any, Any, Any],
    thread_id: FromPath[UUID],
    at: At = "first",
    limit: Limit = LIST_LIMIT,
    cursor: Cursor = None,
) -> Response[RepliesPage]:
    """Replies in order; cursors lead on and back."""
    locale = pick_locale(request.headers.get("accept-language"))
    caller = await caller_if_any(request)
    return _encoded(await pages.replies(caller, thread_id, at=at, limit=limit, cursor=cursor, locale=locale))


def _encoded(answer: msgspec.Struct, headers: dict[str, str] | None = None) -> Response[Any]:
    """Straight to bytes: the forum's hot reads."""
    return Response(msgspec.json.encode(answer), media_type=JSON, headers=headers)
