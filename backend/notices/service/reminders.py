"""Telling those again who have not read: a round is a row, decided once; what goes out follows from the row."""

from uuid import UUID

import httpx
from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import fetchrow, fetchval, transaction
from backend.core.errors import FieldError, Invalid
from backend.core.events import emit
from backend.core.flow import MoveRefused
from backend.core.ids import new_id
from backend.core.logs import get_logger
from backend.identity.queries.communities import are_places_of, zone_of
from backend.identity.queries.roles import names_of_holders
from backend.identity.service.texts import text_account
from backend.inbox import service as inbox
from backend.inbox.service.texting import may_be_texted
from backend.notices import access
from backend.notices.errors import NoTexts, RemindedLately
from backend.notices.events import ReminderDue, TextsDue
from backend.notices.permissions import GRID_WORKER, REMIND
from backend.notices.queries.recipients import (
    count_unreached,
    count_waiting,
    doors_of_workers,
    notice_to_follow,
    waiting,
    waiting_part,
)
from backend.notices.rules.escalation import BY_HAND_EVERY, CHANNEL_OF, Channel, Step, parts_of, text_at
from backend.notices.schemas.desk import ReminderCreate
from backend.notices.service.telling import about, in_pages, is_current, kind_of, round_of
from backend.settings import settings

log = get_logger(__name__)


async def send(caller: Caller, notice_id: UUID, data: ReminderCreate) -> int:
    """By hand, how many are told. Raises NotFound, MoveRefused, NoTexts, RemindedLately, Invalid."""
    if data.channel == "sms" and settings().sms_url is None:
        raise NoTexts()
    places = list(dict.fromkeys(data.place_ids))
    async with transaction():
        # Locked: of two at the desk who press the button together, one is told that it was pressed.
        notice = await access.notice_that_is_out(caller, notice_id, REMIND, modifying=True)
        if not is_current(notice, notice["version"]):
            raise MoveRefused()
        if not await are_places_of(notice["community"], places):
            raise Invalid(fields=[FieldError("place_ids", "field.value")])
        await _refuse_too_soon(notice_id, data.channel)
        recipients = await count_waiting(notice, places)
        await _decide(notice, data.channel, recipients, places=places, sent_by=caller.account_id)
        return recipients


async def take_step(notice_id: UUID, version: int, step: Step) -> None:
    """By the schedule, once a version; nothing when the notice is over or says something newer."""
    async with transaction():
        notice = await notice_to_follow(notice_id)
        if notice is None or not is_current(notice, version):
            return
        channel = CHANNEL_OF[step]
        recipients = await (count_unreached(notice) if channel == "doors" else count_waiting(notice, ()))
        await _decide(notice, channel, recipients, step=step)


async def carry_out(reminder_id: UUID) -> None:
    """Rings, or tells the grid workers how many doors are theirs. Repeated, it tells nobody twice."""
    found = await _round(reminder_id)
    if found is None:
        return
    reminder, notice = found
    if reminder["channel"] == "doors":
        await _tell_workers(notice)
        return
    ring = await round_of(notice["id"], reminder_id)
    people = await waiting(notice, reminder["places"])
    for unread in in_pages([account for account, has_read in people if not has_read]):
        await inbox.push_again(unread, subject_id=notice["id"], to_round=ring)
    for unanswered in in_pages([account for account, has_read in people if has_read]):
        await inbox.tell_all(unanswered, about(notice), once=f"notice:{notice['id']}:round:{reminder_id}")


async def send_texts(reminder_id: UUID, part: int, parts: int) -> None:
    """One part of a round's text messages. A process that dies in the middle repeats this part alone, so at most
    TEXTS_A_JOB people get a message a second time; a provider that takes none is asked again by the queue, one that
    takes some is not, since those would get theirs twice."""
    found = await _round(reminder_id)
    if found is None:
        return
    reminder, notice = found
    zone = await zone_of(notice["community"])
    accounts = await waiting_part(notice, reminder["places"], part=part, parts=parts)
    refused: httpx.HTTPError | None = None
    sent = 0
    for account in await may_be_texted(accounts, kind_of(notice), at=now(), zone=zone):
        try:
            await text_account(account, _words(notice))
            sent += 1
        except httpx.HTTPError as error:
            refused = error
            log.warning("notices.text_refused", error=type(error).__name__)
    if refused is not None and not sent:
        raise refused


async def _decide(
    notice: Record,
    channel: Channel,
    recipients: int,
    *,
    step: Step | None = None,
    places: list[UUID] | None = None,
    sent_by: UUID | None = None,
) -> None:
    """The row and the jobs that follow from it, together; a step that was taken before is not taken again."""
    made = await fetchval(
        """INSERT INTO notice_reminder (id, notice, version, step, channel, sent_by, recipients, places, at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (notice, version, step) DO NOTHING RETURNING id""",
        new_id(),
        notice["id"],
        notice["version"],
        step,
        channel,
        sent_by,
        recipients,
        places or [],
        now(),
    )
    if made is None:
        return
    if channel != "sms":
        await emit(ReminderDue(reminder_id=made))
        return
    at = now()
    begins = text_at(at, await zone_of(notice["community"]), urgent=notice["priority"] == "urgent")
    parts = parts_of(recipients)
    for part in range(parts):
        await emit(TextsDue(reminder_id=made, part=part, parts=parts), after=begins - at)


async def _refuse_too_soon(notice_id: UUID, channel: Channel) -> None:
    last = await fetchval(
        "SELECT max(at) FROM notice_reminder WHERE notice = $1 AND channel = $2 AND sent_by IS NOT NULL",
        notice_id,
        channel,
    )
    left = last + BY_HAND_EVERY - now() if last is not None else None
    if left is not None and left.total_seconds() > 0:
        raise RemindedLately(retry_after_s=int(-(-left.total_seconds() // 1)))


async def _round(reminder_id: UUID) -> tuple[Record, Record] | None:
    """The row and its notice, as long as that says what it said then."""
    reminder = await fetchrow("SELECT * FROM notice_reminder WHERE id = $1", reminder_id)
    notice = await notice_to_follow(reminder["notice"]) if reminder else None
    if reminder is None or notice is None or not is_current(notice, reminder["version"]):
        return None
    return reminder, notice


async def _tell_workers(notice: Record) -> None:
    workers = await names_of_holders(GRID_WORKER, notice["community"])
    for worker, doors in (await doors_of_workers(notice, list(workers))).items():
        told = inbox.About(
            kind="desk.doors",
            community_id=notice["community"],
            subject_kind="notice",
            subject_id=notice["id"],
            params={"title": notice["title"], "doors": doors},
        )
        await inbox.tell(worker, told, once=f"notice:{notice['id']}:v{notice['version']}:doors")


def _words(notice: Record) -> str:
    """The title only where anybody may read it: a message lies open on a locked phone."""
    what = f"《{notice['title']}》" if notice["is_public"] else "一条新通知"
    urgent = "紧急通知：" if notice["priority"] == "urgent" else ""
    where = f" {settings().public_url}" if settings().public_url else ""
    return f"{urgent}{notice['community_name']}发布了{what}，请打开邻里查看，或向网格员了解。{where}".rstrip()
