"""Where a signed-in session can be pushed to. The address is sealed; its keyed HMAC finds it again."""

import base64
from datetime import timedelta
from typing import Literal
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.crypto import lookup_hmac, seal, unseal
from backend.core.database import execute, transaction
from backend.core.errors import FieldError, Invalid
from backend.core.ids import new_id
from backend.inbox.providers.endpoints import is_push_service
from backend.inbox.rules import PURGE_BATCH
from backend.inbox.schemas import DeviceOut, DeviceUpdate, WebPushSubscription
from backend.settings import settings

DEVICES_MOST = 20
"""An account's; far beyond a household's phones, and a bound on what one push costs."""
UNSEEN_LIFE = timedelta(days=270)
"""After which FCM itself takes a token for dead; every start of the app brings it anew."""
AUTH_BYTES = 16
"""RFC 8291, 3.2."""


async def register_device(caller: Caller, update: DeviceUpdate) -> DeviceOut:
    """This session's device, in place of what it brought before. Raises Invalid.

    Another session that brought the same address loses it: the phone has changed hands or signed in anew.
    """
    address = _address(update)
    provider = _provider(update)
    found_by = lookup_hmac("device", address)
    moment = now()
    async with transaction():
        await execute("SELECT pg_advisory_xact_lock(hashtextextended('device:' || $1, 0))", found_by.hex())
        await execute("DELETE FROM device WHERE token_hmac = $1 AND session <> $2", found_by, caller.session_id)
        await execute(
            """INSERT INTO device (id, account, session, provider, token_hmac, address_sealed, created_at, seen_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
               ON CONFLICT (session) DO UPDATE SET provider = $4, token_hmac = $5, address_sealed = $6, seen_at = $7""",
            new_id(), caller.account_id, caller.session_id, provider, found_by,
            seal(address, bound_to=address_cell(caller.session_id)), moment,
        )  # fmt: skip
        await execute(
            """DELETE FROM device WHERE id IN (
                   SELECT id FROM (SELECT id, row_number() OVER (ORDER BY seen_at DESC, id DESC) AS place
                                   FROM device WHERE account = $1) AS mine WHERE place > $2)""",
            caller.account_id,
            DEVICES_MOST,
        )
    return DeviceOut(platform=update.platform, provider=provider, seen_at=moment)


async def forget_device(caller: Caller) -> None:
    """Nothing is pushed to this session any more; again, it changes nothing."""
    await execute("DELETE FROM device WHERE session = $1", caller.session_id)


async def purge_old_devices() -> None:
    """For a daily schedule: addresses unseen for UNSEEN_LIFE, and those whose session or account has ended."""
    while True:
        moment = now()
        async with transaction():
            gone = await execute(
                """DELETE FROM device WHERE id IN (
                       SELECT d.id FROM device d
                       WHERE d.seen_at < $2
                          OR NOT EXISTS (SELECT FROM live_session($1) s WHERE s.session = d.session)
                       ORDER BY d.seen_at LIMIT $3 FOR UPDATE SKIP LOCKED)""",
                moment,
                moment - UNSEEN_LIFE,
                PURGE_BATCH,
            )
        if int(gone.split()[-1]) < PURGE_BATCH:
            return


def open_address(sealed: str, session_id: UUID) -> str:
    """The token, or the subscription as JSON. Raises SealBroken."""
    return unseal(sealed, bound_to=address_cell(session_id))


def _address(update: DeviceUpdate) -> str:
    if update.platform == "web":
        if update.subscription is None or update.push_token is not None:
            raise Invalid(fields=[FieldError("subscription", "field.required")])
        return msgspec.json.encode(_checked(update.subscription)).decode()
    token = update.push_token
    if token is None or update.subscription is not None:
        raise Invalid(fields=[FieldError("push_token", "field.required")])
    if not token.isascii() or not token.isprintable() or " " in token:
        raise Invalid(fields=[FieldError("push_token", "field.pattern")])
    return token


def _checked(subscription: WebPushSubscription) -> WebPushSubscription:
    if not is_push_service(subscription.endpoint):
        raise Invalid(fields=[FieldError("subscription.endpoint", "field.value")])
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _bytes_of(subscription.p256dh))
    except ValueError:
        raise Invalid(fields=[FieldError("subscription.p256dh", "field.value")]) from None
    if len(_bytes_of(subscription.auth)) != AUTH_BYTES:
        raise Invalid(fields=[FieldError("subscription.auth", "field.value")])
    return subscription


def _bytes_of(base64url: str) -> bytes:
    """None at all for what is no base64."""
    bare = base64url.rstrip("=")
    try:
        return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except ValueError:
        return b""


def _provider(update: DeviceUpdate) -> Literal["fcm", "web_push", "log"]:
    if update.platform == "web":
        return "web_push"
    return "fcm" if settings().fcm_credentials else "log"


def address_cell(session_id: UUID) -> str:
    """By session, since that is what stays when a device brings another address."""
    return f"device.address:{session_id}"
