"""Sign-in codes: asked for, drawn, sent, checked once."""

import secrets
from datetime import timedelta
from uuid import UUID

from backend.core.clock import now
from backend.core.crypto import constant_time_equal, lookup_hmac, seal, unseal
from backend.core.database import execute, fetchrow, fetchval, transaction
from backend.core.events import emit
from backend.core.ids import new_id
from backend.core.limits import spend
from backend.identity.errors import CodeTooSoon, CodeWrong
from backend.identity.events import CodeRequested
from backend.identity.rules.sign_in import (
    CODE_DIGITS,
    CODE_LIFE,
    CODE_TRIES,
    CODES_PER_ADDRESS,
    CODES_PER_PHONE,
    DEMO_PHONES,
    RESEND_AFTER_S,
    parse_phone,
)
from backend.identity.service import sms
from backend.settings import settings


async def request_code(phone: str, *, address: str) -> str | None:
    """Owes the phone a code; the same for a known and an unknown one. The code itself only in demo mode.

    Raises PhoneInvalid, CodeTooSoon, TooMany.
    """
    e164 = parse_phone(phone)
    await _refuse_too_soon(e164)
    if not (settings().demo and e164.startswith(DEMO_PHONES)):
        await spend(CODES_PER_ADDRESS, address)
        await spend(CODES_PER_PHONE, e164)
    code_id = new_id()
    async with transaction():
        asked_at = now()
        kept = await fetchval(
            """INSERT INTO sign_in_code AS c (id, phone_hmac, phone_sealed, code_hmac, tries, asked_at, expires_at)
               VALUES ($1, $2, $3, NULL, 0, $4, $5)
               ON CONFLICT (phone_hmac) DO UPDATE SET
                   id = $1, phone_sealed = $3, code_hmac = NULL, tries = 0, asked_at = $4, expires_at = $5
               WHERE c.asked_at <= $6 RETURNING c.id""",
            code_id,
            phone_hmac(e164),
            seal(e164, bound_to=_cell(code_id)),
            asked_at,
            asked_at + CODE_LIFE,
            asked_at - timedelta(seconds=RESEND_AFTER_S),
        )
        if kept is None:
            # Somebody asked for this phone at the same moment; one message is enough.
            raise CodeTooSoon(retry_after_s=RESEND_AFTER_S)
        if settings().demo:
            return await _draw(code_id)
        await emit(CodeRequested(code_id=code_id))
    return None


async def send_code(code_id: UUID) -> None:
    """Draws the code and sends it. Again after a crash, it draws another: the newest one counts."""
    row = await fetchrow("SELECT phone_sealed, expires_at FROM sign_in_code WHERE id = $1", code_id)
    if row is None or row["expires_at"] <= now():
        return
    code = await _draw(code_id)
    await sms.send(unseal(row["phone_sealed"], bound_to=_cell(code_id)), f"您的邻里验证码是 {code}，5 分钟内有效。")


async def use_code(e164: str, code: str) -> None:
    """Uses the phone's code up. Inside a transaction; raises CodeWrong, having counted the try."""
    row = await fetchrow(
        "SELECT id, code_hmac, tries, expires_at FROM sign_in_code WHERE phone_hmac = $1 FOR UPDATE", phone_hmac(e164)
    )
    given = _code_hmac(row["id"] if row else new_id(), code)
    right = constant_time_equal(given, row["code_hmac"] if row and row["code_hmac"] else bytes(len(given)))
    if row is None or row["expires_at"] <= now() or row["tries"] >= CODE_TRIES:
        raise CodeWrong()
    if not right:
        await execute("UPDATE sign_in_code SET tries = tries + 1 WHERE id = $1", row["id"])
        raise CodeWrong(keeps_writes=True)
    await execute("DELETE FROM sign_in_code WHERE id = $1", row["id"])


async def purge_expired_codes() -> None:
    await execute("DELETE FROM sign_in_code WHERE expires_at < $1", now())


def phone_hmac(e164: str) -> bytes:
    return lookup_hmac("phone", e164)


async def _refuse_too_soon(e164: str) -> None:
    asked_at = await fetchval("SELECT asked_at FROM sign_in_code WHERE phone_hmac = $1", phone_hmac(e164))
    if asked_at is None:
        return
    wait = (asked_at + timedelta(seconds=RESEND_AFTER_S) - now()).total_seconds()
    if wait > 0:
        raise CodeTooSoon(retry_after_s=int(-(-wait // 1)))


async def _draw(code_id: UUID) -> str:
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    await execute("UPDATE sign_in_code SET code_hmac = $2 WHERE id = $1", code_id, _code_hmac(code_id, code))
    return code


def _code_hmac(code_id: UUID, code: str) -> bytes:
    return lookup_hmac("sign_in_code", f"{code_id}:{code}")


def _cell(code_id: UUID) -> str:
    return f"sign_in_code.phone:{code_id}"
