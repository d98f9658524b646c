"""The one box."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from backend.core.auth import SIGNED_IN, Caller, rule
from backend.core.limits import limited
from backend.core.paging import LIST_LIMIT, Cursor, Limit
from backend.core.sentences import pick_locale
from search.queries import finding as queries
from search.schemas import QUERY_MAX_CHARS, Kind, SearchPage, Span, Suggestions

KINDS_MOST = 4
Words = Annotated[str, QueryParameter(min_length=1, max_length=QUERY_MAX_CHARS)]
Kinds = Annotated[list[Kind] | None, QueryParameter(max_items=KINDS_MOST)]


@get("/search", opt=rule(SIGNED_IN) | limited("search"))
async def search(
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    community_id: FromQuery[UUID],
    q: Words,
    kinds: Kinds = None,
    board_id: FromQuery[UUID | None] = None,
    building_id: FromQuery[UUID | None] = None,
    span: FromQuery[Span] = "any",
    limit: Limit = LIST_LIMIT,
    cursor: Cursor = None,
) -> SearchPage:
    """What I may read in this community and has these words, best first. Without `kinds`: everything but people."""
    ask = queries.Ask(q, kinds or (), board_id, building_id, span, limit, cursor)
    return await queries.search_page(caller, community_id, ask, pick_locale(request.headers.get("accept-language")))


@get("/search/suggestions", opt=rule(SIGNED_IN))
async def suggest(caller: NamedDependency[Caller], community_id: FromQuery[UUID], q: Words) -> Suggestions:
    """What somebody who has typed this far may be looking for."""
    return await queries.suggestions(caller, community_id, q)


ROUTES = [search, suggest]
