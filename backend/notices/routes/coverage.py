"""How far a notice has come, and the doors that are left."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend.core.auth import Caller, rule
from backend.core.limits import limited
from backend.core.once import once
from backend.core.paging import Page
from backend.notices.permissions import READ_COVERAGE, REMIND, VISIT
from backend.notices.queries import coverage as coverage_queries
from backend.notices.queries import doors as door_queries
from backend.notices.rules.coverage import HomeState
from backend.notices.schemas.desk import (
    CoverageOut,
    DoorList,
    DoorListItem,
    DoorOut,
    ReminderCreate,
    ReminderSent,
    VisitCreate,
)
from backend.notices.service import reminders, visits

# `state` as a parameter name is Litestar's own.
Standing = Annotated[HomeState | None, QueryParameter(name="state")]


@get("/desk/notices/{notice_id:uuid}/coverage", opt=rule(READ_COVERAGE))
async def read_coverage(caller: NamedDependency[Caller], notice_id: FromPath[UUID]) -> CoverageOut:
    """Homes reached by building and entrance, people, and the reminders sent and planned."""
    return await coverage_queries.coverage(caller, notice_id)


@get("/desk/notices/{notice_id:uuid}/homes", opt=rule(READ_COVERAGE))
async def list_homes(
    caller: NamedDependency[Caller],
    notice_id: FromPath[UUID],
    place_id: FromQuery[UUID | None] = None,
    standing: Standing = None,
) -> Page[DoorOut]:
    """The homes below a place, in walking order."""
    doors = await door_queries.doors_of(caller, notice_id, place_id=place_id, state=standing)
    return Page(items=doors, next_cursor=None)


@get("/desk/notices/{notice_id:uuid}/doors", opt=rule(VISIT))
async def list_doors(caller: NamedDependency[Caller], notice_id: FromPath[UUID]) -> DoorList:
    """Where I have to knock: my grid's homes that nobody has read it in."""
    return await door_queries.my_doors(caller, notice_id)


@get("/desk/door-lists", opt=rule(VISIT))
async def list_door_lists(caller: NamedDependency[Caller], community_id: FromQuery[UUID]) -> Page[DoorListItem]:
    """The notices that I have doors for."""
    return Page(items=await door_queries.door_lists(caller, community_id), next_cursor=None)


@post("/desk/notices/{notice_id:uuid}/visits", opt=rule(VISIT) | limited("visit"))
async def record_visit(
    caller: NamedDependency[Caller],
    notice_id: FromPath[UUID],
    data: JSONBody[VisitCreate],
    request: Request[Any, Any, Any],
) -> Response[DoorOut]:
    """Somebody there was told in person. The same home again gives the first visit."""
    return await once(request, caller.account_id, lambda: visits.record(caller, notice_id, data))


@delete("/desk/notices/{notice_id:uuid}/visits/{home_id:uuid}", status_code=200, opt=rule(VISIT) | limited("visit"))
async def undo_visit(caller: NamedDependency[Caller], notice_id: FromPath[UUID], home_id: FromPath[UUID]) -> DoorOut:
    """Takes a slip back."""
    return await visits.undo(caller, notice_id, home_id)


@post("/desk/notices/{notice_id:uuid}/reminders", opt=rule(REMIND))
async def send_reminder(
    caller: NamedDependency[Caller],
    notice_id: FromPath[UUID],
    data: JSONBody[ReminderCreate],
    request: Request[Any, Any, Any],
) -> Response[ReminderSent]:
    """Tells those again who have not read it, or not acknowledged where that is asked."""

    async def do() -> ReminderSent:
        return ReminderSent(await reminders.send(caller, notice_id, data))

    return await once(request, caller.account_id, do)


ROUTES = [
    read_coverage,
    list_homes,
    list_doors,
    list_door_lists,
    record_visit,
    undo_visit,
    send_reminder,
]
