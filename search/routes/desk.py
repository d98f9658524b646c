"""What the desk does for search."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend.core.auth import Caller, rule
from backend.core.etag import require_match, version_etag
from backend.core.once import once
from backend.core.paging import LIST_LIMIT, Cursor, Limit, Page
from search.permissions import EDIT_SYNONYMS, READ_GAPS
from search.queries import desk as queries
from search.schemas import Gap, GapSeen, SynonymCreate, SynonymList, SynonymOut, SynonymUpdate
from search.service import gaps, synonyms

DAYS = 30
Days = Annotated[int, QueryParameter(ge=1, le=queries.DAYS_MOST)]


@get("/desk/synonyms", opt=rule(EDIT_SYNONYMS))
async def list_synonyms(caller: NamedDependency[Caller], community_id: FromQuery[UUID]) -> SynonymList:
    """Words that mean the same here, the newest group first."""
    return await queries.synonyms(caller, community_id)


@post("/desk/synonyms", opt=rule(EDIT_SYNONYMS))
async def create_synonym(
    caller: NamedDependency[Caller], data: JSONBody[SynonymCreate], request: Request[Any, Any, Any]
) -> Response[SynonymOut]:
    """A new group; searches know it at once."""

    async def do() -> SynonymOut:
        return await queries.synonym(caller, await synonyms.create(caller, data))

    return await once(request, caller.account_id, do)


@patch("/desk/synonyms/{synonym_id:uuid}", opt=rule(EDIT_SYNONYMS))
async def update_synonym(
    caller: NamedDependency[Caller],
    synonym_id: FromPath[UUID],
    data: JSONBody[SynonymUpdate],
    request: Request[Any, Any, Any],
) -> Response[SynonymOut]:
    """Other words for the group; If-Match names the edit that is changed."""
    await synonyms.update(caller, synonym_id, data, match=lambda edits: require_match(request, edits))
    shown = await queries.synonym(caller, synonym_id)
    return Response(shown, headers={"ETag": version_etag(shown.edits)})


@delete("/desk/synonyms/{synonym_id:uuid}", opt=rule(EDIT_SYNONYMS))
async def delete_synonym(caller: NamedDependency[Caller], synonym_id: FromPath[UUID]) -> None:
    """The words are only themselves again."""
    await synonyms.delete(caller, synonym_id)


@get("/desk/search-gaps", opt=rule(READ_GAPS))
async def list_gaps(
    caller: NamedDependency[Caller],
    community_id: FromQuery[UUID],
    days: Days = DAYS,
    limit: Limit = LIST_LIMIT,
    cursor: Cursor = None,
) -> Page[Gap]:
    """What several neighbours looked for in vain, the most wished for first."""
    return await queries.gaps(caller, community_id, days=days, limit=limit, cursor=cursor)


@put("/desk/search-gaps/seen", status_code=204, opt=rule(READ_GAPS))
async def mark_gap_seen(caller: NamedDependency[Caller], data: JSONBody[GapSeen]) -> None:
    """Takes it off the list: something was written, or the words mean what is there."""
    await gaps.mark_seen(caller, data)


ROUTES = [list_synonyms, create_synonym, update_synonym, delete_synonym, list_gaps, mark_gap_seen]
