"""Public issues: who is asked, how it goes on, and what they answer."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend.core.auth import Caller, rule
from backend.core.errors import NotFound
from backend.core.limits import limited
from backend.core.once import once
from backend.core.paging import LIST_LIMIT, Cursor, Limit, Page
from backend.core.sentences import pick_locale
from backend.forum.permissions import ANSWER_ISSUES, MODERATE, POST
from backend.forum.queries import issues as queries
from backend.forum.schemas.issues import IssueCreate, IssueItem, IssueMoved, IssueOut, OfficialResponse
from backend.forum.schemas.posts import PostMade
from backend.forum.service import issues as service
from backend.forum.service.responding import respond

Search = Annotated[str | None, QueryParameter(max_length=40)]


@put("/threads/{thread_id:uuid}/issue", opt=rule(MODERATE))
async def name_organisation(
    caller: NamedDependency[Caller],
    thread_id: FromPath[UUID],
    data: JSONBody[IssueCreate],
    request: Request[Any, Any, Any],
) -> IssueOut:
    """Turns a thread into a public issue, or hands one on to another organisation."""
    await service.name_organisation(caller, thread_id, data.organisation_id)
    return await _shown(caller, thread_id, request)


@put("/threads/{thread_id:uuid}/issue/state", opt=rule(POST))
async def move_issue(
    caller: NamedDependency[Caller],
    thread_id: FromPath[UUID],
    data: JSONBody[IssueMoved],
    request: Request[Any, Any, Any],
) -> IssueOut:
    """The named organisation moves it on; its author and moderators reopen it, with a reason."""
    await service.move(caller, thread_id, data.move, data.reason)
    return await _shown(caller, thread_id, request)


@put("/threads/{thread_id:uuid}/official-response", opt=rule(POST) | limited("post"))
async def respond_officially(
    caller: NamedDependency[Caller],
    thread_id: FromPath[UUID],
    data: JSONBody[OfficialResponse],
    request: Request[Any, Any, Any],
) -> Response[PostMade]:
    """An answer under an organisation's badge, pinned."""

    async def do() -> PostMade:
        return await respond(caller, thread_id, data)

    return await once(request, caller.account_id, do, status=200)


@get("/desk/issues", opt=rule(ANSWER_ISSUES))
async def list_desk_issues(
    caller: NamedDependency[Caller],
    community_id: FromQuery[UUID],
    show: Annotated[queries.Show, QueryParameter(name="state")] = "open",
    sort: FromQuery[queries.Sort | None] = None,
    q: Search = None,
    limit: Limit = LIST_LIMIT,
    cursor: Cursor = None,
) -> Page[IssueItem]:
    """What one's organisations are asked to answer; the committee's staff see all. `late`: nobody has said a word for
    three days."""
    return await queries.desk_issues(caller, community_id, state=show, sort=sort, q=q, limit=limit, cursor=cursor)


async def _shown(caller: Caller, thread_id: UUID, request: Request[Any, Any, Any]) -> IssueOut:
    locale = pick_locale(request.headers.get("accept-language"))
    found = await queries.issue_of_thread(caller, thread_id, locale)
    if found is None:
        raise NotFound()
    return found


ROUTES = [name_organisation, move_issue, respond_officially, list_desk_issues]
