"""What the forum stores."""

from backend.forum.tables.issues import PublicIssue
from backend.forum.tables.polls import (
    PaperBallot,
    Poll,
    PollBallot,
    PollElector,
    PollElectorMember,
    PollOption,
    PollParticipation,
)
from backend.forum.tables.readers import Bookmark, PostReaction, ThreadReader
from backend.forum.tables.threads import Board, Draft, PostMention, PostVersion, Reply, Thread

__all__ = [
    "Board",
    "Bookmark",
    "Draft",
    "PaperBallot",
    "Poll",
    "PollBallot",
    "PollElector",
    "PollElectorMember",
    "PollOption",
    "PollParticipation",
    "PostMention",
    "PostReaction",
    "PostVersion",
    "PublicIssue",
    "Reply",
    "Thread",
    "ThreadReader",
]
