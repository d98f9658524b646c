"""What follows in identity, and what comes round by the clock."""

from backend.core.events import Event, Reaction
from backend.core.limits import purge_ended_windows
from backend.core.once import forget_old_answers
from backend.identity.events import (
    AddressImportRequested,
    CodeRequested,
    DisplayStyleChanged,
    NicknameChanged,
    RefreshTokenReused,
    VerificationDecided,
    VerificationWaiting,
)
from backend.identity.service import codes, display_names, evidence, imports, sessions, telling, warnings


async def send_code(event: CodeRequested) -> None:
    await codes.send_code(event.code_id)


async def warn_owner(event: RefreshTokenReused) -> None:
    await warnings.warn_of_reuse(event.account_id)


async def warn_owner_in_app(event: RefreshTokenReused) -> None:
    await telling.warn_in_app(event.account_id, event.session_id)


async def tell_applicant(event: VerificationDecided) -> None:
    await telling.tell_applicant(event.verification_id)


async def remind_reviewers(event: VerificationWaiting) -> None:
    await telling.remind_reviewers(event.verification_id)


async def rename_residents(event: DisplayStyleChanged) -> None:
    await display_names.rename_community(event.community_id)


async def rename_resident(event: NicknameChanged) -> None:
    await display_names.rename_account(event.account_id)


async def run_address_import(event: AddressImportRequested) -> None:
    await imports.run_import(event.import_id)


REACTIONS: dict[type[Event], list[Reaction]] = {
    CodeRequested: [send_code],
    RefreshTokenReused: [warn_owner, warn_owner_in_app],
    VerificationDecided: [tell_applicant],
    VerificationWaiting: [remind_reviewers],
    DisplayStyleChanged: [rename_residents],
    NicknameChanged: [rename_resident],
    AddressImportRequested: [run_address_import],
}

SCHEDULES = {
    "17 * * * *": [imports.fail_stalled, codes.purge_expired_codes, purge_ended_windows, forget_old_answers],
    "23 3 * * *": [evidence.purge_decided_evidence, sessions.purge_old_sessions, evidence.end_leases],
}
