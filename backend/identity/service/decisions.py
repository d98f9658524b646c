"""The desk decides about an application: claim, reveal, approve, reject, ask for more."""

from datetime import datetime
from uuid import UUID

from asyncpg import Record

from backend.core import audit
from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.crypto import seal, unseal
from backend.core.database import execute, fetchrow, fetchval, transaction
from backend.core.flow import take
from backend.core.ids import new_id
from backend.identity import access
from backend.identity.errors import NotYourClaim, OwnApplication, PersonElsewhere
from backend.identity.permissions import MOVE_PERSON
from backend.identity.rules.id_number import read_id_number
from backend.identity.rules.names import building_of, display_name
from backend.identity.rules.verification import FLOW
from backend.identity.service.sessions import end_all_sessions
from backend.identity.service.verifications import count_refusal

SUBJECT = "verification"


async def claim(caller: Caller, verification_id: UUID) -> None:
    """Takes an application out of the queue for 30 minutes. Nobody takes their own, or what they entered."""
    async with transaction():
        row = await access.verification_for_desk(caller, verification_id, modifying=True)
        if caller.account_id in (row["account"], row["entered_by"]):
            raise OwnApplication()
        if row["state"] == "claimed" and row["claimed_by"] == caller.account_id:
            return
        await take(FLOW, verification_id, "claim", actor=caller.account_id)
        await execute("UPDATE verification SET claimed_by = $2 WHERE id = $1", verification_id, caller.account_id)


async def release(caller: Caller, verification_id: UUID) -> None:
    async with transaction():
        await _claimed(caller, verification_id)
        await take(FLOW, verification_id, "release", actor=caller.account_id)
        await execute("UPDATE verification SET claimed_by = NULL WHERE id = $1", verification_id)


async def approve(caller: Caller, verification_id: UUID, *, move_person: bool) -> None:
    """The person exists, is this account, and lives there; all in one transaction with its audit line.

    Raises PersonElsewhere while the ID number belongs to another account, unless `move_person` by one who may.
    """
    async with transaction():
        row = await _claimed(caller, verification_id)
        person_id = await _person_of(caller, row, move_person=move_person)
        await _start_residency(row, person_id)
        await take(FLOW, verification_id, "approve", actor=caller.account_id)
        await _note_decision(caller, row, "verification.approved", None)


async def reject(caller: Caller, verification_id: UUID, *, reason: str) -> None:
    async with transaction():
        row = await _claimed(caller, verification_id)
        await take(FLOW, verification_id, "reject", actor=caller.account_id, reason=reason)
        await count_refusal(row["account"])
        await _note_decision(caller, row, "verification.rejected", reason)


async def request_more(caller: Caller, verification_id: UUID, *, reason: str) -> None:
    """Sends it back with what is missing; the applicant has 14 days."""
    async with transaction():
        row = await _claimed(caller, verification_id)
        await take(FLOW, verification_id, "request_more", actor=caller.account_id, reason=reason)
        await execute("UPDATE verification SET claimed_by = NULL, reason = $2 WHERE id = $1", verification_id, reason)
        await audit.record(
            "verification.sent_back",
            actor=caller.account_id,
            community=row["community"],
            about=row["account"],
            subject=SUBJECT,
            subject_id=verification_id,
            reason=reason,
        )


async def reveal(caller: Caller, verification_id: UUID, *, reason: str) -> tuple[str, datetime]:
    """The whole ID number. Its audit line has committed before the number leaves this function."""
    async with transaction():
        row = await _claimed(caller, verification_id)
        await audit.record(
            "identity.revealed",
            actor=caller.account_id,
            community=row["community"],
            about=row["account"],
            subject=SUBJECT,
            subject_id=verification_id,
            reason=reason,
        )
    return unseal(row["id_number_sealed"], bound_to=_cell(row, "id_number")), now()


async def note_evidence_viewed(caller: Caller, verification_id: UUID, medium_id: UUID) -> None:
    """One line before a photo is shown; the claimer of the application alone gets past here."""
    async with transaction():
        row = await _claimed(caller, verification_id)
        await access.evidence_of(verification_id, medium_id)
        await audit.record(
            "identity.evidence_viewed",
            actor=caller.account_id,
            community=row["community"],
            about=row["account"],
            subject="media",
            subject_id=medium_id,
        )


