"""Oneself."""

from litestar import get, patch
from litestar.di import NamedDependency
from litestar.params import JSONBody

from backend.core.auth import SIGNED_IN, Caller, rule
from backend.core.paging import LIST_LIMIT, Cursor, Limit, Page
from backend.identity.queries import me as my
from backend.identity.schemas.auth import AccountOut
from backend.identity.schemas.me import AccessOut, MeOut, MeUpdate
from backend.identity.service import accounts


@get("/me", opt=rule(SIGNED_IN))
async def read_me(caller: NamedDependency[Caller]) -> MeOut:
    """Account, person, residencies, roles, permissions, unread counts: what a client starts with."""
    return await my.me(caller)


@patch("/me", opt=rule(SIGNED_IN))
async def update_me(caller: NamedDependency[Caller], data: JSONBody[MeUpdate]) -> AccountOut:
    """Nickname, language, theme, elder mode."""
    await accounts.update_account(caller.account_id, data)
    return await my.account(caller.account_id)


@get("/me/access-log", opt=rule(SIGNED_IN))
async def read_access_log(
    caller: NamedDependency[Caller], limit: Limit = LIST_LIMIT, cursor: Cursor = None
) -> Page[AccessOut]:
    """Who looked at my identity, when and why."""
    return await my.access_log(caller, limit=limit, cursor=cursor)


ROUTES = [read_me, update_me, read_access_log]
