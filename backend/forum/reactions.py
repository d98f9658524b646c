"""What follows in the forum, and what runs by the clock."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

from backend.core.events import Event, Reaction
from backend.forum.events import (
    BoardReadersChanged,
    IssueMoved,
    IssueRaised,
    PollClosed,
    PollEndDue,
    PollOpened,
    PostThanked,
    ReplyChanged,
    ReplyEdited,
    ReplyPosted,
    ThreadChanged,
    ThreadEdited,
    ThreadPosted,
)
from backend.forum.queries.documents import threads_on
from backend.forum.queries.pages import replies_after
from backend.forum.service import closing, leaving, telling, telling_issues, telling_polls
from backend.identity.events import AccountClosed
from search import service as search

THREADS_AT_ONCE = 200
"""As many as search reads in one transaction."""


async def find_board(event: BoardReadersChanged) -> None:
    """All that stands on it is found by others now."""
    last: UUID | None = None
    while some := await threads_on(event.board_id, last, THREADS_AT_ONCE):
        for thread in some:
            await find_changed_thread(ThreadChanged(thread_id=thread))
        last = some[-1]


async def find_thread(event: ThreadPosted) -> None:
    await search.refresh("thread", [event.thread_id])


async def find_edited_thread(event: ThreadEdited) -> None:
    await search.refresh("thread", [event.thread_id])


async def find_changed_thread(event: ThreadChanged) -> None:
    """Its replies with it: what is hidden or moved takes them along."""
    await search.refresh("thread", [event.thread_id])
    after = 0
    while some := await replies_after(event.thread_id, after):
        await search.refresh("reply", [reply for _, reply in some])
        after = some[-1][0]


async def find_reply(event: ReplyPosted) -> None:
    await search.refresh("reply", [event.reply_id])


async def find_edited_reply(event: ReplyEdited) -> None:
    await search.refresh("reply", [event.reply_id])


async def find_changed_reply(event: ReplyChanged) -> None:
    await search.refresh("reply", [event.reply_id])


async def weigh_thread(event: ReplyPosted) -> None:
    await search.recount("thread", [event.thread_id])


async def weigh_thread_again(event: ReplyChanged) -> None:
    await search.recount("thread", [event.thread_id])


async def weigh_post(event: PostThanked) -> None:
    await search.recount("thread" if event.post_id == event.thread_id else "reply", [event.post_id])


async def forget_reader(event: AccountClosed) -> None:
    await leaving.forget_reader(event.account_id)


REACTIONS: Mapping[type[Event], Sequence[Reaction]] = {
    BoardReadersChanged: [find_board],
    ThreadPosted: [
        find_thread,
        telling.tell_named,
        telling_issues.tell_organisation_of_thread,
        telling_polls.tell_electors_of_thread,
    ],
    ThreadEdited: [find_edited_thread, telling.tell_of_thread_edit],
    ThreadChanged: [find_changed_thread, telling.take_back_thread],
    ReplyPosted: [find_reply, weigh_thread, telling.tell_of_reply],
    ReplyEdited: [find_edited_reply, telling.tell_of_reply_edit],
    ReplyChanged: [find_changed_reply, weigh_thread_again, telling.take_back_reply],
    PostThanked: [weigh_post],
    IssueRaised: [telling_issues.tell_organisation],
    IssueMoved: [telling_issues.tell_of_move],
    PollOpened: [telling_polls.tell_electors],
    PollClosed: [telling_polls.tell_voters],
    PollEndDue: [closing.close_if_due],
    AccountClosed: [forget_reader],
}
SCHEDULES: Mapping[str, Sequence[Callable[[], Awaitable[None]]]] = {}
