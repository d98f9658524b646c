"""An application to be verified, from the applicant's side."""

from datetime import timedelta
from uuid import UUID

from asyncpg import Record, UniqueViolationError

from backend.core.auth import Caller
from backend.core.clock import now, today
from backend.core.crypto import lookup_hmac, seal
from backend.core.database import execute, fetchrow, fetchval, transaction
from backend.core.errors import FieldError, Invalid
from backend.core.events import emit
from backend.core.flow import begin, take
from backend.core.ids import new_id
from backend.core.text import clean_real_name, is_real_name
from backend.identity import access
from backend.identity.errors import (
    AlreadyResident,
    HomeInvalid,
    IdNumberInvalid,
    LeaseEndNeeded,
    RealNameInvalid,
    VerificationLocked,
    VerificationOpen,
)
from backend.identity.events import VerificationSubmitted
from backend.identity.rules.id_number import IdNumber, mask_id_number, read_id_number
from backend.identity.rules.verification import (
    ATTEMPTS_PER_ACCOUNT_DAY,
    ATTEMPTS_PER_IDENTITY_DAY,
    EVIDENCE_PHOTOS_MOST,
    FLOW,
    lock_after,
)
from backend.identity.schemas.verifications import VerificationCreate
from backend.media.service import attach

DAY_S = 24 * 3600


async def apply(account_id: UUID, data: VerificationCreate, *, entered_by: UUID | None = None) -> UUID:
    """A new application in state submitted. Whether the ID number is known already shows only at the desk.

    `entered_by` is the worker who took it down at the counter. Raises IdNumberInvalid, GuardianNeeded,
    RealNameInvalid, HomeInvalid, LeaseEndNeeded, VerificationOpen, AlreadyResident, VerificationLocked.
    """
    async with transaction():
        account = await access.account_for(account_id, modifying=True)
        await _refuse_locked(account_id)
        name, number = await _checked(account_id, data)
        id_hmac = lookup_hmac("id_number", number.number)
        await _refuse_wrong_home(data, id_hmac)
        await _refuse_resident(account, data.home_id)
        await _refuse_too_many(account_id, id_hmac)
        verification_id = new_id()
        await _insert(verification_id, account, data, name, number, id_hmac, entered_by)
        await attach_evidence(entered_by or account_id, verification_id, data.evidence_media_ids)
        await begin(FLOW, verification_id, actor=entered_by or account_id)
        await emit(VerificationSubmitted(verification_id=verification_id))
    return verification_id


async def resubmit(caller: Caller, verification_id: UUID, evidence_media_ids: list[UUID], note: str | None) -> None:
    """More photos for an application that was sent back; it joins the queue again."""
    async with transaction():
        row = await access.verification_of(caller, verification_id, modifying=True)
        await take(FLOW, verification_id, "resubmit", actor=caller.account_id, reason=note)
        await attach_evidence(caller.account_id, row["id"], evidence_media_ids)


async def withdraw(caller: Caller, verification_id: UUID) -> None:
    async with transaction():
        await access.verification_of(caller, verification_id, modifying=True)
        await take(FLOW, verification_id, "withdraw", actor=caller.account_id)


async def attach_evidence(owner: UUID, verification_id: UUID, media_ids: list[UUID]) -> None:
    """Hands photos over from their uploader to the application; at most six in all."""
    if not media_ids:
        return
    held = await fetchval("SELECT count(*) FROM verification_evidence WHERE verification = $1", verification_id)
    if held + len(media_ids) > EVIDENCE_PHOTOS_MOST:
        raise Invalid(fields=[FieldError("evidence_media_ids", "field.length")])
    await attach(owner, media_ids, purpose="evidence")
    await execute(
        """INSERT INTO verification_evidence (id, verification, medium, position)
           SELECT gen_random_uuid(), $1, medium, $3 + place
           FROM unnest($2::uuid[]) WITH ORDINALITY AS given (medium, place)""",
        verification_id,
        media_ids,
        held,
    )


