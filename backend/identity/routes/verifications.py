"""Applications to be verified: the applicant's side."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from backend.core.auth import SIGNED_IN, Caller, rule
from backend.core.once import once
from backend.core.paging import Page
from backend.identity.queries import verifications as queries
from backend.identity.schemas.verifications import (
    VerificationCreate,
    VerificationOut,
    VerificationResubmit,
    VerificationState,
)
from backend.identity.service import verifications as service


@post("/verifications", opt=rule(SIGNED_IN))
async def apply(
    caller: NamedDependency[Caller], data: JSONBody[VerificationCreate], request: Request[Any, Any, Any]
) -> Response[VerificationState]:
    """Applies to be verified as living in a home."""

    async def do() -> VerificationState:
        return VerificationState(await service.apply(caller.account_id, data), "submitted")

    return await once(request, caller.account_id, do)


@get("/verifications/mine", opt=rule(SIGNED_IN))
async def list_mine(caller: NamedDependency[Caller]) -> Page[VerificationOut]:
    """My applications, newest first, each with its steps."""
    return await queries.mine(caller)


@put("/verifications/{verification_id:uuid}/resubmission", opt=rule(SIGNED_IN))
async def resubmit(
    caller: NamedDependency[Caller], verification_id: FromPath[UUID], data: JSONBody[VerificationResubmit]
) -> VerificationOut:
    """Hands in what was missing."""
    await service.resubmit(caller, verification_id, list(data.evidence_media_ids), data.note)
    return await queries.one_of_mine(caller, verification_id)


@put("/verifications/{verification_id:uuid}/withdrawal", opt=rule(SIGNED_IN))
async def withdraw(caller: NamedDependency[Caller], verification_id: FromPath[UUID]) -> VerificationOut:
    await service.withdraw(caller, verification_id)
    return await queries.one_of_mine(caller, verification_id)


ROUTES = [apply, list_mine, resubmit, withdraw]
