"""Notices as people read, acknowledge and take them along."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from backend.core.auth import PUBLIC, SIGNED_IN, Caller, caller_if_any, rule
from backend.core.encoded import encoded
from backend.core.errors import NotFound
from backend.core.etag import version_etag
from backend.core.limits import limited
from backend.core.paging import LIST_LIMIT, Cursor, Limit, Page
from backend.core.sentences import pick_locale
from backend.media.schemas import Variant
from backend.media.service import attachment_answer
from backend.notices.poster import poster_pdf
from backend.notices.queries import posters
from backend.notices.queries import reading as queries
from backend.notices.queries.reading import Show
from backend.notices.schemas.notices import NoticeItem, NoticeOut, ReceiptOut, Stream
from backend.notices.service import receipts

NEVER_KEPT = "no-store"
Search = Annotated[str | None, QueryParameter(max_length=40)]


@get("/communities/{community_id:uuid}/notices", opt=rule(PUBLIC) | limited("notice"))
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


@get("/notices/{notice_id:uuid}", opt=rule(PUBLIC) | limited("notice"))
async def read_notice(request: Request[Any, Any, Any], notice_id: FromPath[UUID]) -> Response[NoticeOut]:
    """One notice. Its ETag is what PATCH wants in If-Match."""
    locale = pick_locale(request.headers.get("accept-language"))
    found = await queries.notice(await caller_if_any(request), notice_id, locale=locale)
    return encoded(found, {"ETag": version_etag(found.edits)})


@put("/notices/{notice_id:uuid}/read", opt=rule(SIGNED_IN))
async def mark_read(caller: NamedDependency[Caller], notice_id: FromPath[UUID]) -> Response[ReceiptOut]:
    """I have read it, in the version that stands now."""
    return encoded(await receipts.read(caller, notice_id))


@put("/notices/{notice_id:uuid}/acknowledgement", opt=rule(SIGNED_IN))
async def acknowledge(caller: NamedDependency[Caller], notice_id: FromPath[UUID]) -> Response[ReceiptOut]:
    """I have taken note of it; that is also reading it."""
    return encoded(await receipts.acknowledge(caller, notice_id))


@get("/notices/{notice_id:uuid}/poster", opt=rule(PUBLIC) | limited("poster"), media_type="application/pdf")
async def print_poster(request: Request[Any, Any, Any], notice_id: FromPath[UUID]) -> Response[bytes]:
    """An A4 poster for the lift, with a code that leads to the notice."""
    poster = await posters.poster_of(await caller_if_any(request), notice_id, house=str(request.base_url))
    headers = {"Cache-Control": NEVER_KEPT, "Content-Disposition": f'inline; filename="{notice_id}.pdf"'}
    return Response(await poster_pdf(poster), media_type="application/pdf", headers=headers)


@get(
    "/notices/{notice_id:uuid}/attachments/{medium_id:uuid}/{variant:str}",
    opt=rule(PUBLIC) | limited("picture"),
    media_type="image/webp",
)
async def show_attachment(
    request: Request[Any, Any, Any], notice_id: FromPath[UUID], medium_id: FromPath[UUID], variant: FromPath[Variant]
) -> Response[bytes]:
    """A picture or PDF of a notice, for whoever may read the notice."""
    notice = await queries.notice_shown_to(await caller_if_any(request), notice_id)
    if medium_id not in notice["media"]:
        raise NotFound()
    return await attachment_answer(request, medium_id, variant)


ROUTES = [list_notices, read_notice, mark_read, acknowledge, print_poster, show_attachment]
