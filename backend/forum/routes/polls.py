"""Polls from a reader's side: open, vote, look one's ballot up."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, PathParameter

from backend.core.auth import PUBLIC, SIGNED_IN, Caller, caller_if_any, rule
from backend.core.limits import limited
from backend.core.once import once
from backend.core.paging import LIST_LIMIT, Cursor, Limit
from backend.forum.permissions import POST
from backend.forum.queries import ballots as ballot_queries
from backend.forum.queries import polls as queries
from backend.forum.schemas.polls import BallotCast, BallotOut, PollCreate, PollOut, PublishedBallot, PublishedBallots
from backend.forum.service import closing, opening, voting

Receipt = Annotated[str, PathParameter(min_length=1, max_length=20)]


@post("/threads/{thread_id:uuid}/poll", opt=rule(POST) | limited("post"))
async def open_poll(
    caller: NamedDependency[Caller],
    thread_id: FromPath[UUID],
    data: JSONBody[PollCreate],
    request: Request[Any, Any, Any],
) -> Response[PollOut]:
    """Asks the readers of a thread; who may vote is frozen now."""

    async def do() -> PollOut:
        return await queries.poll(caller, await opening.add_poll(caller, thread_id, data))

    return await once(request, caller.account_id, do)


@get("/polls/{poll_id:uuid}", opt=rule(PUBLIC) | limited("notice"))
async def read_poll(poll_id: FromPath[UUID], request: Request[Any, Any, Any]) -> PollOut:
    """A poll, with its results as far as they are to be seen."""
    return await queries.poll(await caller_if_any(request), poll_id)


@put("/polls/{poll_id:uuid}/ballot", opt=rule(SIGNED_IN))
async def cast_ballot(
    caller: NamedDependency[Caller], poll_id: FromPath[UUID], data: JSONBody[BallotCast]
) -> BallotOut:
    """Votes; an open ballot may be changed by whoever cast it until the poll closes."""
    receipt = await voting.vote(caller, poll_id, data)
    return BallotOut(receipt=receipt, poll=await queries.poll(caller, poll_id))


@put("/polls/{poll_id:uuid}/closing", opt=rule(POST))
async def close_poll(caller: NamedDependency[Caller], poll_id: FromPath[UUID]) -> PollOut:
    """Ends it before its time; its results count."""
    await closing.close(caller, poll_id)
    return await queries.poll(caller, poll_id)


@put("/polls/{poll_id:uuid}/cancellation", opt=rule(POST))
async def cancel_poll(caller: NamedDependency[Caller], poll_id: FromPath[UUID]) -> PollOut:
    """Ends it with nothing counted."""
    await closing.cancel(caller, poll_id)
    return await queries.poll(caller, poll_id)


@get("/polls/{poll_id:uuid}/ballots", opt=rule(PUBLIC) | limited("notice"))
async def list_ballots(
    poll_id: FromPath[UUID], request: Request[Any, Any, Any], limit: Limit = LIST_LIMIT, cursor: Cursor = None
) -> PublishedBallots:
    """Every ballot of a poll that has closed, by its receipt: anybody may count again."""
    return await ballot_queries.published(await caller_if_any(request), poll_id, limit=limit, cursor=cursor)


@get("/polls/{poll_id:uuid}/ballots/{receipt:str}", opt=rule(PUBLIC) | limited("notice"))
async def find_ballot(poll_id: FromPath[UUID], receipt: Receipt, request: Request[Any, Any, Any]) -> PublishedBallot:
    """One's own ballot in that list."""
    return await ballot_queries.found(await caller_if_any(request), poll_id, receipt)


ROUTES = [open_poll, read_poll, cast_ballot, close_poll, cancel_poll, list_ballots, find_ballot]
