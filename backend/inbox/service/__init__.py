"""What may be done with the bell: tell, push again, retract, mark read, choose."""

from backend.inbox.service.keeping import purge_old_items
from backend.inbox.service.leaving import forget_account
from backend.inbox.service.preferences import update_preferences
from backend.inbox.service.reading import mark_read, mark_read_about
from backend.inbox.service.retracting import retract
from backend.inbox.service.telling import About, push_again, tell, tell_all

__all__ = [
    "About",
    "forget_account",
    "mark_read",
    "mark_read_about",
    "purge_old_items",
    "push_again",
    "retract",
    "tell",
    "tell_all",
    "update_preferences",
]