async def _claimed(caller: Caller, verification_id: UUID) -> Record:
    row = await access.verification_for_desk(caller, verification_id, modifying=True)
    if row["state"] != "claimed" or row["claimed_by"] != caller.account_id:
        raise NotYourClaim()
    return row


async def _person_of(caller: Caller, row: Record, *, move_person: bool) -> UUID:
    """The person behind the ID number, made or found, and bound to the application's account."""
    name = unseal(row["real_name_sealed"], bound_to=_cell(row, "real_name"))
    number = unseal(row["id_number_sealed"], bound_to=_cell(row, "id_number"))
    checked = read_id_number(number, on=now().date())
    # Locked whether new or old: two approvals of one ID number wait for each other here.
    person_id = await fetchval(
        """INSERT INTO person (id, real_name_sealed, id_number_sealed, id_number_hmac, birth_date, sex, verified_at)
           VALUES ($1, '', '', $2, $3, $4, $5)
           ON CONFLICT (id_number_hmac) DO UPDATE SET verified_at = $5 RETURNING id""",
        new_id(),
        row["id_number_hmac"],
        checked.birth_date,
        checked.sex,
        now(),
    )
    holder = await fetchval("SELECT id FROM account WHERE person = $1", person_id)
    if holder is not None and holder != row["account"]:
        await _take_person_from(caller, row, holder, move_person=move_person)
    bound = await fetchval("SELECT person FROM account WHERE id = $1 FOR UPDATE", row["account"])
    if bound is not None and bound != person_id:
        # This account is somebody else already: one account, one person.
        raise PersonElsewhere()
    await execute(
        "UPDATE person SET real_name_sealed = $2, id_number_sealed = $3 WHERE id = $1",
        person_id,
        seal(name, bound_to=f"person.real_name:{person_id}"),
        seal(number, bound_to=f"person.id_number:{person_id}"),
    )
    await execute("UPDATE account SET person = $2 WHERE id = $1", row["account"], person_id)
    return person_id


async def _take_person_from(caller: Caller, row: Record, holder: UUID, *, move_person: bool) -> None:
    if not move_person:
        raise PersonElsewhere()
    caller.require(MOVE_PERSON, row["community"])
    await execute("UPDATE account SET person = NULL WHERE id = $1", holder)
    await end_all_sessions(holder, "person_moved")
    await audit.record(
        "person.moved",
        actor=caller.account_id,
        community=row["community"],
        about=holder,
        subject="account",
        subject_id=row["account"],
    )


async def _start_residency(row: Record, person_id: UUID) -> None:
    home = await fetchrow(
        """SELECT c.display_name_style, a.nickname, p.sex, p.real_name_sealed, h.path
           FROM place h JOIN community c ON c.id = h.community, account a, person p
           WHERE h.id = $1 AND a.id = $2 AND p.id = $3""",
        row["home"],
        row["account"],
        person_id,
    )
    assert home is not None
    shown = display_name(
        home["display_name_style"],
        real_name=unseal(home["real_name_sealed"], bound_to=f"person.real_name:{person_id}"),
        sex=home["sex"],
        building=building_of(home["path"]),
        nickname=home["nickname"],
    )
    await execute(
        """INSERT INTO residency (id, community, person, home, relation, lease_ends_on, display_name, verification,
                                  started_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
           ON CONFLICT (person, home) WHERE ended_at IS NULL
           DO UPDATE SET relation = $5, lease_ends_on = $6, verification = $8""",
        new_id(),
        row["community"],
        person_id,
        row["home"],
        row["relation"],
        row["lease_ends_on"],
        shown,
        row["id"],
        now(),
    )


async def _note_decision(caller: Caller, row: Record, action: str, reason: str | None) -> None:
    await execute(
        "UPDATE verification SET decided_by = $2, decided_at = $3, reason = $4 WHERE id = $1",
        row["id"],
        caller.account_id,
        now(),
        reason,
    )
    await audit.record(
        action,
        actor=caller.account_id,
        community=row["community"],
        about=row["account"],
        subject=SUBJECT,
        subject_id=row["id"],
        reason=reason,
    )


def _cell(row: Record, column: str) -> str:
    return f"verification.{column}:{row['id']}"
