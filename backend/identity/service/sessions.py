"""Sessions: signed in with a code, kept alive by rotating refresh tokens, ended at once everywhere."""

import base64
import secrets
from functools import lru_cache
from typing import Any
from uuid import UUID

import jwt
import msgspec

from backend.core.callers import forget_callers
from backend.core.clock import now
from backend.core.crypto import lookup_hmac, seal, signing_key
from backend.core.database import execute, fetchrow, transaction
from backend.core.errors import NotFound
from backend.core.events import emit
from backend.core.ids import new_id
from backend.identity.errors import AccountBanned, SessionEnded
from backend.identity.events import RefreshTokenReused, SessionStarted
from backend.identity.rules.sign_in import ACCESS_TOKEN_S, REFRESH_LIFE, parse_phone
from backend.identity.service.codes import phone_hmac, use_code

REFRESH_TOKEN_BYTES = 32
ALGORITHM = "HS256"
TOKENS_REMEMBERED = 4096
"""Verified once each; a token is half a kilobyte."""


class Tokens(msgspec.Struct, frozen=True):
    access_token: str
    refresh_token: str
    account_id: UUID
    session_id: UUID


async def sign_in(phone: str, code: str, *, platform: str, device_name: str, in_cookie: bool) -> Tokens:
    """A new session on this device; the account too, if the phone had none. Raises CodeWrong, AccountBanned."""
    e164 = parse_phone(phone)
    async with transaction():
        await use_code(e164, code)
        account_id = await account_of(e164)
        session_id = new_id()
        await execute(
            """INSERT INTO session (id, account, platform, device_name, in_cookie, created_at, last_seen_at, expires_at)
               VALUES ($1, $2, $3, $4, $5, $6, $6, $7)""",
            session_id,
            account_id,
            platform,
            device_name,
            in_cookie,
            now(),
            now() + REFRESH_LIFE,
        )
        refresh_token = await _new_refresh_token(session_id)
        await emit(SessionStarted(session_id=session_id, account_id=account_id))
    return Tokens(access_token(account_id, session_id), refresh_token, account_id, session_id)


async def account_of(e164: str) -> UUID:
    """The phone's account, made if there is none. Inside a transaction; raises AccountBanned."""
    account_id = new_id()
    row = await fetchrow(
        """INSERT INTO account (id, phone_sealed, phone_hmac, locale, ui_mode, theme, state, created_at)
           VALUES ($1, $2, $3, 'zh-CN', 'standard', 'auto', 'active', $4)
           ON CONFLICT (phone_hmac) DO UPDATE SET phone_hmac = $3
           RETURNING id, state""",
        account_id,
        seal(e164, bound_to=phone_cell(account_id)),
        phone_hmac(e164),
        now(),
    )
    assert row is not None
    if row["state"] == "banned":
        raise AccountBanned()
    return row["id"]


async def refresh(refresh_token: str) -> Tokens:
    """New tokens for old. A token that was used before ends the session. Raises SessionEnded."""
    async with transaction():
        row = await fetchrow(
            """SELECT t.used_at, s.id AS session, s.account, s.ended_at, s.expires_at, a.state
               FROM refresh_token t JOIN session s ON s.id = t.session JOIN account a ON a.id = s.account
               WHERE t.token_hmac = $1 FOR UPDATE OF t, s""",
            _token_hmac(refresh_token),
        )
        if row is None or row["ended_at"] or row["expires_at"] <= now() or row["state"] != "active":
            raise SessionEnded()
        if row["used_at"] is not None:
            await _end(row["session"], "refresh_reused")
            await emit(RefreshTokenReused(session_id=row["session"], account_id=row["account"]))
            raise SessionEnded(keeps_writes=True)
        await execute("UPDATE refresh_token SET used_at = $2 WHERE token_hmac = $1", _token_hmac(refresh_token), now())
        await execute(
            "UPDATE session SET last_seen_at = $2, expires_at = $3 WHERE id = $1",
            row["session"],
            now(),
            now() + REFRESH_LIFE,
        )
        fresh = await _new_refresh_token(row["session"])
    return Tokens(access_token(row["account"], row["session"]), fresh, row["account"], row["session"])


async def end_session(account_id: UUID, session_id: UUID) -> None:
    """Signs one device out; in this process at once, in all others within a second. Raises NotFound for another's."""
    async with transaction():
        ended = await execute(
            """UPDATE session SET ended_at = coalesce(ended_at, $3), ended_reason = coalesce(ended_reason, 'signed_out')
               WHERE id = $1 AND account = $2""",
            session_id,
            account_id,
            now(),
        )
        if ended == "UPDATE 0":
            raise NotFound()
        forget_callers()


async def end_all_sessions(account_id: UUID, reason: str = "signed_out") -> None:
    await execute(
        "UPDATE session SET ended_at = $2, ended_reason = $3 WHERE account = $1 AND ended_at IS NULL",
        account_id,
        now(),
        reason,
    )
    forget_callers()


async def purge_old_sessions() -> None:
    """Scheduled: what ended or ran out 90 days ago tells nobody anything."""
    old = now() - REFRESH_LIFE
    async with transaction():
        await execute(
            """DELETE FROM refresh_token WHERE session IN
               (SELECT id FROM session WHERE ended_at < $1 OR expires_at < $1)""",
            old,
        )
        await execute("DELETE FROM session WHERE ended_at < $1 OR expires_at < $1", old)


def access_token(account_id: UUID, session_id: UUID) -> str:
    at = int(now().timestamp())
    claims = {"sub": str(account_id), "sid": str(session_id), "iat": at, "exp": at + ACCESS_TOKEN_S}
    return jwt.encode(claims, signing_key("access_token"), algorithm=ALGORITHM)


def read_access_token(token: str) -> tuple[UUID, UUID]:
    """Account and session. Raises SessionEnded for anything but a fresh token of ours."""
    try:
        account_id, session_id, expires_at = _verified(token, signing_key("access_token"))
    except (jwt.InvalidTokenError, KeyError, ValueError, TypeError, AttributeError):
        raise SessionEnded() from None
    # Checked against our own clock, not the library's: tests move it.
    if expires_at <= now().timestamp():
        raise SessionEnded()
    return account_id, session_id


@lru_cache(maxsize=TOKENS_REMEMBERED)
def _verified(token: str, key: bytes) -> tuple[UUID, UUID, float]:
    """Account, session and end. The same token under the same key is as true the second time."""
    claims: dict[str, Any] = jwt.decode(
        token, key, algorithms=[ALGORITHM], options={"verify_exp": False, "verify_iat": False}
    )
    return UUID(claims["sub"]), UUID(claims["sid"]), float(claims["exp"])


def phone_cell(account_id: UUID) -> str:
    return f"account.phone:{account_id}"


async def _new_refresh_token(session_id: UUID) -> str:
    token = base64.urlsafe_b64encode(secrets.token_bytes(REFRESH_TOKEN_BYTES)).decode().rstrip("=")
    await execute(
        "INSERT INTO refresh_token (token_hmac, session, created_at) VALUES ($1, $2, $3)",
        _token_hmac(token),
        session_id,
        now(),
    )
    return token


async def _end(session_id: UUID, reason: str) -> None:
    await execute("UPDATE session SET ended_at = $2, ended_reason = $3 WHERE id = $1", session_id, now(), reason)
    forget_callers()


def _token_hmac(token: str) -> bytes:
    return lookup_hmac("refresh_token", token)
