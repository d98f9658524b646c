"""Appointing and dismissing, at the desk."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from backend.core.auth import Caller, rule
from backend.core.once import once
from backend.core.paging import LIST_LIMIT, Cursor, Limit, Page
from backend.identity.permissions import GRANT_ROLES
from backend.identity.queries import roles as queries
from backend.identity.schemas.roles import RoleCreate, RoleHolding
from backend.identity.service import roles as service


@get("/desk/roles", opt=rule(GRANT_ROLES))
async def list_roles(
    caller: NamedDependency[Caller],
    community_id: FromQuery[UUID],
    limit: Limit = LIST_LIMIT,
    cursor: Cursor = None,
) -> Page[RoleHolding]:
    """Who holds which role here now."""
    return await queries.holdings(caller, community_id, limit=limit, cursor=cursor)


@post("/desk/roles", opt=rule(GRANT_ROLES))
async def grant_role(
    caller: NamedDependency[Caller], data: JSONBody[RoleCreate], request: Request[Any, Any, Any]
) -> Response[RoleHolding]:
    """Appoints a verified resident, found by phone."""

    async def do() -> RoleHolding:
        return await queries.holding(caller, await service.grant(caller, data))

    return await once(request, caller.account_id, do)


@delete("/desk/roles/{grant_id:uuid}", opt=rule(GRANT_ROLES))
async def end_role(caller: NamedDependency[Caller], grant_id: FromPath[UUID]) -> None:
    """Takes the role away, from the next request on."""
    await service.end(caller, grant_id)


ROUTES = [list_roles, grant_role, end_role]
