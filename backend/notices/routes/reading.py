"""Notices as people read, acknowledge and take them along."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from backend.core.auth import PUBLIC, SIGNED_IN, Caller, caller_if_any, rule
from backend.core.etag import version_etag
from backend.core.paging import LIST_LIMIT, Cursor, Limit, Page
from backend.core.sentences import pick_locale
from backend.notices.queries import reading as queries
from backend.notices.queries.reading import Show
from backend.notices.schemas.notices import NoticeItem, NoticeOut, ReceiptOut, Stream
from backend.notices.service import receipts

JSON = "application/json"
Search = Annotated[str | None, QueryParameter(max_length=40)]


@get("/communities/{community_id:uuid}/notices", opt=rule(PUBLIC))
async def list_notices(
    request: Request[Any, Any, Any],
    community_id: FromPath[UUID],
    stream: FromQuery[Stream | None] = None,
    show: FromQuery[Show] = "current",
    q: Search = None,
    limit: Limit = LIST_LIMIT,
    cursor: Cursor = None,
) -> Page[NoticeItem]:
    """What holds now: pinned first, then unread, then newest. Without an account, what is public."""
    return await queries.notices(
        await caller_if_any(request),
        community_id,
        show=show,
        stream=stream,
        q=q,
        limit=limit,
        cursor=cursor,
        locale=pick_locale(request.headers.get("accept-language")),
    )


@get("/notices/{notice_id:uuid}", opt=rule(PUBLIC))
async def read_notice(request: Request[Any, Any, Any], notice_id: FromPath[UUID]) -> Response[NoticeOut]:
    """One notice. Its ETag is what PATCH wants in If-Match."""
    locale = pick_locale(request.headers.get("accept-language"))
    found = await queries.notice(await caller_if_any(request), notice_id, locale=locale)
    return _encoded(found, {"ETag": version_etag(found.edits)})


@put("/notices/{notice_id:uuid}/read", opt=rule(SIGNED_IN))
async def mark_read(caller: NamedDependency[Caller], notice_id: FromPath[UUID]) -> Response[ReceiptOut]:
    """I have read it, in the version that stands now."""
    return _encoded(await receipts.read(caller, notice_id))


@put("/notices/{notice_id:uuid}/acknowledgement", opt=rule(SIGNED_IN))
async def acknowledge(caller: NamedDependency[Caller], notice_id: FromPath[UUID]) -> Response[ReceiptOut]:
    """I have taken note of it; that is also reading it."""
    return _encoded(await receipts.acknowledge(caller, notice_id))


def _encoded(answer: msgspec.Struct, headers: dict[str, str] | None = None) -> Response[Any]:
    """Straight to bytes: these are asked by the whole neighbourhood within a minute."""
    return Response(msgspec.json.encode(answer), media_type=JSON, headers=headers)


ROUTES = [list_notices, read_notice, mark_read, acknowledge]
