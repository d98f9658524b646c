"""The desk's side of polls: the list, who may vote, and ballots on paper."""

from typing import Annotated
from uuid import UUID

from litestar import delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend.core.auth import Caller, rule
from backend.core.paging import LIST_LIMIT, Cursor, Limit, Page
from backend.forum.permissions import ENTER_PAPER
from backend.forum.queries import electors as queries
from backend.forum.queries import polls
from backend.forum.schemas.polls import DeskPollItem, PaperCreate, PaperElector, PaperOut
from backend.forum.service import papers

Search = Annotated[str | None, QueryParameter(max_length=40)]


@get("/desk/polls", opt=rule(ENTER_PAPER))
async def list_desk_polls(
    caller: NamedDependency[Caller], community_id: FromQuery[UUID], limit: Limit = LIST_LIMIT, cursor: Cursor = None
) -> Page[DeskPollItem]:
    """A community's polls, newest first."""
    return await polls.desk_polls(caller, community_id, limit=limit, cursor=cursor)


@get("/desk/polls/{poll_id:uuid}/electors", opt=rule(ENTER_PAPER))
async def list_electors(
    caller: NamedDependency[Caller],
    poll_id: FromPath[UUID],
    q: Search = None,
    show: FromQuery[queries.Show] = "all",
    limit: Limit = LIST_LIMIT,
    cursor: Cursor = None,
) -> Page[PaperElector]:
    """Who may vote, in the order of the doors; `q` finds addresses and names."""
    return await queries.electors(caller, poll_id, show=show, q=q, limit=limit, cursor=cursor)


@put("/desk/polls/{poll_id:uuid}/papers", opt=rule(ENTER_PAPER))
async def enter_paper(
    caller: NamedDependency[Caller], poll_id: FromPath[UUID], data: JSONBody[PaperCreate]
) -> PaperOut:
    """A ballot on paper; it counts when another of staff has entered the same."""
    receipt = await papers.enter(caller, poll_id, data)
    return PaperOut(elector_id=data.elector_id, counted=receipt is not None, receipt=receipt)


@delete("/desk/polls/{poll_id:uuid}/papers/{elector_id:uuid}", opt=rule(ENTER_PAPER))
async def withdraw_paper(caller: NamedDependency[Caller], poll_id: FromPath[UUID], elector_id: FromPath[UUID]) -> None:
    """One that waits is to be entered anew."""
    await papers.withdraw(caller, poll_id, elector_id)


ROUTES = [list_desk_polls, list_electors, enter_paper, withdraw_paper]
