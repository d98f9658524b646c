"""What has happened in notices."""

from uuid import UUID

from backend.core.events import Event


class NoticeSubmitted(Event, frozen=True):
    notice_id: UUID


class NoticeReturned(Event, frozen=True):
    notice_id: UUID


class NoticeApproved(Event, frozen=True):
    """Approved, or seconded as an urgent one needs."""

    notice_id: UUID


class NoticeScheduled(Event, frozen=True):
    notice_id: UUID


class NoticePublished(Event, frozen=True):
    notice_id: UUID
    version: int


class NoticeRevised(Event, frozen=True):
    """Changed since publication: everybody is asked again."""

    notice_id: UUID
    version: int


class NoticeWithdrawn(Event, frozen=True):
    """By its submitter before it was published, or taken down by the desk."""

    notice_id: UUID


class NoticeHidden(Event, frozen=True):
    """Moderation took it out of sight."""

    notice_id: UUID


class NoticeRestored(Event, frozen=True):
    """It is back in sight."""

    notice_id: UUID


class NoticeExpired(Event, frozen=True):
    notice_id: UUID


class NoticeWaiting(Event, frozen=True):
    """Nobody has reviewed it for longer than promised."""

    notice_id: UUID


class NoticeWaitingLong(Event, frozen=True):
    """The moderators were reminded and it waits still."""

    notice_id: UUID


class NoticeStartDue(Event, frozen=True):
    """A delayed job: a scheduled notice may begin now, if it is still scheduled for now."""

    notice_id: UUID


class NoticeEndDue(Event, frozen=True):
    """A delayed job: a published notice may have run out, if its end has not moved."""

    notice_id: UUID


class EscalationDue(Event, frozen=True):
    """A delayed job: those who have not read this version may have to be told again; `kind` is the schedule's step."""

    notice_id: UUID
    version: int
    kind: str


class ReminderDue(Event, frozen=True):
    """A round of telling again has been decided on."""

    reminder_id: UUID


class TextsDue(Event, frozen=True):
    """A part of a round goes out as text messages now; the night is over."""

    reminder_id: UUID
    part: int
    parts: int
