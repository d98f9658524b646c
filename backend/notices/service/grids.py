"""Which worker walks which places."""

from collections.abc import Sequence
from uuid import UUID

from backend.core import audit
from backend.core.auth import Caller
from backend.core.clock import today
from backend.core.database import execute, fetchval, transaction
from backend.core.errors import FieldError, Invalid, NotFound
from backend.core.ids import new_id
from backend.identity.queries.roles import names_of_holders
from backend.notices.permissions import ASSIGN_GRIDS, GRID_WORKER


async def assign(caller: Caller, community_id: UUID, worker_id: UUID, place_ids: Sequence[UUID]) -> None:
    """These places and no others; what the worker walked before keeps its date. Raises NotFound, Invalid."""
    caller.require(ASSIGN_GRIDS, community_id)
    places = list(dict.fromkeys(place_ids))
    async with transaction():
        if worker_id not in await names_of_holders(GRID_WORKER, community_id):
            raise NotFound()
        await _refuse_odd_places(community_id, places)
        await execute(
            "DELETE FROM grid_place WHERE community = $1 AND worker = $2 AND place <> ALL($3)",
            community_id,
            worker_id,
            places,
        )
        await execute(
            """INSERT INTO grid_place (id, community, worker, place, since)
               SELECT id, $1, $2, place, $5 FROM unnest($3::uuid[], $4::uuid[]) AS given (id, place)
               ON CONFLICT (worker, place) DO NOTHING""",
            community_id,
            worker_id,
            [new_id() for _ in places],
            places,
            today(),
        )
        await audit.record(
            "grid.assigned",
            actor=caller.account_id,
            community=community_id,
            about=worker_id,
            subject="grid",
            subject_id=worker_id,
            details={"places": len(places)},
        )


async def _refuse_odd_places(community_id: UUID, places: list[UUID]) -> None:
    """A grid is made of estates, buildings and entrances with homes in them; one door is no grid."""
    found = await fetchval(
        "SELECT count(DISTINCT above) FROM home_place($1), unnest(places[2:]) AS above WHERE above = ANY($2)",
        community_id,
        places,
    )
    if found != len(places):
        raise Invalid(fields=[FieldError("place_ids", "field.value")])
