"""What follows in moderation, and what runs by the clock."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from backend.core.events import Event, Reaction
from backend.identity.events import AccountClosed
from backend.moderation.events import (
    AppealDecided,
    AppealOverdue,
    AppealSubmitted,
    AppealWaiting,
    AutoHideEndDue,
    CaseAutoHidden,
    CaseAutoRestored,
    CaseDecided,
    CaseHeavy,
    CaseOpened,
)
from backend.moderation.service import hiding, leaving, telling


async def tell_desk(event: CaseOpened) -> None:
    await telling.tell_desk(event.case_id)


async def hide_heavy(event: CaseHeavy) -> None:
    await hiding.hide_if_heavy(event.case_id)


async def tell_of_hiding(event: CaseAutoHidden) -> None:
    await telling.tell_author_of_hiding(event.case_id)


async def end_hiding(event: AutoHideEndDue) -> None:
    await hiding.restore_if_undecided(event.case_id)


async def tell_of_return(event: CaseAutoRestored) -> None:
    await telling.tell_author_of_return(event.case_id)


async def tell_author(event: CaseDecided) -> None:
    await telling.tell_author_of_decision(event.case_id)


async def tell_reporters(event: CaseDecided) -> None:
    await telling.tell_reporters(event.case_id)


async def clear_desk(event: CaseDecided) -> None:
    await telling.forget_waiting(event.case_id)


async def tell_of_appeal(event: AppealSubmitted) -> None:
    await telling.tell_desk_of_appeal(event.appeal_id, waiting=False)


async def remind_of_appeal(event: AppealWaiting) -> None:
    await telling.tell_desk_of_appeal(event.appeal_id, waiting=True)


async def tell_of_overdue(event: AppealOverdue) -> None:
    await telling.tell_admins_of_appeal(event.appeal_id)


async def tell_of_answer(event: AppealDecided) -> None:
    await telling.tell_of_answer(event.appeal_id)


async def forget_reporter(event: AccountClosed) -> None:
    await leaving.forget_reporter(event.account_id)


REACTIONS: Mapping[type[Event], Sequence[Reaction]] = {
    CaseOpened: [tell_desk],
    CaseHeavy: [hide_heavy],
    CaseAutoHidden: [tell_of_hiding],
    AutoHideEndDue: [end_hiding],
    CaseAutoRestored: [tell_of_return],
    CaseDecided: [tell_author, tell_reporters, clear_desk],
    AppealSubmitted: [tell_of_appeal],
    AppealWaiting: [remind_of_appeal],
    AppealOverdue: [tell_of_overdue],
    AppealDecided: [tell_of_answer],
    AccountClosed: [forget_reporter],
}
SCHEDULES: Mapping[str, Sequence[Callable[[], Awaitable[None]]]] = {}
