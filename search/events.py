"""What has happened in search."""

from backend.core.events import Event


class DocumentsWaiting(Event, frozen=True):
    """Documents have changed that the outside engine has yet to take."""
