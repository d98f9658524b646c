"""`Idempotency-Key`: the same key and body get the stored first answer for 24 hours, another body gets 409.

The answer is stored in the transaction of the effect, so a retry after any crash finds both or neither.
A refusal stores nothing: it had no effect, and its cause may be gone at the next try.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from litestar import Request, Response

from backend.core.clock import now
from backend.core.crypto import sign
from backend.core.database import execute, fetchrow, transaction
from backend.core.errors import FieldError, Invalid, KeyRequired, KeyReused, Refusal
from backend.core.ids import new_id

HEADER = "Idempotency-Key"
KEPT_H = 24

T = TypeVar("T")


async def once(
    request: Request[Any, Any, Any],
    account_id: UUID,
    do: Callable[[], Awaitable[T]],
    *,
    status: int = 201,
    required: bool = False,
) -> Response[T]:
    """Runs `do` and answers with its result, once per key. Raises KeyRequired, KeyReused, Invalid."""
    key = key_of(request)
    if key is None:
        if required:
            raise KeyRequired()
        return Response(await do(), status_code=status)
    # Keyed: a plain hash of a body that holds an ID number gives the number away to whoever has the table.
    fingerprint = sign(
        "first_answer", b"\0".join([request.method.encode(), request.url.path.encode(), await request.body()])
    )
    async with transaction():
        if not await _claim(account_id, key, fingerprint):
            return await _first_answer(account_id, key, fingerprint)
        try:
            body = msgspec.json.encode(await do())
        except Refusal as refusal:
            if refusal.keeps_writes:
                # The failure that it counted commits; the claim of the key must not commit beside it without an answer.
                await execute("DELETE FROM first_answer WHERE account = $1 AND key = $2", account_id, key)
            raise
        await execute(
            "UPDATE first_answer SET status = $3, body = $4 WHERE account = $1 AND key = $2",
            account_id,
            key,
            status,
            body,
        )
    return _stored(body, status)


async def forget_old_answers(_: object = None) -> None:
    """Scheduled: answers are promised for 24 hours."""
    await execute("DELETE FROM first_answer WHERE created_at < $1", now() - timedelta(hours=KEPT_H))


def key_of(request: Request[Any, Any, Any]) -> UUID | None:
    """The request's key, if it has one. Raises Invalid when it is no UUID."""
    text = request.headers.get(HEADER)
    if text is None:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(fields=[FieldError(HEADER, "field.value")]) from None


async def _claim(account_id: UUID, key: UUID, fingerprint: bytes) -> bool:
    """True for the first; a second one running at the same time waits here until the first has ended."""
    return bool(
        await fetchrow(
            """INSERT INTO first_answer (id, account, key, fingerprint, status, body, created_at)
               VALUES ($1, $2, $3, $4, 0, '', $5)
               ON CONFLICT (account, key) DO UPDATE SET fingerprint = $4, status = 0, body = '', created_at = $5
                   WHERE first_answer.created_at < $6
               RETURNING id""",
            new_id(),
            account_id,
            key,
            fingerprint,
            now(),
            now() - timedelta(hours=KEPT_H),
        )
    )


async def _first_answer(account_id: UUID, key: UUID, fingerprint: bytes) -> Response[Any]:
    row = await fetchrow(
        "SELECT fingerprint, status, body FROM first_answer WHERE account = $1 AND key = $2", account_id, key
    )
    if row is None or row["fingerprint"] != fingerprint:
        raise KeyReused()
    return _stored(row["body"], row["status"])


def _stored(body: bytes, status: int) -> Response[Any]:
    return Response(body, status_code=status, media_type="application/json")
