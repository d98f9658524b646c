"""A neighbour reports, sees what came of it, and objects to what was done to them."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from backend.core.auth import PUBLIC, SIGNED_IN, Caller, rule
from backend.core.limits import limited
from backend.core.once import once
from backend.core.paging import LIST_LIMIT, Cursor, Limit, Page
from backend.moderation.permissions import REPORT
from backend.moderation.queries import reports as report_queries
from backend.moderation.queries import sanctions as queries
from backend.moderation.schemas.cases import AppealCreate, LogLine, ReportCreate, ReportOut, SanctionList, SanctionOut
from backend.moderation.service import appealing, reporting


@post("/reports", opt=rule(REPORT) | limited("post"))
async def report(
    caller: NamedDependency[Caller], data: JSONBody[ReportCreate], request: Request[Any, Any, Any]
) -> Response[ReportOut]:
    """Something breaks the rules. Nobody learns who said so."""
    return await once(request, caller.account_id, lambda: reporting.report(caller, data))


@get("/me/reports", opt=rule(SIGNED_IN))
async def list_my_reports(
    caller: NamedDependency[Caller], limit: Limit = LIST_LIMIT, cursor: Cursor = None
) -> Page[ReportOut]:
    """What I reported, and what came of it."""
    return await report_queries.own_reports(caller, limit=limit, cursor=cursor)


@get("/me/sanctions", opt=rule(SIGNED_IN))
async def list_my_sanctions(caller: NamedDependency[Caller]) -> SanctionList:
    """What was done to me and my words, why, until when, and whether I may object."""
    return await queries.own_sanctions(caller)


@get("/sanctions/{sanction_id:uuid}", opt=rule(SIGNED_IN))
async def read_sanction(caller: NamedDependency[Caller], sanction_id: FromPath[UUID]) -> SanctionOut:
    """One of mine."""
    return await queries.own_sanction(caller, sanction_id)


@post("/sanctions/{sanction_id:uuid}/appeal", opt=rule(SIGNED_IN) | limited("post"))
async def appeal(
    caller: NamedDependency[Caller],
    sanction_id: FromPath[UUID],
    data: JSONBody[AppealCreate],
    request: Request[Any, Any, Any],
) -> Response[SanctionOut]:
    """One objection within seven days; somebody else decides."""

    async def do() -> SanctionOut:
        await appealing.appeal(caller, sanction_id, data)
        return await queries.own_sanction(caller, sanction_id)

    return await once(request, caller.account_id, do)


@get("/communities/{community_id:uuid}/moderation-log", opt=rule(PUBLIC) | limited("notice"))
async def read_log(community_id: FromPath[UUID], limit: Limit = LIST_LIMIT, cursor: Cursor = None) -> Page[LogLine]:
    """What was done by which rule, in which role; no names."""
    return await queries.log(community_id, limit=limit, cursor=cursor)


ROUTES = [report, list_my_reports, list_my_sanctions, read_sanction, appeal, read_log]
