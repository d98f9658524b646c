"""Boards and lists of threads."""

from typing import Any
from uuid import UUID

from litestar import Request, get
from litestar.params import FromPath, FromQuery

from backend.core.auth import PUBLIC, caller_if_any, rule
from backend.core.limits import limited
from backend.core.paging import LIST_LIMIT, Cursor, Limit, Page
from backend.core.sentences import locale_of
from backend.forum.queries import boards, lists
from backend.forum.schemas.posts import BoardList, Order, Show, ThreadItem, ThreadKind


@get("/communities/{community_id:uuid}/boards", opt=rule(PUBLIC) | limited("notice"))
async def list_boards(request: Request[Any, Any, Any], community_id: FromPath[UUID]) -> BoardList:
    """Those that the caller may read; without an account, the public ones."""
    return await boards.boards(await caller_if_any(request), community_id)


@get("/boards/{board_id:uuid}/threads", opt=rule(PUBLIC) | limited("notice"))
async def list_board(
    request: Request[Any, Any, Any],
    board_id: FromPath[UUID],
    order: FromQuery[Order] = "active",
    show: FromQuery[Show] = "all",
    kind: FromQuery[ThreadKind | None] = None,
    limit: Limit = LIST_LIMIT,
    cursor: Cursor = None,
) -> Page[ThreadItem]:
    """A board's threads; pinned ones stand first on the first page in the order of activity."""
    locale = locale_of(request.scope)
    caller = await caller_if_any(request)
    asked = lists.Asked(order, show, kind, limit, cursor)
    return await lists.threads_of_board(caller, board_id, asked, locale)


@get("/communities/{community_id:uuid}/threads", opt=rule(PUBLIC) | limited("notice"))
async def list_community(
    request: Request[Any, Any, Any],
    community_id: FromPath[UUID],
    order: FromQuery[Order] = "active",
    show: FromQuery[Show] = "all",
    kind: FromQuery[ThreadKind | None] = None,
    limit: Limit = LIST_LIMIT,
    cursor: Cursor = None,
) -> Page[ThreadItem]:
    """The threads of all boards that the caller may read."""
    locale = locale_of(request.scope)
    caller = await caller_if_any(request)
    asked = lists.Asked(order, show, kind, limit, cursor)
    return await lists.threads_of_community(caller, community_id, asked, locale)
