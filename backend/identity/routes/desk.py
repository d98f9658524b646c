"""The desk's front page, the audit log, and the community itself."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend.core.auth import Caller, rule
from backend.core.etag import require_match, version_etag
from backend.core.once import once
from backend.core.paging import LIST_LIMIT, Cursor, Limit, Page
from backend.identity.permissions import EDIT_COMMUNITY, OPEN_COMMUNITY, OPEN_DESK, READ_AUDIT
from backend.identity.queries import communities as communities
from backend.identity.queries import desk as queries
from backend.identity.schemas.communities import CommunityCreate, CommunityDetail, CommunityUpdate
from backend.identity.schemas.desk import AuditLineOut, SummaryOut
from backend.identity.service import communities as service

Action = Annotated[str | None, QueryParameter(max_length=60)]


@get("/desk/summary", opt=rule(OPEN_DESK))
async def read_summary(caller: NamedDependency[Caller], community_id: FromQuery[UUID]) -> SummaryOut:
    """What waits, and how far the community has come."""
    return await queries.summary(caller, community_id)


@get("/desk/audit", opt=rule(READ_AUDIT))
async def list_audit_lines(
    caller: NamedDependency[Caller],
    community_id: FromQuery[UUID],
    action: Action = None,
    about: FromQuery[UUID | None] = None,
    since: FromQuery[datetime | None] = None,
    until: FromQuery[datetime | None] = None,
    limit: Limit = LIST_LIMIT,
    cursor: Cursor = None,
) -> Page[AuditLineOut]:
    """Every decision in the community, newest first; of one kind, about one account, in a stretch of time.

    From `since` up to but not at `until`; without an offset they are in UTC.
    """
    return await queries.audit_lines(
        caller, community_id, action=action, about=about, since=since, until=until, limit=limit, cursor=cursor
    )


@post("/communities", opt=rule(OPEN_COMMUNITY))
async def open_community(
    caller: NamedDependency[Caller], data: JSONBody[CommunityCreate], request: Request[Any, Any, Any]
) -> Response[CommunityDetail]:
    """Opens a community with its committee and its first admin."""

    async def do() -> CommunityDetail:
        return await communities.community(await service.open_community(caller, data))

    return await once(request, caller.account_id, do)


@patch("/desk/communities/{community_id:uuid}", opt=rule(EDIT_COMMUNITY))
async def update_community(
    caller: NamedDependency[Caller],
    community_id: FromPath[UUID],
    data: JSONBody[CommunityUpdate],
    request: Request[Any, Any, Any],
) -> Response[CommunityDetail]:
    """Its name, and what neighbours see of each other. Needs If-Match with the ETag of GET /communities/{id}."""
    await service.update_community(caller, community_id, data, match=partial(require_match, request))
    detail = await communities.community(community_id)
    return Response(detail, headers={"ETag": version_etag(detail.version)})


ROUTES = [read_summary, list_audit_lines, open_community, update_community]
