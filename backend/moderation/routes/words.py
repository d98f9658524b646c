"""Lists of watched words at the desk."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend.core.auth import Caller, rule
from backend.core.once import once
from backend.core.paging import LIST_LIMIT, Cursor, Limit, Page
from backend.moderation.permissions import READ_WORDS
from backend.moderation.queries import words as queries
from backend.moderation.schemas.words import WordCreate, WordOut, WordTried, WordTry, WordUpdate
from backend.moderation.service import words as service
from backend.moderation.service.screening import forget_words

Search = Annotated[str | None, QueryParameter(max_length=40)]


@get("/desk/watched-words", opt=rule(READ_WORDS))
async def list_words(
    caller: NamedDependency[Caller],
    community_id: FromQuery[UUID | None] = None,
    q: Search = None,
    limit: Limit = LIST_LIMIT,
    cursor: Cursor = None,
) -> Page[WordOut]:
    """The community's and the platform's; without a community, the platform's."""
    return await queries.words(caller, community_id, q=q, limit=limit, cursor=cursor)


@post("/desk/watched-words", opt=rule(READ_WORDS))
async def add_word(
    caller: NamedDependency[Caller], data: JSONBody[WordCreate], request: Request[Any, Any, Any]
) -> Response[WordOut]:
    """A committee admin adds to the community's list, the platform's admin to everybody's."""

    async def do() -> WordOut:
        return await queries.word(await service.add(caller, data))

    answer = await once(request, caller.account_id, do)
    # Only now it is committed, whoever began the transaction.
    forget_words()
    return answer


@patch("/desk/watched-words/{word_id:uuid}", opt=rule(READ_WORDS))
async def update_word(caller: NamedDependency[Caller], word_id: FromPath[UUID], data: JSONBody[WordUpdate]) -> WordOut:
    """What happens to it, or whether it is looked for."""
    await service.update(caller, word_id, data)
    return await queries.word(word_id)


@delete("/desk/watched-words/{word_id:uuid}", opt=rule(READ_WORDS))
async def remove_word(caller: NamedDependency[Caller], word_id: FromPath[UUID]) -> None:
    """Off the list."""
    await service.remove(caller, word_id)


@post("/communities/{community_id:uuid}/watched-word-trials", status_code=200, opt=rule(READ_WORDS))
async def try_words(
    caller: NamedDependency[Caller], community_id: FromPath[UUID], data: JSONBody[WordTry]
) -> WordTried:
    """What would happen to this text."""
    return await queries.trial(caller, community_id, data)


ROUTES = [list_words, add_word, update_word, remove_word, try_words]
