"""Communities and their addresses, as somebody sees them who wants to move in."""

from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from backend.core.auth import SIGNED_IN, Caller, rule
from backend.core.etag import version_etag
from backend.core.paging import LIST_LIMIT, Cursor, Limit, Page
from backend.identity.queries import communities as queries
from backend.identity.schemas.communities import (
    CommunityDetail,
    CommunityOut,
    OrganisationOut,
    PlaceOut,
)


@get("/communities", opt=rule(SIGNED_IN))
async def list_communities(limit: Limit = LIST_LIMIT, cursor: Cursor = None) -> Page[CommunityOut]:
    """The communities on this server, by name."""
    return await queries.communities(limit=limit, cursor=cursor)


@get("/communities/{community_id:uuid}", opt=rule(SIGNED_IN))
async def read_community(community_id: FromPath[UUID]) -> Response[CommunityDetail]:
    """Its ETag is what PATCH /desk/communities/{id} wants in If-Match."""
    detail = await queries.community(community_id)
    return Response(detail, headers={"ETag": version_etag(detail.version)})


@get("/communities/{community_id:uuid}/addresses", opt=rule(SIGNED_IN))
async def list_addresses(
    community_id: FromPath[UUID],
    parent: FromQuery[UUID | None] = None,
    limit: Limit = LIST_LIMIT,
    cursor: Cursor = None,
) -> Page[PlaceOut]:
    """One level of the address tree: estates, then buildings, entrances, homes."""
    return await queries.addresses(community_id, parent, limit=limit, cursor=cursor)


@get("/organisations", opt=rule(SIGNED_IN))
async def list_organisations(caller: NamedDependency[Caller], community_id: FromQuery[UUID]) -> Page[OrganisationOut]:
    """Who speaks under its own badge here."""
    return await queries.organisations(caller, community_id)


ROUTES = [list_communities, read_community, list_addresses, list_organisations]