async def count_refusal(account_id: UUID) -> None:
    """One refused attempt; the fifth locks further ones for two minutes, the tenth for four, and so on."""
    refusals = await fetchval(
        """INSERT INTO verification_lock (account, refusals) VALUES ($1, 1)
           ON CONFLICT (account) DO UPDATE SET refusals = verification_lock.refusals + 1 RETURNING refusals""",
        account_id,
    )
    locked_until = lock_after(refusals, now())
    if locked_until is not None:
        await execute("UPDATE verification_lock SET locked_until = $2 WHERE account = $1", account_id, locked_until)


async def _refuse_locked(account_id: UUID) -> None:
    until = await fetchval("SELECT locked_until FROM verification_lock WHERE account = $1", account_id)
    if until is not None and until > now():
        raise VerificationLocked(retry_after_s=max(1, int((until - now()).total_seconds())))


async def _checked(account_id: UUID, data: VerificationCreate) -> tuple[str, IdNumber]:
    name = clean_real_name(data.real_name)
    if not is_real_name(name):
        raise RealNameInvalid(fields=[FieldError("real_name", "field.value")])
    if data.relation == "tenant" and (data.lease_ends_on is None or data.lease_ends_on < today()):
        raise LeaseEndNeeded(fields=[FieldError("lease_ends_on", "field.required")])
    try:
        return name, read_id_number(data.id_number, on=today())
    except IdNumberInvalid:
        await count_refusal(account_id)
        raise IdNumberInvalid(fields=[FieldError("id_number", "field.value")], keeps_writes=True) from None


async def _refuse_wrong_home(data: VerificationCreate, id_hmac: bytes) -> None:
    """Also makes applications with one ID number wait for each other from here on, so that they are counted right."""
    kind = await fetchval(
        "SELECT kind, pg_advisory_xact_lock($3) FROM place WHERE id = $1 AND community = $2",
        data.home_id,
        data.community_id,
        int.from_bytes(id_hmac[:8], "big", signed=True),
    )
    if kind != "home":
        raise HomeInvalid(fields=[FieldError("home_id", "field.value")])


async def _refuse_resident(account: Record, home_id: UUID) -> None:
    if account["person"] is None:
        return
    lives_there = await fetchval(
        """SELECT 1 FROM residency WHERE person = $1 AND home = $2 AND ended_at IS NULL
           AND (lease_ends_on IS NULL OR lease_ends_on >= $3)""",
        account["person"],
        home_id,
        today(),
    )
    if lives_there:
        raise AlreadyResident()


async def _refuse_too_many(account_id: UUID, id_hmac: bytes) -> None:
    """The rows themselves are the count, so a rolled-back attempt costs nothing and a kept one can't be forgotten."""
    row = await fetchrow(
        """SELECT count(*) FILTER (WHERE account = $1) AS by_account,
                  count(*) FILTER (WHERE id_number_hmac = $2) AS by_identity
           FROM verification WHERE (account = $1 OR id_number_hmac = $2) AND created_at > $3""",
        account_id,
        id_hmac,
        now() - timedelta(seconds=DAY_S),
    )
    assert row is not None
    if row["by_account"] >= ATTEMPTS_PER_ACCOUNT_DAY or row["by_identity"] >= ATTEMPTS_PER_IDENTITY_DAY:
        raise VerificationLocked(retry_after_s=DAY_S)


async def _insert(
    verification_id: UUID,
    account: Record,
    data: VerificationCreate,
    name: str,
    number: IdNumber,
    id_hmac: bytes,
    entered_by: UUID | None,
) -> None:
    try:
        await execute(
            """INSERT INTO verification (id, community, account, home, relation, lease_ends_on, method, entered_by,
                   real_name_sealed, id_number_sealed, id_number_hmac, id_hint, conflict,
                   state, state_since, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
                   EXISTS (SELECT FROM person p JOIN account held ON held.person = p.id
                           WHERE p.id_number_hmac = $11 AND held.id <> $3),
                   $13, $14, $14)""",
            verification_id,
            data.community_id,
            account["id"],
            data.home_id,
            data.relation,
            data.lease_ends_on if data.relation == "tenant" else None,
            "desk" if entered_by else "document",
            entered_by,
            seal(name, bound_to=f"verification.real_name:{verification_id}"),
            seal(number.number, bound_to=f"verification.id_number:{verification_id}"),
            id_hmac,
            mask_id_number(number.number),
            FLOW.initial,
            now(),
        )
    except UniqueViolationError:
        raise VerificationOpen() from None
