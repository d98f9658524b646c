"""The desk's queue of notices, and what it decides."""

from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend.core.auth import Caller, rule
from backend.core.etag import version_etag
from backend.core.paging import LIST_LIMIT, Cursor, Limit, Page
from backend.core.sentences import pick_locale
from backend.notices.permissions import READ_COVERAGE, REVIEW, SUBMIT
from backend.notices.queries import desk as queries
from backend.notices.schemas.desk import DeskNoticeItem, DeskNoticeOut, DeskTab, Publication, Return
from backend.notices.schemas.notices import Stream
from backend.notices.service import publishing, review

Search = Annotated[str | None, QueryParameter(max_length=40)]


@get("/desk/notices", opt=rule(READ_COVERAGE))
async def list_desk_notices(
    caller: NamedDependency[Caller],
    request: Request[Any, Any, Any],
    community_id: FromQuery[UUID],
    tab: FromQuery[DeskTab] = "waiting",
    stream: FromQuery[Stream | None] = None,
    q: Search = None,
    sort: FromQuery[Literal["oldest", "newest"]] = "oldest",
    limit: Limit = LIST_LIMIT,
    cursor: Cursor = None,
) -> Page[DeskNoticeItem]:
    """One tab of the desk's list; `q` finds titles."""
    return await queries.desk_notices(
        caller,
        community_id,
        tab=tab,
        stream=stream,
        q=q,
        newest=sort == "newest",
        limit=limit,
        cursor=cursor,
        locale=pick_locale(request.headers.get("accept-language")),
    )


@get("/desk/notices/{notice_id:uuid}", opt=rule(READ_COVERAGE))
async def read_desk_notice(
    caller: NamedDependency[Caller], notice_id: FromPath[UUID], request: Request[Any, Any, Any]
) -> Response[DeskNoticeOut]:
    """A notice with its steps, its versions and what may be done next."""
    return await _shown(caller, notice_id, request)


@put("/desk/notices/{notice_id:uuid}/approval", opt=rule(REVIEW))
async def approve_notice(
    caller: NamedDependency[Caller], notice_id: FromPath[UUID], request: Request[Any, Any, Any]
) -> Response[DeskNoticeOut]:
    """The first reviewer approves; of an urgent one, another reviewer seconds."""
    await review.approve(caller, notice_id)
    return await _shown(caller, notice_id, request)


@put("/desk/notices/{notice_id:uuid}/return", opt=rule(REVIEW))
async def return_notice(
    caller: NamedDependency[Caller],
    notice_id: FromPath[UUID],
    data: JSONBody[Return],
    request: Request[Any, Any, Any],
) -> Response[DeskNoticeOut]:
    """Back to its writer, with what has to change."""
    await review.send_back(caller, notice_id, data.reason)
    return await _shown(caller, notice_id, request)


@put("/desk/notices/{notice_id:uuid}/publication", opt=rule(SUBMIT))
async def publish_notice(
    caller: NamedDependency[Caller],
    notice_id: FromPath[UUID],
    data: JSONBody[Publication],
    request: Request[Any, Any, Any],
) -> Response[DeskNoticeOut]:
    """Now, or at a moment to come. The party organisation's members publish its news themselves."""
    await publishing.publish(caller, notice_id, data.starts_at)
    return await _shown(caller, notice_id, request)


async def _shown(caller: Caller, notice_id: UUID, request: Request[Any, Any, Any]) -> Response[DeskNoticeOut]:
    locale = pick_locale(request.headers.get("accept-language"))
    found = await queries.desk_notice(caller, notice_id, locale=locale)
    return Response(found, headers={"ETag": version_etag(found.notice.edits)})


ROUTES = [list_desk_notices, read_desk_notice, approve_notice, return_notice, publish_notice]
