"""The desk decides about an application: claim, reveal, approve, reject, ask for more."""

from datetime import datetime
from uuid import UUID

from asyncpg import Record

from backend.core import audit
from backend.core.auth import Caller
from backend.core.callers import forget_callers
from backend.core.clock import now, today
from backend.core.crypto import seal, unseal
from backend.core.database import execute, transaction
from backend.core.errors import Forbidden
from backend.core.flow import take
from backend.core.ids import new_id
from backend.identity import access
from backend.identity.errors import OwnApplication, PersonElsewhere
from backend.identity.permissions import MOVE_PERSON
from backend.identity.rules.id_number import IdNumber, read_id_number
from backend.identity.rules.names import building_of, display_name
from backend.identity.rules.verification import FLOW
from backend.identity.service.roles import move_grants
from backend.identity.service.sessions import end_all_sessions
from backend.identity.service.verifications import count_refusal


async def claim(caller: Caller, verification_id: UUID) -> None:
    """Takes an application out of the queue for 30 minutes. Nobody takes their own, or what they entered."""
    async with transaction():
        row = await access.verification_for_desk(caller, verification_id, modifying=True)
        if caller.account_id in (row["account"], row["entered_by"]):
            raise OwnApplication()
        if row["state"] == "claimed" and row["claimed_by"] == caller.account_id:
            return
        await _take(caller, row, "claim", claimed_by=caller.account_id)


async def release(caller: Caller, verification_id: UUID) -> None:
    async with transaction():
        await _take(caller, await access.verification_to_decide(caller, verification_id), "release", claimed_by=None)


async def approve(caller: Caller, verification_id: UUID, *, move_person: bool) -> None:
    """The person exists, is this account, and lives there; all in one transaction with its audit line.

    Raises PersonElsewhere while the ID number belongs to another account, unless `move_person` by one who may.
    """
    async with transaction():
        row = await access.verification_to_decide(caller, verification_id)
        if row["holder"] not in (None, row["account"]):
            await _take_person_from(caller, row, move_person=move_person)
        number = read_id_number(unseal(row["id_number_sealed"], bound_to=_cell(row, "id_number")), on=today())
        person_id = await _settle_person(row, number)
        await _start_residency(row, person_id, number)
        await _take(caller, row, "approve", decided_by=caller.account_id, decided_at=now(), reason=None)
        await _record(caller, row, "verification.approved")


async def reject(caller: Caller, verification_id: UUID, *, reason: str) -> None:
    async with transaction():
        row = await access.verification_to_decide(caller, verification_id)
        await _take(caller, row, "reject", decided_by=caller.account_id, decided_at=now(), reason=reason)
        await count_refusal(row["account"])
        await _record(caller, row, "verification.rejected", reason)


async def request_more(caller: Caller, verification_id: UUID, *, reason: str) -> None:
    """Sends it back with what is missing; the applicant has 14 days."""
    async with transaction():
        row = await access.verification_to_decide(caller, verification_id)
        await _take(caller, row, "request_more", claimed_by=None, reason=reason)
        await _record(caller, row, "verification.sent_back", reason)


async def reveal(caller: Caller, verification_id: UUID, *, reason: str) -> tuple[str, datetime]:
    """The whole ID number. Its audit line has committed before the number leaves this function."""
    async with transaction():
        row = await access.verification_to_decide(caller, verification_id)
        await _record(caller, row, "identity.revealed", reason)
    return unseal(row["id_number_sealed"], bound_to=_cell(row, "id_number")), now()


async def note_evidence_viewed(caller: Caller, verification_id: UUID, medium_id: UUID) -> None:
    """One line before a photo is shown; the claimer of the application alone gets past here."""
    async with transaction():
        row = await access.verification_to_decide(caller, verification_id)
        await access.evidence_of(verification_id, medium_id)
        await _record(caller, row, "identity.evidence_viewed", details={"media_id": str(medium_id)})


async def _take_person_from(caller: Caller, row: Record, *, move_person: bool) -> None:
    holder = row["holder"]
    if not move_person:
        raise PersonElsewhere()
    if not caller.may(MOVE_PERSON, row["community"]):
        # The application is known to who asks: a 404 would only confuse.
        raise Forbidden()
    await execute("UPDATE account SET person = NULL WHERE id = $1", holder)
    await end_all_sessions(holder, "person_moved")
    await move_grants(holder, row["account"])
    await audit.record(
        "person.moved", actor=caller.account_id, community=row["community"], about=holder,
        subject="account", subject_id=row["account"],
    )  # fmt: skip


async def _settle_person(row: Record, number: IdNumber) -> UUID:
    """The person behind the ID number, bound to the application's account.

    Two first approvals of one number at once: the unique HMAC refuses the second as a conflict, to be tried again.
    """
    person_id = row["known_person"] or new_id()
    bound = await execute(
        """WITH settled AS (
               INSERT INTO person (id, real_name_sealed, id_number_sealed, id_number_hmac, birth_date, sex, verified_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7)
               ON CONFLICT (id) DO UPDATE SET real_name_sealed = $2, id_number_sealed = $3, birth_date = $5, sex = $6,
                                             verified_at = $7 RETURNING id)
           UPDATE account SET person = settled.id FROM settled
           WHERE account.id = $8 AND (account.person IS NULL OR account.person = settled.id)""",
        person_id,
        seal(_real_name(row), bound_to=f"person.real_name:{person_id}"),
        seal(number.number, bound_to=f"person.id_number:{person_id}"),
        row["id_number_hmac"], number.birth_date, number.sex, now(), row["account"],
    )  # fmt: skip
    if bound == "UPDATE 0":
        # This account is somebody else already: one account, one person.
        raise PersonElsewhere()
    return person_id


async def _start_residency(row: Record, person_id: UUID, number: IdNumber) -> None:
    shown = display_name(
        row["display_name_style"],
        real_name=_real_name(row),
        sex=number.sex,
        building=building_of(row["path"]),
        nickname=row["nickname"],
    )
    await execute(
        """INSERT INTO residency (id, community, person, home, relation, lease_ends_on, display_name, verification,
                                  started_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
           ON CONFLICT (person, home) WHERE ended_at IS NULL
           DO UPDATE SET relation = $5, lease_ends_on = $6, verification = $8""",
        new_id(), row["community"], person_id, row["home"], row["relation"], row["lease_ends_on"], shown,
        row["id"], now(),
    )  # fmt: skip
    forget_callers()


async def _take(caller: Caller, row: Record, move: str, **changes: object) -> None:
    reason = changes.get("reason")
    await take(FLOW, row["id"], move, actor=caller.account_id, reason=str(reason) if reason else None, changes=changes)


async def _record(
    caller: Caller, row: Record, action: str, reason: str | None = None, details: dict[str, str] | None = None
) -> None:
    await audit.record(
        action, actor=caller.account_id, community=row["community"], about=row["account"],
        subject="verification", subject_id=row["id"], reason=reason, details=details,
    )  # fmt: skip


def _real_name(row: Record) -> str:
    return unseal(row["real_name_sealed"], bound_to=_cell(row, "real_name"))


def _cell(row: Record, column: str) -> str:
    return f"verification.{column}:{row['id']}"
