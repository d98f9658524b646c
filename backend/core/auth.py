"""Who is calling and what a route asks of them. The rule stands beside every handler; none, and the app won't start.

A guard settles the coarse question (signed in? holds such a permission anywhere?). Which community, which row:
that is the door's question, in the domain's `access`, answered in the words of "absent".
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Litestar, Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.routes import HTTPRoute, WebSocketRoute

from backend.core.errors import Forbidden, NotFound, Refusal, Unauthenticated
from backend.core.limits import spend_ordinary

PUBLIC = "public"
SIGNED_IN = "signed in"
RULE = "rule"


@dataclass(frozen=True)
class Grant:
    """A role held in one community; platform roles hold in none."""

    role: str
    community_id: UUID | None


@dataclass(frozen=True)
class Caller:
    """The account behind a request, as the database had it when the request came in."""

    account_id: UUID
    session_id: UUID
    grants: tuple[Grant, ...]

    def may(self, permission: str, community_id: UUID | None) -> bool:
        return any(
            permission in _role_permissions.get(grant.role, ())
            for grant in self.grants
            if grant.community_id == community_id
        )

    def may_anywhere(self, permission: str) -> bool:
        return any(permission in _role_permissions.get(grant.role, ()) for grant in self.grants)

    def require(self, permission: str, community_id: UUID | None) -> None:
        """Raises NotFound: what belongs to a community one has no part in is not there."""
        if not self.may(permission, community_id):
            raise NotFound()

    def permissions(self) -> dict[UUID | None, list[str]]:
        held: dict[UUID | None, set[str]] = {}
        for grant in self.grants:
            held.setdefault(grant.community_id, set()).update(_role_permissions.get(grant.role, ()))
        return {community: sorted(names) for community, names in held.items()}


Authenticate = Callable[[str], Awaitable[Caller]]
Recheck = Callable[[Sequence[UUID]], Awaitable[Mapping[UUID, Caller | Refusal]]]

_role_permissions: dict[str, frozenset[str]] = {}
_authenticate: list[Authenticate] = []
_recheck: list[Recheck] = []


def rule(needs: str) -> dict[str, Any]:
    """`opt=rule(PUBLIC)`, `opt=rule(SIGNED_IN)` or `opt=rule("identity:verification:review")`."""
    return {RULE: needs}


def register_roles(roles: Mapping[str, Iterable[str]]) -> None:
    """Adds a domain's table role → permissions to what each role may do."""
    for role, permissions in roles.items():
        _role_permissions[role] = _role_permissions.get(role, frozenset()) | frozenset(permissions)


def role_permissions() -> dict[str, frozenset[str]]:
    return dict(_role_permissions)


def authenticate_with(authenticate: Authenticate) -> None:
    """Identity gives the function that turns an access token into a Caller or raises Unauthenticated."""
    _authenticate[:] = [authenticate]


def recheck_with(recheck: Recheck) -> None:
    """Identity gives the function that says, by session, who is still there: for sockets, which outlive requests."""
    _recheck[:] = [recheck]


async def caller_of(token: str) -> Caller:
    """The caller whom an access token stands for. Raises Unauthenticated."""
    return await _authenticate[0](token)


async def standing_of(sessions: Sequence[UUID]) -> Mapping[UUID, Caller | Refusal]:
    """By session, who it belongs to now or why it holds no more; in one statement. Unknown ones are left out."""
    return await _recheck[0](sessions)


async def enforce_rule(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Before every request, as the application's `before_request`: Litestar copies a handler for each of its guards and
    each request, which takes as long as all that stands here."""
    needs = connection.route_handler.opt[RULE]
    if needs == PUBLIC:
        await spend_ordinary(connection, account_id=None)
        return
    header = connection.headers.get("authorization", "")
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        await spend_ordinary(connection, account_id=None)
        raise Unauthenticated()
    try:
        caller = await caller_of(token)
    except Unauthenticated:
        # Guessing tokens costs what any request without an account costs.
        await spend_ordinary(connection, account_id=None)
        raise
    await spend_ordinary(connection, account_id=caller.account_id)
    if needs != SIGNED_IN and not caller.may_anywhere(needs):
        raise Forbidden()
    connection.scope["user"] = caller


async def caller_if_any(connection: ASGIConnection[Any, Any, Any, Any]) -> Caller | None:
    """For a PUBLIC route that shows a signed-in caller more. A token that is sent must be good: Unauthenticated."""
    # Read as it came: what Litestar makes of all headers costs as much as the rest of this function.
    header = next((value for name, value in connection.scope["headers"] if name == b"authorization"), None)
    if header is None:
        return None
    scheme, _, token = header.decode("latin-1").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated()
    return await caller_of(token)


def provide_caller(request: Request[Any, Any, Any]) -> Caller:
    """The dependency `caller`; only routes whose rule is not PUBLIC have one."""
    return request.user


def refuse_undeclared_rules(app: Litestar) -> None:
    """Raises at start-up: a route without a rule, with a permission that no role holds or round its rule is a hole."""
    known = {PUBLIC, SIGNED_IN}.union(*_role_permissions.values())
    for path, handler in declared_handlers(app):
        needs = handler.opt.get(RULE)
        if needs not in known:
            raise RuntimeError(f"{handler.fn.__qualname__} at {path} declares no known rule: {needs!r}")
        if isinstance(handler, HTTPRouteHandler):
            if handler.resolve_before_request() is not enforce_rule:
                raise RuntimeError(f"{handler.fn.__qualname__} at {path} has a before_request in place of enforce_rule")
        elif needs != PUBLIC:
            raise RuntimeError(f"{path} is a socket: nobody asks for its rule, its hello says who calls")
    for route in app.routes:
        if not isinstance(route, HTTPRoute | WebSocketRoute):
            raise RuntimeError(f"{route.path} takes whatever comes: nobody asks for its rule")


def declared_handlers(app: Litestar) -> list[tuple[str, BaseRouteHandler]]:
    """Every handler of ours with its path; Litestar's own OPTIONS handlers are left out."""
    found: list[tuple[str, BaseRouteHandler]] = []
    for route in app.routes:
        handlers = (
            route.route_handlers
            if isinstance(route, HTTPRoute)
            else ([route.route_handler] if isinstance(route, WebSocketRoute) else [])
        )
        found += [(route.path_format, handler) for handler in handlers if not _is_options(handler)]
    return found


def _is_options(handler: BaseRouteHandler) -> bool:
    return getattr(handler, "http_methods", None) == {"OPTIONS"}
