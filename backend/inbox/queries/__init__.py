"""What may be asked of the bell."""

from backend.inbox.queries.items import inbox_page, unread_of

__all__ = ["inbox_page", "unread_of"]
