"""What follows in identity, and what comes round by the clock."""

from backend.core.limits import purge_ended_windows
from backend.core.once import forget_old_answers
from backend.identity.events import (
    CodeRequested,
    DisplayStyleChanged,
    NicknameChanged,
    RefreshTokenReused,
)
from backend.identity.service import codes, display_names, evidence, sessions, warnings


async def send_code(event: CodeRequested) -> None:
    await codes.send_code(event.code_id)


async def warn_owner(event: RefreshTokenReused) -> None:
    await warnings.warn_of_reuse(event.account_id)


async def rename_residents(event: DisplayStyleChanged) -> None:
    await display_names.rename_community(event.community_id)


async def rename_resident(event: NicknameChanged) -> None:
    await display_names.rename_account(event.account_id)


REACTIONS = {
    CodeRequested: [send_code],
    RefreshTokenReused: [warn_owner],
    DisplayStyleChanged: [rename_residents],
    NicknameChanged: [rename_resident],
}

SCHEDULES = {
    "17 * * * *": [codes.purge_expired_codes, purge_ended_windows, forget_old_answers],
    "23 3 * * *": [evidence.purge_decided_evidence, sessions.purge_old_sessions, evidence.end_leases],
}
