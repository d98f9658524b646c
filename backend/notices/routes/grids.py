"""Which worker walks which places."""

from uuid import UUID

from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from backend.core.auth import Caller, rule
from backend.core.paging import Page
from backend.notices.permissions import ASSIGN_GRIDS, READ_COVERAGE
from backend.notices.queries import grids as queries
from backend.notices.schemas.desk import GridOut, GridUpdate
from backend.notices.service import grids as service


@get("/desk/grids", opt=rule(READ_COVERAGE))
async def list_grids(caller: NamedDependency[Caller], community_id: FromQuery[UUID]) -> Page[GridOut]:
    """Every grid worker with the places they walk."""
    return Page(items=await queries.grids(caller, community_id), next_cursor=None)


@put("/desk/grids/{account_id:uuid}", opt=rule(ASSIGN_GRIDS))
async def assign_grid(
    caller: NamedDependency[Caller],
    account_id: FromPath[UUID],
    community_id: FromQuery[UUID],
    data: JSONBody[GridUpdate],
) -> GridOut:
    """These places and no others; none: the worker's lists hold every door."""
    await service.assign(caller, community_id, account_id, data.place_ids)
    return await queries.grid_of(caller, community_id, account_id)


ROUTES = [list_grids, assign_grid]
