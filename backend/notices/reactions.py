"""What follows in notices."""

from backend.core.events import Event, Reaction
from backend.notices.events import NoticeEndDue, NoticeStartDue
from backend.notices.service import publishing


async def start_notice(event: NoticeStartDue) -> None:
    await publishing.start_if_due(event.notice_id)


async def end_notice(event: NoticeEndDue) -> None:
    await publishing.end_if_due(event.notice_id)


REACTIONS: dict[type[Event], list[Reaction]] = {
    NoticeStartDue: [start_notice],
    NoticeEndDue: [end_notice],
}
