"""What follows in notices."""

from typing import cast

from backend.core.events import Event, Reaction
from backend.identity.events import AccountClosed
from backend.notices.events import (
    EscalationDue,
    NoticeApproved,
    NoticeEndDue,
    NoticeExpired,
    NoticeHidden,
    NoticePublished,
    NoticeRestored,
    NoticeReturned,
    NoticeRevised,
    NoticeScheduled,
    NoticeStartDue,
    NoticeWaiting,
    NoticeWaitingLong,
    NoticeWithdrawn,
    ReminderDue,
    TextsDue,
)
from backend.notices.rules.escalation import Step
from backend.notices.service import leaving, publishing, reminders, telling
from search import service as search


async def tell_of_notice(event: NoticePublished) -> None:
    await telling.tell_audience(event.notice_id, event.version)


async def tell_of_version(event: NoticeRevised) -> None:
    await telling.tell_audience(event.notice_id, event.version)


async def tell_of_return(event: NoticeReturned) -> None:
    await telling.tell_submitter(event.notice_id, "returned")


async def tell_of_approval(event: NoticeApproved) -> None:
    await telling.tell_submitter(event.notice_id, "approved")


async def tell_of_schedule(event: NoticeScheduled) -> None:
    await telling.tell_submitter(event.notice_id, "scheduled")


async def tell_of_publication(event: NoticePublished) -> None:
    await telling.tell_submitter(event.notice_id, "published")


async def tell_of_correction(event: NoticeRevised) -> None:
    await telling.tell_submitter(event.notice_id, "revised")


async def end_withdrawn(event: NoticeWithdrawn) -> None:
    await telling.forget(event.notice_id)
    await telling.tell_submitter(event.notice_id, "withdrawn")


async def end_hidden(event: NoticeHidden) -> None:
    await telling.forget(event.notice_id)


async def end_expired(event: NoticeExpired) -> None:
    await telling.forget(event.notice_id)
    await telling.tell_submitter(event.notice_id, "expired")


async def remind_moderators(event: NoticeWaiting) -> None:
    await telling.tell_reviewers(event.notice_id, overdue=False)


async def remind_admins(event: NoticeWaitingLong) -> None:
    await telling.tell_reviewers(event.notice_id, overdue=True)


async def start_notice(event: NoticeStartDue) -> None:
    await publishing.start_if_due(event.notice_id)


async def end_notice(event: NoticeEndDue) -> None:
    await publishing.end_if_due(event.notice_id)


async def escalate(event: EscalationDue) -> None:
    await reminders.take_step(event.notice_id, event.version, cast(Step, event.kind))


async def remind(event: ReminderDue) -> None:
    await reminders.carry_out(event.reminder_id)


async def send_texts(event: TextsDue) -> None:
    await reminders.send_texts(event.reminder_id, event.part, event.parts)


async def take_back_papers(event: AccountClosed) -> None:
    await leaving.take_back_papers(event.account_id)


async def find_notice(event: NoticePublished) -> None:
    await search.refresh("notice", [event.notice_id])


async def find_revised_notice(event: NoticeRevised) -> None:
    await search.refresh("notice", [event.notice_id])


async def lose_notice(event: NoticeWithdrawn) -> None:
    await search.refresh("notice", [event.notice_id])


async def lose_hidden_notice(event: NoticeHidden) -> None:
    await search.refresh("notice", [event.notice_id])


async def find_restored_notice(event: NoticeRestored) -> None:
    await search.refresh("notice", [event.notice_id])


async def find_past_notice(event: NoticeExpired) -> None:
    await search.refresh("notice", [event.notice_id])


REACTIONS: dict[type[Event], list[Reaction]] = {
    NoticePublished: [tell_of_notice, tell_of_publication, find_notice],
    NoticeRevised: [tell_of_version, tell_of_correction, find_revised_notice],
    NoticeReturned: [tell_of_return],
    NoticeApproved: [tell_of_approval],
    NoticeScheduled: [tell_of_schedule],
    NoticeWithdrawn: [end_withdrawn, lose_notice],
    NoticeHidden: [end_hidden, lose_hidden_notice],
    NoticeRestored: [find_restored_notice],
    NoticeExpired: [end_expired, find_past_notice],
    NoticeWaiting: [remind_moderators],
    NoticeWaitingLong: [remind_admins],
    NoticeStartDue: [start_notice],
    NoticeEndDue: [end_notice],
    EscalationDue: [escalate],
    ReminderDue: [remind],
    TextsDue: [send_texts],
    AccountClosed: [take_back_papers],
}
