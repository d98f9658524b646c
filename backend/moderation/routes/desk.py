"""The desk's queue of cases, and what it decides."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend.core.auth import Caller, rule
from backend.core.once import once
from backend.core.paging import LIST_LIMIT, Cursor, Limit, Page
from backend.moderation.permissions import DECIDE
from backend.moderation.queries import case as case_queries
from backend.moderation.queries import cases as queries
from backend.moderation.queries.cases import Sort
from backend.moderation.schemas.cases import (
    AppealDecision,
    AppealDecisionOut,
    CaseItem,
    CaseNoteCreate,
    CaseNoteOut,
    CaseOut,
    CaseRef,
    CaseTab,
    Decision,
    DecisionOut,
    StaffCaseCreate,
    SubjectKind,
)
from backend.moderation.service import appealing, claiming, deciding, noting

Search = Annotated[str | None, QueryParameter(max_length=40)]


@get("/desk/cases", opt=rule(DECIDE))
async def list_cases(
    caller: NamedDependency[Caller],
    community_id: FromQuery[UUID],
    tab: FromQuery[CaseTab] = "waiting",
    kind: FromQuery[SubjectKind | None] = None,
    author_id: FromQuery[UUID | None] = None,
    q: Search = None,
    sort: FromQuery[Sort] = "weight",
    limit: Limit = LIST_LIMIT,
    cursor: Cursor = None,
) -> Page[CaseItem]:
    """One tab of the queue; `q` finds titles, words and authors, `author_id` what one account wrote."""
    return await queries.cases(
        caller, community_id, tab=tab, kind=kind, author_id=author_id, q=q, sort=sort, limit=limit, cursor=cursor
    )


@post("/desk/cases", opt=rule(DECIDE))
async def open_case(
    caller: NamedDependency[Caller], data: JSONBody[StaffCaseCreate], request: Request[Any, Any, Any]
) -> Response[CaseRef]:
    """Of something that a moderator came upon; it is theirs at once."""
    return await once(request, caller.account_id, lambda: claiming.open_and_claim(caller, data))


@get("/desk/cases/{case_id:uuid}", opt=rule(DECIDE))
async def read_case(caller: NamedDependency[Caller], case_id: FromPath[UUID]) -> CaseOut:
    """As it was reported, as it stands, what reporters said, and what may be done next."""
    return await case_queries.case(caller, case_id)


@put("/desk/cases/{case_id:uuid}/claim", opt=rule(DECIDE))
async def claim_case(caller: NamedDependency[Caller], case_id: FromPath[UUID]) -> CaseOut:
    """Mine for half an hour."""
    await claiming.claim(caller, case_id)
    return await case_queries.case(caller, case_id)


@delete("/desk/cases/{case_id:uuid}/claim", status_code=200, opt=rule(DECIDE))
async def release_case(caller: NamedDependency[Caller], case_id: FromPath[UUID]) -> CaseOut:
    """Anybody's again."""
    await claiming.release(caller, case_id)
    return await case_queries.case(caller, case_id)


@post("/desk/cases/{case_id:uuid}/notes", opt=rule(DECIDE))
async def add_note(
    caller: NamedDependency[Caller],
    case_id: FromPath[UUID],
    data: JSONBody[CaseNoteCreate],
    request: Request[Any, Any, Any],
) -> Response[CaseNoteOut]:
    """For the other moderators; nobody else reads it."""
    return await once(request, caller.account_id, lambda: noting.add_note(caller, case_id, data))


@put("/desk/cases/{case_id:uuid}/decision", opt=rule(DECIDE))
async def decide_case(
    caller: NamedDependency[Caller], case_id: FromPath[UUID], data: JSONBody[Decision]
) -> DecisionOut:
    """Keep, hide, delete or lock, with a rule and a sentence; and warn, mute or suspend."""
    return await deciding.decide(caller, case_id, data)


@put("/desk/cases/{case_id:uuid}/appeal-decision", opt=rule(DECIDE))
async def decide_appeal(
    caller: NamedDependency[Caller], case_id: FromPath[UUID], data: JSONBody[AppealDecision]
) -> AppealDecisionOut:
    """By somebody else than who decided first; overturned, it is all undone."""
    return await appealing.decide_appeal(caller, case_id, data)


ROUTES = [list_cases, open_case, read_case, claim_case, release_case, add_note, decide_case, decide_appeal]
