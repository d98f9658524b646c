"""What moderators do to a thread."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from backend.core.auth import Caller, rule
from backend.core.once import once
from backend.forum.permissions import MODERATE
from backend.forum.schemas.posts import PostMade
from backend.forum.schemas.staff import LockUpdate, MergeUpdate, MoveUpdate, PinUpdate, SlowMode, SplitCreate
from backend.forum.service import moving, staff


@put("/threads/{thread_id:uuid}/lock", status_code=204, opt=rule(MODERATE))
async def lock_thread(caller: NamedDependency[Caller], thread_id: FromPath[UUID], data: JSONBody[LockUpdate]) -> None:
    """Nobody but moderators answers any more."""
    await staff.lock(caller, thread_id, data.reason)


@delete("/threads/{thread_id:uuid}/lock", opt=rule(MODERATE))
async def unlock_thread(caller: NamedDependency[Caller], thread_id: FromPath[UUID]) -> None:
    await staff.unlock(caller, thread_id)


@put("/threads/{thread_id:uuid}/pin", status_code=204, opt=rule(MODERATE))
async def pin_thread(caller: NamedDependency[Caller], thread_id: FromPath[UUID], data: JSONBody[PinUpdate]) -> None:
    """On top of its board, until a day."""
    await staff.pin(caller, thread_id, data.until)


@delete("/threads/{thread_id:uuid}/pin", opt=rule(MODERATE))
async def unpin_thread(caller: NamedDependency[Caller], thread_id: FromPath[UUID]) -> None:
    await staff.pin(caller, thread_id, None)


@put("/threads/{thread_id:uuid}/slow-mode", status_code=204, opt=rule(MODERATE))
async def slow_thread_down(
    caller: NamedDependency[Caller], thread_id: FromPath[UUID], data: JSONBody[SlowMode]
) -> None:
    """Seconds between two answers of one neighbour."""
    await staff.slow_down(caller, thread_id, data.seconds)


@put("/threads/{thread_id:uuid}/board", status_code=204, opt=rule(MODERATE))
async def move_thread(caller: NamedDependency[Caller], thread_id: FromPath[UUID], data: JSONBody[MoveUpdate]) -> None:
    """To another board of the community."""
    await moving.move(caller, thread_id, data.board_id)


@put("/threads/{thread_id:uuid}/merger", status_code=204, opt=rule(MODERATE))
async def merge_thread(caller: NamedDependency[Caller], thread_id: FromPath[UUID], data: JSONBody[MergeUpdate]) -> None:
    """All of it stands behind another thread then, and its own page leads there."""
    await moving.merge(caller, thread_id, data.into_id)


@post("/threads/{thread_id:uuid}/splits", opt=rule(MODERATE))
async def split_thread(
    caller: NamedDependency[Caller],
    thread_id: FromPath[UUID],
    data: JSONBody[SplitCreate],
    request: Request[Any, Any, Any],
) -> Response[PostMade]:
    """Answers become a thread of their own."""
    return await once(request, caller.account_id, lambda: moving.split(caller, thread_id, data))


ROUTES = [
    lock_thread,
    unlock_thread,
    pin_thread,
    unpin_thread,
    slow_thread_down,
    move_thread,
    merge_thread,
    split_thread,
]
