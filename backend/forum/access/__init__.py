"""The doors of the forum: fetch, authorise and, if modifying, lock in one step. Unseen is absent.

Locks are taken in one order, so that nobody waits in a circle: threads by their ids, issues and polls, replies, boards
by theirs.
"""

from backend.forum.access.polls import (
    elector_on_paper,
    electors_of,
    issue_to_move,
    open_poll_due,
    poll_for_papers,
    poll_to_close,
    poll_to_take_back,
    poll_to_vote,
    thread_to_ask,
    thread_to_respond_to,
)
from backend.forum.access.writing import (
    board_to_edit,
    board_to_write_on,
    own_reply,
    own_thread,
    thread_to_answer,
    thread_to_keep,
    thread_to_settle,
    threads_to_merge,
)

__all__ = [
    "board_to_edit",
    "board_to_write_on",
    "elector_on_paper",
    "electors_of",
    "issue_to_move",
    "open_poll_due",
    "own_reply",
    "own_thread",
    "poll_for_papers",
    "poll_to_close",
    "poll_to_take_back",
    "poll_to_vote",
    "thread_to_answer",
    "thread_to_ask",
    "thread_to_keep",
    "thread_to_respond_to",
    "thread_to_settle",
    "threads_to_merge",
]
