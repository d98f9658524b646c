"""What follows in identity, and what comes round by the clock."""

from backend.core.events import Event, Reaction
from backend.core.limits import purge_ended_windows
from backend.core.once import forget_old_answers
from backend.identity.events import (
    AccountClosed,
    AddressImportRequested,
    CodeRequested,
    DisplayStyleChanged,
    NicknameChanged,
    RefreshTokenReused,
    VerificationDecided,
    VerificationWaiting,
)
from backend.identity.queries import documents
from backend.identity.service import codes, display_names, evidence, imports, sessions, telling, warnings
from search import service as search


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
    last = None
    while some := await documents.residencies_in(event.community_id, last, search.REFRESH_MOST):
        await search.refresh("person", some)
        last = some[-1]


async def rename_resident(event: NicknameChanged) -> None:
    await display_names.rename_account(event.account_id)
    await search.refresh("person", await documents.residencies_of([event.account_id]))


async def find_resident(event: VerificationDecided) -> None:
    await search.refresh("person", await documents.residencies_by(event.verification_id))


async def forget_resident(event: AccountClosed) -> None:
    await search.refresh("person", await documents.residencies_of([event.account_id]))


async def run_address_import(event: AddressImportRequested) -> None:
    await imports.run_import(event.import_id)


REACTIONS: dict[type[Event], list[Reaction]] = {
    CodeRequested: [send_code],
    RefreshTokenReused: [warn_owner, warn_owner_in_app],
    VerificationDecided: [tell_applicant, find_resident],
    VerificationWaiting: [remind_reviewers],
    DisplayStyleChanged: [rename_residents],
    NicknameChanged: [rename_resident],
    AddressImportRequested: [run_address_import],
    AccountClosed: [forget_resident],
}

SCHEDULES = {
    "17 * * * *": [imports.fail_stalled, codes.purge_expired_codes, purge_ended_windows, forget_old_answers],
    "23 3 * * *": [evidence.purge_decided_evidence, sessions.purge_old_sessions, evidence.end_leases],
}
