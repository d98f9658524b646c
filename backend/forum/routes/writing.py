"""The forum as those meet it who write in it."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from backend.core.auth import SIGNED_IN, Caller, rule
from backend.core.etag import require_match, version_etag
from backend.core.limits import limited
from backend.core.once import once
from backend.forum.permissions import POST
from backend.forum.schemas.posts import AcceptedUpdate, PostMade, ReplyCreate, ReplyUpdate, ThreadCreate, ThreadUpdate
from backend.forum.service import accepting, editing, posting, replying


@post("/boards/{board_id:uuid}/threads", opt=rule(POST) | limited("post"))
async def open_thread(
    caller: NamedDependency[Caller],
    board_id: FromPath[UUID],
    data: JSONBody[ThreadCreate],
    request: Request[Any, Any, Any],
) -> Response[PostMade]:
    """A new thread. `state` held: a moderator looks at it first."""
    return await once(request, caller.account_id, lambda: posting.open_thread(caller, board_id, data))


@patch("/threads/{thread_id:uuid}", opt=rule(POST))
async def edit_thread(
    caller: NamedDependency[Caller],
    thread_id: FromPath[UUID],
    data: JSONBody[ThreadUpdate],
    request: Request[Any, Any, Any],
) -> Response[PostMade]:
    """Its author changes what is named within a day; If-Match names the edit that is changed."""
    made = await editing.edit_thread(caller, thread_id, data, match=lambda edits: require_match(request, edits))
    return _tagged(made)


@delete("/threads/{thread_id:uuid}", opt=rule(SIGNED_IN))
async def delete_thread(caller: NamedDependency[Caller], thread_id: FromPath[UUID]) -> None:
    """Its author takes its first post back; what others have answered stays."""
    await editing.delete_thread(caller, thread_id)


@post("/threads/{thread_id:uuid}/replies", opt=rule(POST) | limited("post"))
async def reply_to_thread(
    caller: NamedDependency[Caller],
    thread_id: FromPath[UUID],
    data: JSONBody[ReplyCreate],
    request: Request[Any, Any, Any],
) -> Response[PostMade]:
    """An answer to the thread, or to one of its replies."""
    return await once(request, caller.account_id, lambda: replying.reply(caller, thread_id, data))


@patch("/replies/{reply_id:uuid}", opt=rule(POST))
async def edit_reply(
    caller: NamedDependency[Caller],
    reply_id: FromPath[UUID],
    data: JSONBody[ReplyUpdate],
    request: Request[Any, Any, Any],
) -> Response[PostMade]:
    """Its author changes it within a day; If-Match names the edit that is changed."""
    made = await editing.edit_reply(caller, reply_id, data, match=lambda edits: require_match(request, edits))
    return _tagged(made)


@delete("/replies/{reply_id:uuid}", opt=rule(SIGNED_IN))
async def delete_reply(caller: NamedDependency[Caller], reply_id: FromPath[UUID]) -> None:
    """Its author takes it back; a tombstone stays in its place."""
    await editing.delete_reply(caller, reply_id)


@put("/threads/{thread_id:uuid}/accepted-reply", status_code=204, opt=rule(POST))
async def accept_reply(
    caller: NamedDependency[Caller], thread_id: FromPath[UUID], data: JSONBody[AcceptedUpdate]
) -> None:
    """Who asked says which answer helped; another one takes its place."""
    await accepting.accept(caller, thread_id, data.reply_id)


@delete("/threads/{thread_id:uuid}/accepted-reply", opt=rule(POST))
async def accept_none(caller: NamedDependency[Caller], thread_id: FromPath[UUID]) -> None:
    await accepting.accept(caller, thread_id, None)


def _tagged(made: PostMade) -> Response[PostMade]:
    return Response(made, headers={"ETag": version_etag(made.edits)})


ROUTES = [
    open_thread,
    edit_thread,
    delete_thread,
    reply_to_thread,
    edit_reply,
    delete_reply,
    accept_reply,
    accept_none,
]
