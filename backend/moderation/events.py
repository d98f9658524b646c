"""What has happened in moderation."""

from uuid import UUID

from backend.core.events import Event


class CaseOpened(Event, frozen=True):
    """By a report, a watched word or a moderator."""

    case_id: UUID
