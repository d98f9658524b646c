"""What has happened in the forum."""

from uuid import UUID

from backend.core.events import Event


class BoardReadersChanged(Event, frozen=True):
    """Others may read it now than before."""

    board_id: UUID


class ThreadPosted(Event, frozen=True):
    """Shown for the first time: posted, or let through after it was held."""

    thread_id: UUID


class ThreadEdited(Event, frozen=True):
    thread_id: UUID


class ThreadChanged(Event, frozen=True):
    """Hidden, restored, deleted, moved, merged, split, locked: whatever shows it must look again."""

    thread_id: UUID


class ReplyPosted(Event, frozen=True):
    """Shown for the first time."""

    reply_id: UUID
    thread_id: UUID


class ReplyEdited(Event, frozen=True):
    reply_id: UUID
    thread_id: UUID


class ReplyChanged(Event, frozen=True):
    """Hidden, restored, deleted, moved to another thread."""

    reply_id: UUID
    thread_id: UUID


class PostThanked(Event, frozen=True):
    """A reaction was given or taken back."""

    post_id: UUID
    thread_id: UUID


class OfficialResponded(Event, frozen=True):
    reply_id: UUID
    thread_id: UUID


class IssueRaised(Event, frozen=True):
    thread_id: UUID


class IssueMoved(Event, frozen=True):
    thread_id: UUID


class PollOpened(Event, frozen=True):
    poll_id: UUID


class PollClosed(Event, frozen=True):
    poll_id: UUID


class PollEndDue(Event, frozen=True):
    """Its time may be over."""

    poll_id: UUID
