"""The end of an account: what names the person goes, what must be proved or counted once stays without a name."""

from uuid import UUID

from asyncpg import Record

from backend.core import audit
from backend.core.auth import Caller
from backend.core.callers import forget_callers
from backend.core.clock import now
from backend.core.crypto import lookup_hmac, seal
from backend.core.database import execute, fetch, transaction
from backend.core.events import emit
from backend.core.flow import take
from backend.identity import access
from backend.identity.events import AccountClosed
from backend.identity.permissions import COMMITTEE_ADMIN
from backend.identity.rules.verification import FLOW, OPEN_STATES
from backend.identity.service.roles import end_grant, refuse_last_admin
from backend.identity.service.sessions import phone_cell
from backend.media.service import delete, delete_all_of

GONE_NAME = "已注销"
"""What neighbours read where the display name stood."""

# One round trip for what must vanish together. The keyed HMAC of the ID number stays: one ID stays one person.
FORGET_SQL = """
WITH sealed AS (SELECT * FROM unnest($4::uuid[], $5::text[], $6::text[]) AS s (id, name, number)),
applications AS (
    UPDATE verification v
    SET real_name_sealed = s.name, id_number_sealed = s.number, id_hint = '', evidence_purged_at = $2
    FROM sealed s WHERE v.id = s.id),
photos AS (DELETE FROM verification_evidence WHERE verification = ANY($4)),
homes AS (
    UPDATE residency SET display_name = $9, ended_at = coalesce(ended_at, $2),
                         ended_reason = coalesce(ended_reason, 'account_closed')
    WHERE person = $3),
somebody AS (
    UPDATE person SET real_name_sealed = $7, id_number_sealed = $8, birth_date = NULL, sex = NULL WHERE id = $3),
devices AS (
    UPDATE session SET ended_at = $2, ended_reason = 'account_closed' WHERE account = $1 AND ended_at IS NULL),
codes AS (DELETE FROM sign_in_code WHERE phone_hmac = (SELECT phone_hmac FROM account WHERE id = $1))
UPDATE account SET state = 'closed', closed_at = $2, person = NULL, nickname = NULL,
                   phone_sealed = $10, phone_hmac = $11
WHERE id = $1
"""


async def close_account(caller: Caller) -> None:
    """Everything in one transaction; the phone is free again and a later sign-in with it is somebody new.

    Raises LastAdmin; NotFound when another request was quicker.
    """
    account_id = caller.account_id
    async with transaction():
        account = await access.account_for(account_id, modifying=True)
        await _leave_offices(account_id)
        applications = await fetch(
            """SELECT v.id, v.state, array(SELECT medium FROM verification_evidence WHERE verification = v.id) AS media
               FROM verification v WHERE v.account = $1 FOR UPDATE OF v""",
            account_id,
        )
        for application in applications:
            if application["state"] in OPEN_STATES:
                await take(FLOW, application["id"], "withdraw", actor=account_id)
        # Photos that a worker took at the counter are the worker's uploads.
        await delete([medium for application in applications for medium in application["media"]])
        await delete_all_of(account_id)
        await _forget(account, [application["id"] for application in applications])
        await audit.record(
            "account.closed",
            actor=account_id,
            community=None,
            about=account_id,
            subject="account",
            subject_id=account_id,
        )
        await emit(AccountClosed(account_id=account_id))


async def _leave_offices(account_id: UUID) -> None:
    held = await fetch("SELECT * FROM role_grant WHERE account = $1 AND ended_at IS NULL ORDER BY id", account_id)
    for grant in held:
        if grant["role"] == COMMITTEE_ADMIN:
            await refuse_last_admin(grant["community"], leaving=account_id)
    for grant in held:
        await end_grant(grant, ended_by=account_id)


async def _forget(account: Record, applications: list[UUID]) -> None:
    """Emptied cells are sealed like full ones, so that every reader of them still can open them."""
    account_id, person_id = account["id"], account["person"]
    await execute(
        FORGET_SQL,
        account_id,
        now(),
        person_id,
        applications,
        [seal("", bound_to=f"verification.real_name:{it}") for it in applications],
        [seal("", bound_to=f"verification.id_number:{it}") for it in applications],
        seal("", bound_to=f"person.real_name:{person_id}"),
        seal("", bound_to=f"person.id_number:{person_id}"),
        GONE_NAME,
        seal("", bound_to=phone_cell(account_id)),
        lookup_hmac("closed_account", str(account_id)),
    )
    forget_callers()
