"""What helps while one writes: drafts and how it will look."""

from uuid import UUID

from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from backend.core.auth import SIGNED_IN, Caller, rule
from backend.forum.permissions import POST
from backend.forum.queries import drafts as queries
from backend.forum.schemas.drafts import DraftList, DraftOut, DraftUpdate, PreviewAsk, PreviewOut
from backend.forum.service import drafts as service


@get("/drafts", opt=rule(POST))
async def list_drafts(caller: NamedDependency[Caller], community_id: FromQuery[UUID]) -> DraftList:
    """What I have begun to write, the newest first."""
    return await queries.drafts(caller, community_id)


@put("/drafts/{draft_id:uuid}", opt=rule(POST))
async def keep_draft(
    caller: NamedDependency[Caller], draft_id: FromPath[UUID], data: JSONBody[DraftUpdate]
) -> DraftOut:
    """Under an id that the client makes; the same id again takes its place."""
    await service.keep(caller, draft_id, data)
    return await queries.draft(caller, draft_id)


@delete("/drafts/{draft_id:uuid}", opt=rule(SIGNED_IN))
async def drop_draft(caller: NamedDependency[Caller], draft_id: FromPath[UUID]) -> None:
    await service.drop(caller, draft_id)


@post("/communities/{community_id:uuid}/post-previews", status_code=200, opt=rule(POST))
async def preview_post(
    caller: NamedDependency[Caller], community_id: FromPath[UUID], data: JSONBody[PreviewAsk]
) -> PreviewOut:
    """How this Markdown will look."""
    return await service.preview(caller, community_id, data.body)


ROUTES = [list_drafts, keep_draft, drop_draft, preview_post]
