"""Who is told what: the audience that it is there, the submitter every step, the reviewers that it waits."""

from collections.abc import Sequence
from uuid import UUID

from asyncpg import Record

from backend.core.clock import now
from backend.core.database import execute, fetchrow, fetchval, transaction
from backend.core.events import emit
from backend.core.ids import new_id
from backend.core.sentences import DEFAULT_LOCALE
from backend.identity.queries.roles import holders_of
from backend.inbox import service as inbox
from backend.notices.events import EscalationDue
from backend.notices.permissions import DECIDE_URGENT, REVIEW
from backend.notices.queries.reading import author_of
from backend.notices.queries.recipients import addressed, notice_to_follow
from backend.notices.rules.escalation import schedule_of
from backend.notices.rules.flow import REVIEW_OVERDUE, REVIEW_PROMISED
from backend.settings import settings

TOLD_AT_ONCE = 500
"""Accounts a transaction: their items are locked while it runs, and readers want to mark them read."""

STEP_SQL = """
SELECT number, actor, reason FROM flow_step WHERE flow = 'notice' AND subject = $1 AND move = ANY($2)
ORDER BY number DESC LIMIT 1
"""
TOLD_STEPS = {
    "returned": ("return",),
    "approved": ("approve",),
    "scheduled": ("schedule",),
    "published": ("publish",),
    "revised": ("revise",),
    "withdrawn": ("withdraw", "take_down"),
    "expired": ("expire",),
}
"""What the submitter is told, and the moves that it may come from."""


async def tell_audience(notice_id: UUID, version: int) -> None:
    """An item for everybody whom this version is addressed to, and the schedule of what follows; pages of people,
    each told once whatever breaks in between. A version that is no longer the newest tells nobody."""
    notice = await notice_to_follow(notice_id)
    if notice is None or not is_current(notice, version):
        return
    reminder = await _begin(notice)
    ring = await round_of(notice_id, reminder)
    accounts = await addressed(notice)
    for some in in_pages(accounts):
        await inbox.tell_all(some, about(notice), once=f"notice:{notice_id}:v{version}")
        if version > 1:
            # Whoever has not even read the last version has its item still: that one rings again.
            await inbox.push_again(some, subject_id=notice_id, to_round=ring)
    await execute("UPDATE notice_reminder SET recipients = $2 WHERE id = $1", reminder, len(accounts))


async def tell_submitter(notice_id: UUID, what: str) -> None:
    """One of TOLD_STEPS, and why; not what they did themselves."""
    notice = await notice_to_follow(notice_id)
    step = await fetchrow(STEP_SQL, notice_id, TOLD_STEPS[what])
    if notice is None or step is None or step["actor"] == notice["submitter"]:
        return
    # The sentence around it has a full stop of its own.
    reason = (step["reason"] or "").rstrip("。. ")
    params = {"state": what, "title": notice["title"], "reason": reason, **_public(notice)}
    if notice["reference"]:
        params["reference"] = notice["reference"]
    told = inbox.About(
        kind="notice.step",
        community_id=notice["community"],
        subject_kind="notice",
        subject_id=notice_id,
        params=params,
    )
    await inbox.tell(notice["submitter"], told, once=f"notice:{notice_id}:step:{step['number']}")


async def tell_reviewers(notice_id: UUID, *, overdue: bool) -> None:
    """It has waited for longer than promised: the moderators, and when it waits still, the committee admins."""
    notice = await notice_to_follow(notice_id)
    step = await fetchrow(STEP_SQL, notice_id, ["submit"])
    if notice is None or step is None or notice["state"] != "submitted":
        return
    hours = int((REVIEW_OVERDUE if overdue else REVIEW_PROMISED).total_seconds() // 3600)
    told = inbox.About(
        kind="desk.waiting",
        community_id=notice["community"],
        subject_kind="notice",
        subject_id=notice_id,
        params={"state": "notice", "title": notice["title"], "hours": hours},
    )
    holders = await holders_of(DECIDE_URGENT if overdue else REVIEW, notice["community"])
    reviewers = [account for account in holders if account != notice["submitter"]]
    await inbox.tell_all(reviewers, told, once=f"notice:{notice_id}:waiting:{step['number']}:{hours}")


async def forget(notice_id: UUID) -> None:
    """Over or taken down: nobody is asked to read it any more; its submitter keeps what they were told."""
    await inbox.retract(notice_id, but="notice.step")


def about(notice: Record) -> inbox.About:
    """What its audience is told; of an account's unread ones of one notice the newest is enough."""
    return inbox.About(
        kind=kind_of(notice),
        community_id=notice["community"],
        subject_kind="notice",
        subject_id=notice["id"],
        params={"title": notice["title"], "author": author_of(notice, DEFAULT_LOCALE).name, **_public(notice)},
        group=f"notice:{notice['id']}",
    )


def kind_of(notice: Record) -> str:
    return "notice.urgent" if notice["priority"] == "urgent" else "notice.published"


def is_current(notice: Record, version: int) -> bool:
    out = notice["state"] == "published" and notice["hidden_at"] is None
    return out and notice["version"] == version and notice["ends_at"] > now()


async def round_of(notice_id: UUID, reminder: UUID) -> int:
    """The how-manieth ringing a round is of this notice: the same number whenever it is asked."""
    return int(
        await fetchval(
            """SELECT count(*) FROM notice_reminder r JOIN notice_reminder this ON this.id = $2
               WHERE r.notice = $1 AND r.channel = 'push' AND (r.at, r.id) <= (this.at, this.id)""",
            notice_id,
            reminder,
        )
    )


def in_pages(accounts: Sequence[UUID]) -> list[Sequence[UUID]]:
    return [accounts[at : at + TOLD_AT_ONCE] for at in range(0, len(accounts), TOLD_AT_ONCE)]


async def _begin(notice: Record) -> UUID:
    """The version's first round; with it its schedule is armed, once."""
    async with transaction():
        made = await fetchval(
            """INSERT INTO notice_reminder (id, notice, version, step, channel, at)
               VALUES ($1, $2, $3, 'first', 'push', $4) ON CONFLICT (notice, version, step) DO NOTHING RETURNING id""",
            new_id(),
            notice["id"],
            notice["version"],
            now(),
        )
        if made is not None:
            for due in schedule_of(notice, texts=settings().sms_url is not None):
                await emit(
                    EscalationDue(notice_id=notice["id"], version=notice["version"], kind=due.step), after=due.after
                )
            return UUID(str(made))
    found = await fetchval(
        "SELECT id FROM notice_reminder WHERE notice = $1 AND version = $2 AND step = 'first'",
        notice["id"],
        notice["version"],
    )
    return UUID(str(found))


def _public(notice: Record) -> dict[str, str | int]:
    """Lets a push carry the words: anybody may read them anyway."""
    return {"public": 1} if notice["is_public"] else {}
