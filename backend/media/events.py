"""What has happened in media. Files are named by owner and file, for their row may be gone."""

from uuid import UUID

from backend.core.events import Event


class MediaUploaded(Event, frozen=True):
    """The raw file is staged and wants to be developed."""

    media_id: UUID


class MediaDeveloped(Event, frozen=True):
    """The variants are stored; the raw file is no longer needed."""

    owner_id: UUID
    file_id: UUID


class MediaDeleted(Event, frozen=True):
    """The row is gone; its files must follow."""

    owner_id: UUID
    file_id: UUID
