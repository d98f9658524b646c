"""A notice from its writer's side."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from backend.core.auth import Caller, rule
from backend.core.etag import require_match, version_etag
from backend.core.once import once
from backend.core.sentences import pick_locale
from backend.notices.permissions import SUBMIT
from backend.notices.queries import estimates
from backend.notices.queries.reading import notice
from backend.notices.schemas.desk import EstimateAsk
from backend.notices.schemas.notices import EstimateOut, NoticeCreate, NoticeOut, NoticeUpdate, Withdrawal
from backend.notices.service import writing as service


@post("/communities/{community_id:uuid}/notices", opt=rule(SUBMIT))
async def create_notice(
    caller: NamedDependency[Caller],
    community_id: FromPath[UUID],
    data: JSONBody[NoticeCreate],
    request: Request[Any, Any, Any],
) -> Response[NoticeOut]:
    """A draft, which nobody else sees until it is handed in."""

    async def do() -> NoticeOut:
        return await _shown(caller, await service.create(caller, community_id, data), request)

    return await once(request, caller.account_id, do)


@patch("/notices/{notice_id:uuid}", opt=rule(SUBMIT))
async def update_notice(
    caller: NamedDependency[Caller],
    notice_id: FromPath[UUID],
    data: JSONBody[NoticeUpdate],
    request: Request[Any, Any, Any],
) -> Response[NoticeOut]:
    """Changes what is named; If-Match names the edit that is changed. Once published it makes a new version."""
    await service.update(caller, notice_id, data, match=lambda edits: require_match(request, edits))
    return _tagged(await _shown(caller, notice_id, request))


@put("/notices/{notice_id:uuid}/submission", opt=rule(SUBMIT))
async def submit_notice(
    caller: NamedDependency[Caller], notice_id: FromPath[UUID], request: Request[Any, Any, Any]
) -> Response[NoticeOut]:
    """Hands it in to be reviewed."""
    await service.submit(caller, notice_id)
    return _tagged(await _shown(caller, notice_id, request))


@put("/notices/{notice_id:uuid}/withdrawal", opt=rule(SUBMIT))
async def withdraw_notice(
    caller: NamedDependency[Caller],
    notice_id: FromPath[UUID],
    data: JSONBody[Withdrawal],
    request: Request[Any, Any, Any],
) -> Response[NoticeOut]:
    """Its writer takes it back before it is published; the desk takes it down, with a reason."""
    await service.withdraw(caller, notice_id, data.reason)
    return _tagged(await _shown(caller, notice_id, request))


@post("/communities/{community_id:uuid}/notice-estimates", status_code=200, opt=rule(SUBMIT))
async def estimate(
    caller: NamedDependency[Caller], community_id: FromPath[UUID], data: JSONBody[EstimateAsk]
) -> EstimateOut:
    """How many an audience reaches now, before anything is sent."""
    return await estimates.estimate(caller, community_id, data)


async def _shown(caller: Caller, notice_id: UUID, request: Request[Any, Any, Any]) -> NoticeOut:
    return await notice(caller, notice_id, locale=pick_locale(request.headers.get("accept-language")))


def _tagged(shown: NoticeOut) -> Response[NoticeOut]:
    return Response(shown, headers={"ETag": version_etag(shown.edits)})


ROUTES = [create_notice, update_notice, submit_notice, withdraw_notice, estimate]
