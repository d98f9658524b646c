"""Signing in and out."""

from typing import Any, Literal
from uuid import UUID

from litestar import Request, Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from backend.core.auth import PUBLIC, SIGNED_IN, Caller, rule
from backend.core.paging import Page
from backend.core.peers import client_subject
from backend.identity.errors import SessionEnded
from backend.identity.queries import me as my
from backend.identity.rules.sign_in import ACCESS_TOKEN_S, REFRESH_LIFE, RESEND_AFTER_S
from backend.identity.schemas.auth import (
    CodeCreate,
    CodeOut,
    Refreshed,
    SessionCreate,
    SessionOut,
    SessionRefresh,
    SignedIn,
)
from backend.identity.service import codes, sessions

COOKIE = "linli_refresh"
COOKIE_PATH = "/api/v1/auth"


@post("/auth/codes", status_code=202, opt=rule(PUBLIC))
async def request_code(data: JSONBody[CodeCreate], request: Request[Any, Any, Any]) -> CodeOut:
    """Sends a sign-in code; the answer is the same whether the phone is known."""
    code = await codes.request_code(data.phone, address=client_subject(request.scope))
    return CodeOut(resend_after_s=RESEND_AFTER_S, demo_code=code)


@post("/auth/sessions", opt=rule(PUBLIC))
async def sign_in(data: JSONBody[SessionCreate]) -> Response[SignedIn]:
    """Signs a device in with the code its phone received."""
    in_cookie = data.refresh_in == "cookie"
    tokens = await sessions.sign_in(
        data.phone, data.code, platform=data.device.platform, device_name=data.device.name, in_cookie=in_cookie
    )
    account = await my.account(tokens.account_id)
    shown = None if in_cookie else tokens.refresh_token
    return Response(
        SignedIn(tokens.access_token, shown, ACCESS_TOKEN_S, account),
        cookies=[_cookie(tokens.refresh_token)] if in_cookie else [],
    )


@post("/auth/sessions/refresh", status_code=200, opt=rule(PUBLIC))
async def refresh_session(data: JSONBody[SessionRefresh], request: Request[Any, Any, Any]) -> Response[Refreshed]:
    """A new pair of tokens; the old refresh token is used up, and using it again ends the session."""
    from_cookie = data.refresh_token is None
    given = data.refresh_token or request.cookies.get(COOKIE)
    if not given:
        raise SessionEnded()
    tokens = await sessions.refresh(given)
    return Response(
        Refreshed(tokens.access_token, None if from_cookie else tokens.refresh_token, ACCESS_TOKEN_S),
        cookies=[_cookie(tokens.refresh_token)] if from_cookie else [],
    )


@get("/auth/sessions", opt=rule(SIGNED_IN))
async def list_sessions(caller: NamedDependency[Caller]) -> Page[SessionOut]:
    """My devices, and those signed out in the last 30 days with the reason."""
    return await my.sessions(caller)


@delete("/auth/sessions/{session_id:uuid}", opt=rule(SIGNED_IN))
async def end_session(caller: NamedDependency[Caller], session_id: FromPath[UUID]) -> Response[None]:
    """Signs one of my devices out, at once and everywhere."""
    await sessions.end_session(caller.account_id, session_id)
    return _signed_out(here=session_id == caller.session_id)


@delete("/auth/sessions", opt=rule(SIGNED_IN))
async def end_all_sessions(caller: NamedDependency[Caller]) -> Response[None]:
    """Signs every device of mine out, this one too."""
    await sessions.end_all_sessions(caller.account_id)
    return _signed_out(here=True)


def _cookie(token: str, max_age: int = int(REFRESH_LIFE.total_seconds())) -> Cookie:
    same_site: Literal["lax"] = "lax"
    return Cookie(
        key=COOKIE, value=token, path=COOKIE_PATH, max_age=max_age, httponly=True, secure=True, samesite=same_site
    )


def _signed_out(*, here: bool) -> Response[None]:
    return Response(None, status_code=204, cookies=[_cookie("", max_age=0)] if here else [])


ROUTES = [request_code, sign_in, refresh_session, list_sessions, end_session, end_all_sessions]
