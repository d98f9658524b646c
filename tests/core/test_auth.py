"""Every route declares its rule, or the application does not start."""

from typing import Any
from uuid import uuid4

import pytest
from litestar import Litestar, Request, WebSocket, asgi, get, websocket
from litestar.types import Receive, Scope, Send

from backend.app import create_litestar
from backend.core.auth import (
    PUBLIC,
    RULE,
    SIGNED_IN,
    Caller,
    Grant,
    declared_handlers,
    enforce_rule,
    refuse_undeclared_rules,
    role_permissions,
    rule,
)
from backend.core.errors import NotFound


async def look_away(_: Request[Any, Any, Any]) -> None: ...


@get("/undeclared")
async def undeclared() -> None: ...


@get("/misspelt", opt=rule("identity:verification:reveiw"))
async def misspelt() -> None: ...


@get("/declared", opt=rule(PUBLIC))
async def declared() -> None: ...


@get("/rounding", opt=rule(SIGNED_IN), before_request=look_away)
async def rounding() -> None: ...


@websocket("/listening", opt=rule(SIGNED_IN))
async def listening(socket: WebSocket[Any, Any, Any]) -> None: ...


@asgi("/taking", opt=rule(SIGNED_IN), copy_scope=True)
async def taking(scope: Scope, receive: Receive, send: Send) -> None: ...


def test_a_route_without_a_rule_does_not_start() -> None:
    create_litestar()
    refuse_undeclared_rules(starting(declared))
    for handler in (undeclared, misspelt):
        with pytest.raises(RuntimeError, match="declares no known rule"):
            refuse_undeclared_rules(starting(declared, handler))


def test_a_route_round_its_rule_does_not_start() -> None:
    with pytest.raises(RuntimeError, match="before_request in place of enforce_rule"):
        refuse_undeclared_rules(Litestar([declared], openapi_config=None))
    for handler, why in (
        (rounding, "before_request in place of enforce_rule"),
        (listening, "is a socket"),
        (taking, "takes whatever comes"),
    ):
        with pytest.raises(RuntimeError, match=why):
            refuse_undeclared_rules(starting(declared, handler))


def starting(*handlers: Any) -> Litestar:
    return Litestar(handlers, before_request=enforce_rule, openapi_config=None)


def test_what_is_public_is_on_this_list() -> None:
    """A route added here is open to everybody in the world."""
    public = sorted(path for path, handler in declared_handlers(create_litestar()) if handler.opt[RULE] == PUBLIC)
    assert public == [
        "/",
        "/api",
        "/api/docs",
        "/api/openapi.json",
        "/api/v1/auth/codes",
        "/api/v1/auth/sessions",
        "/api/v1/auth/sessions/refresh",
        "/api/v1/boards/{board_id}/threads",
        "/api/v1/communities/{community_id}/boards",
        "/api/v1/communities/{community_id}/moderation-log",
        "/api/v1/communities/{community_id}/notices",
        "/api/v1/communities/{community_id}/threads",
        "/api/v1/devices/web-push-key",
        "/api/v1/health/live",
        "/api/v1/health/ready",
        "/api/v1/media/{media_id}/{variant}",
        "/api/v1/metrics",
        "/api/v1/notices/{notice_id}",
        "/api/v1/notices/{notice_id}/attachments/{medium_id}/{variant}",
        "/api/v1/notices/{notice_id}/poster",
        "/api/v1/polls/{poll_id}",
        "/api/v1/polls/{poll_id}/ballots",
        "/api/v1/polls/{poll_id}/ballots/{receipt}",
        "/api/v1/posts/{kind}/{post_id}/pictures/{medium_id}/{variant}",
        "/api/v1/replies/{reply_id}/history",
        "/api/v1/socket",
        "/api/v1/threads/{thread_id}",
        "/api/v1/threads/{thread_id}/history",
        "/api/v1/threads/{thread_id}/replies",
        "/api/{path}",
        "/{path}",
    ]


def test_a_role_counts_where_it_is_held() -> None:
    create_litestar()
    here, elsewhere = uuid4(), uuid4()
    caller = Caller(uuid4(), uuid4(), (Grant("moderator", here), Grant("resident", elsewhere)))
    review = "identity:verification:review"
    assert caller.may(review, here) and not caller.may(review, elsewhere) and not caller.may(review, None)
    assert caller.may_anywhere(review)
    caller.require(review, here)
    with pytest.raises(NotFound):
        caller.require(review, elsewhere)
    assert caller.permissions()[elsewhere] == sorted(role_permissions()["resident"])


def test_an_unknown_role_may_nothing() -> None:
    here = uuid4()
    caller = Caller(uuid4(), uuid4(), (Grant("emperor", here),))
    assert caller.permissions() == {here: []}
