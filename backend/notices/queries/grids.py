"""Who walks where."""

from uuid import UUID

from backend.core.auth import Caller
from backend.core.database import fetch
from backend.core.errors import NotFound
from backend.identity.queries.places import PLACE_PATH
from backend.identity.queries.roles import names_of_holders
from backend.notices.permissions import GRID_WORKER, READ_COVERAGE
from backend.notices.schemas.desk import GridOut, GridPlaceOut

GRIDS_SQL = f"""
WITH counted AS (SELECT place, count(*) AS homes FROM home_place($1), unnest(places) AS place GROUP BY place)
SELECT g.worker, g.place, {PLACE_PATH.format(which="g.place")} AS path, coalesce(counted.homes, 0) AS homes, g.since
FROM grid_place g LEFT JOIN counted USING (place) WHERE g.community = $1 ORDER BY path, g.place
"""


async def grids(caller: Caller, community_id: UUID) -> list[GridOut]:
    """Every grid worker with the places they walk, in the order of their granting; two statements."""
    caller.require(READ_COVERAGE, community_id)
    names = await names_of_holders(GRID_WORKER, community_id)
    rows = await fetch(GRIDS_SQL, community_id)
    return [
        GridOut(
            worker,
            name,
            [GridPlaceOut(row["place"], row["path"], row["homes"]) for row in rows if row["worker"] == worker],
            min((row["since"] for row in rows if row["worker"] == worker), default=None),
        )
        for worker, name in names.items()
    ]


async def grid_of(caller: Caller, community_id: UUID, worker_id: UUID) -> GridOut:
    """Raises NotFound."""
    found = next((grid for grid in await grids(caller, community_id) if grid.account_id == worker_id), None)
    if found is None:
        raise NotFound()
    return found
