"""What may be asked of the bell."""

from backend.inbox.queries.items import changes_since, inbox_page, item_out, newest_changes, unread_of

__all__ = ["changes_since", "inbox_page", "item_out", "newest_changes", "unread_of"]
