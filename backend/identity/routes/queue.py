"""Applications to be verified: the desk's side."""

from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response, delete, get, post, put
from litestar.datastructures import CacheControlHeader
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend.core.auth import Caller, rule
from backend.core.once import once
from backend.core.paging import LIST_LIMIT, Cursor, Limit, Page
from backend.identity.permissions import ENTER_FOR_OTHERS, REVIEW
from backend.identity.queries import verifications as queries
from backend.identity.schemas.verifications import (
    Approval,
    Decision,
    DeskVerificationCreate,
    QueueDetail,
    QueueItem,
    Revealed,
    State,
    VerificationState,
)
from backend.identity.service import counter, decisions
from backend.media.service import open_private

Search = Annotated[str | None, QueryParameter(max_length=40)]
# `state` as a parameter name is Litestar's own.
Standing = Annotated[State | None, QueryParameter(name="state")]
# Full names stand in these answers: no cache, ours or a browser's, may hold them.
NEVER_KEPT = CacheControlHeader(no_store=True)
Variant = Literal["320", "720", "1440"]


@get("/desk/verifications", opt=rule(REVIEW), cache_control=NEVER_KEPT)
async def list_queue(
    caller: NamedDependency[Caller],
    community_id: FromQuery[UUID],
    standing: Standing = None,
    q: Search = None,
    sort: FromQuery[Literal["oldest", "newest"]] = "oldest",
    limit: Limit = LIST_LIMIT,
    cursor: Cursor = None,
) -> Page[QueueItem]:
    """The queue; without a state, all that waits. `q` finds addresses."""
    return await queries.queue(
        caller, community_id, state=standing, building=q, newest=sort == "newest", limit=limit, cursor=cursor
    )


@post("/desk/verifications", opt=rule(ENTER_FOR_OTHERS))
async def enter_at_counter(
    caller: NamedDependency[Caller], data: JSONBody[DeskVerificationCreate], request: Request[Any, Any, Any]
) -> Response[VerificationState]:
    """Takes an application down for somebody who came in person; another person decides it."""

    async def do() -> VerificationState:
        return VerificationState(await counter.enter(caller, data), "submitted")

    return await once(request, caller.account_id, do)


@get("/desk/verifications/{verification_id:uuid}", opt=rule(REVIEW), cache_control=NEVER_KEPT)
async def read_application(caller: NamedDependency[Caller], verification_id: FromPath[UUID]) -> QueueDetail:
    return await queries.detail(caller, verification_id)


@put("/desk/verifications/{verification_id:uuid}/claim", opt=rule(REVIEW))
async def claim(caller: NamedDependency[Caller], verification_id: FromPath[UUID]) -> QueueDetail:
    """Takes it out of the queue for 30 minutes."""
    await decisions.claim(caller, verification_id)
    return await queries.detail(caller, verification_id)


@delete("/desk/verifications/{verification_id:uuid}/claim", status_code=200, opt=rule(REVIEW))
async def release(caller: NamedDependency[Caller], verification_id: FromPath[UUID]) -> QueueDetail:
    """Puts it back."""
    await decisions.release(caller, verification_id)
    return await queries.detail(caller, verification_id)


@put("/desk/verifications/{verification_id:uuid}/approval", opt=rule(REVIEW))
async def approve(
    caller: NamedDependency[Caller], verification_id: FromPath[UUID], data: JSONBody[Approval]
) -> QueueDetail:
    """The person is who they say and lives there: the neighbourhood opens."""
    await decisions.approve(caller, verification_id, move_person=data.move_person)
    return await queries.detail(caller, verification_id)


@put("/desk/verifications/{verification_id:uuid}/rejection", opt=rule(REVIEW))
async def reject(
    caller: NamedDependency[Caller], verification_id: FromPath[UUID], data: JSONBody[Decision]
) -> QueueDetail:
    """Says no, with the reason that the applicant reads."""
    await decisions.reject(caller, verification_id, reason=data.reason)
    return await queries.detail(caller, verification_id)


@put("/desk/verifications/{verification_id:uuid}/request-more", opt=rule(REVIEW))
async def request_more(
    caller: NamedDependency[Caller], verification_id: FromPath[UUID], data: JSONBody[Decision]
) -> QueueDetail:
    """Sends it back with what is missing."""
    await decisions.request_more(caller, verification_id, reason=data.reason)
    return await queries.detail(caller, verification_id)


@post("/desk/verifications/{verification_id:uuid}/reveals", opt=rule(REVIEW))
async def reveal(
    caller: NamedDependency[Caller], verification_id: FromPath[UUID], data: JSONBody[Decision]
) -> Response[Revealed]:
    """The whole ID number, for a reason that the person can read."""
    number, at = await decisions.reveal(caller, verification_id, reason=data.reason)
    return Response(Revealed(number, at), headers={"Cache-Control": "no-store"})


@get(
    "/desk/verifications/{verification_id:uuid}/evidence/{medium_id:uuid}/{variant:str}",
    media_type="image/webp",
    opt=rule(REVIEW),
)
async def view_evidence(
    caller: NamedDependency[Caller],
    verification_id: FromPath[UUID],
    medium_id: FromPath[UUID],
    variant: FromPath[Variant],
) -> Response[bytes]:
    """A photo, for the one who claimed the application; every look is on record."""
    await decisions.note_evidence_viewed(caller, verification_id, medium_id)
    return Response(
        await open_private(medium_id, variant), media_type="image/webp", headers={"Cache-Control": "no-store"}
    )


ROUTES = [
    list_queue,
    enter_at_counter,
    read_application,
    claim,
    release,
    approve,
    reject,
    request_more,
    reveal,
    view_evidence,
]
