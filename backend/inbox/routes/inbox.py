"""The bell's list, and what may ring."""

from typing import Any, Literal

from litestar import Request, get, put
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody

from backend.core.auth import SIGNED_IN, Caller, rule
from backend.core.paging import LIST_LIMIT, Cursor, Limit
from backend.core.sentences import Locale, pick_locale
from backend.inbox import queries, service
from backend.inbox.queries import preferences as chosen
from backend.inbox.schemas import InboxPage, InboxRead, PreferencesOut, PreferencesUpdate, UnreadOut


@get("/inbox", opt=rule(SIGNED_IN))
async def read_inbox(
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    show: FromQuery[Literal["all", "unread"]] = "all",
    limit: Limit = LIST_LIMIT,
    cursor: Cursor = None,
) -> InboxPage:
    """What I was told, newest first."""
    return await queries.inbox_page(
        caller.account_id, _locale(request), unread=show == "unread", limit=limit, cursor=cursor
    )


@put("/inbox/read", opt=rule(SIGNED_IN))
async def mark_inbox_read(caller: NamedDependency[Caller], data: JSONBody[InboxRead]) -> UnreadOut:
    """Marks items read; again, it changes nothing."""
    await service.mark_read(caller.account_id, data)
    return UnreadOut(await queries.unread_of(caller.account_id))


@get("/me/preferences", opt=rule(SIGNED_IN))
async def read_preferences(request: Request[Any, Any, Any], caller: NamedDependency[Caller]) -> PreferencesOut:
    """What I am told, by which channel, and when it is quiet."""
    return await chosen.preferences(caller.account_id, _locale(request))


@put("/me/preferences", opt=rule(SIGNED_IN))
async def update_preferences(
    request: Request[Any, Any, Any], caller: NamedDependency[Caller], data: JSONBody[PreferencesUpdate]
) -> PreferencesOut:
    """Changes only what is named."""
    await service.update_preferences(caller.account_id, data)
    return await chosen.preferences(caller.account_id, _locale(request))


def _locale(request: Request[Any, Any, Any]) -> Locale:
    return pick_locale(request.headers.get("accept-language"))


ROUTES = [read_inbox, mark_inbox_read, read_preferences, update_preferences]
