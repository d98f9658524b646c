"""What has happened in inbox. A batch is what was told together."""

from uuid import UUID

from backend.core.events import Event


class ItemsTold(Event, frozen=True):
    """New items, or more on old ones: open sockets want to show them."""

    batch_id: UUID


class PushDue(Event, frozen=True):
    """Items of the batch may be pushed by now to those who have not read them."""

    batch_id: UUID
