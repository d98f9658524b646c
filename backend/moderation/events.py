"""What has happened in moderation."""

from uuid import UUID

from backend.core.events import Event


class CaseOpened(Event, frozen=True):
    """By a report, a watched word or a moderator."""

    case_id: UUID


class CaseHeavy(Event, frozen=True):
    """Its reports weigh enough to hide it, if nothing else speaks against that."""

    case_id: UUID


class CaseAutoHidden(Event, frozen=True):
    """Reports alone took it out of sight."""

    case_id: UUID


class AutoHideEndDue(Event, frozen=True):
    """A delayed job: what reports alone have hidden comes back, if nobody has decided."""

    case_id: UUID


class CaseAutoRestored(Event, frozen=True):
    """A day went by without a decision: it is back in sight."""

    case_id: UUID


class CaseDecided(Event, frozen=True):
    case_id: UUID


class AppealSubmitted(Event, frozen=True):
    appeal_id: UUID


class AppealWaiting(Event, frozen=True):
    """Two of its three days are gone."""

    appeal_id: UUID


class AppealOverdue(Event, frozen=True):
    """Nobody has decided in the time that was promised."""

    appeal_id: UUID


class AppealDecided(Event, frozen=True):
    appeal_id: UUID
