"""The forum's rooms, as the committee keeps them."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from backend.core.auth import Caller, rule
from backend.core.etag import require_match, version_etag
from backend.core.once import once
from backend.forum.permissions import EDIT_BOARDS
from backend.forum.queries.boards import boards
from backend.forum.schemas.posts import BoardCreate, BoardOut, BoardUpdate
from backend.forum.service import boards as service


@post("/communities/{community_id:uuid}/boards", opt=rule(EDIT_BOARDS))
async def create_board(
    caller: NamedDependency[Caller],
    community_id: FromPath[UUID],
    data: JSONBody[BoardCreate],
    request: Request[Any, Any, Any],
) -> Response[BoardOut]:
    """A new room, of the community or of one estate."""

    async def do() -> BoardOut:
        return await _shown(caller, community_id, await service.create(caller, community_id, data))

    return await once(request, caller.account_id, do)


@patch("/boards/{board_id:uuid}", opt=rule(EDIT_BOARDS))
async def update_board(
    caller: NamedDependency[Caller],
    board_id: FromPath[UUID],
    data: JSONBody[BoardUpdate],
    request: Request[Any, Any, Any],
) -> Response[BoardOut]:
    """Changes what is named; If-Match names the edit that is changed."""
    community_id = await service.update(caller, board_id, data, match=lambda edits: require_match(request, edits))
    board = await _shown(caller, community_id, board_id)
    return Response(board, headers={"ETag": version_etag(board.edits)})


async def _shown(caller: Caller, community_id: UUID, board_id: UUID) -> BoardOut:
    found = await boards(caller, community_id)
    return next(board for board in found.items if board.id == board_id)


ROUTES = [create_board, update_board]
