"""What has happened in identity."""

from uuid import UUID

from backend.core.events import Event


class CodeRequested(Event, frozen=True):
    """A text message is owed. The code itself is in no job and no row: it is drawn when the message is sent."""

    code_id: UUID


class SessionStarted(Event, frozen=True):
    session_id: UUID
    account_id: UUID


class RefreshTokenReused(Event, frozen=True):
    """Two devices hold one refresh token; the session has ended and its owner must know."""

    session_id: UUID
    account_id: UUID


class VerificationSubmitted(Event, frozen=True):
    verification_id: UUID


class VerificationDecided(Event, frozen=True):
    """Approved, rejected or sent back for more."""

    verification_id: UUID


class VerificationWaiting(Event, frozen=True):
    """Nobody has decided for longer than promised."""

    verification_id: UUID


class DisplayStyleChanged(Event, frozen=True):
    community_id: UUID


class NicknameChanged(Event, frozen=True):
    account_id: UUID


class AddressImportRequested(Event, frozen=True):
    import_id: UUID


class AccountClosed(Event, frozen=True):
    """Its owner has gone; what other domains hold about it must follow."""

    account_id: UUID
