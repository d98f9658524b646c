"""The demo's notices and news: what a committee's month looks like, in every state, read by some and not by others."""

import re
from contextlib import suppress
from datetime import date, timedelta
from random import Random
from uuid import UUID

import msgspec

from backend.core.auth import Caller
from backend.core.clock import now, today
from backend.core.database import fetch
from backend.core.errors import NotFound
from backend.demo.addresses import SEED
from backend.demo.moments import ago, caller, organisation
from backend.demo.papers import PAPERS, Paper
from backend.demo.people import OFFICERS, RESIDENTS
from backend.identity.permissions import COMMITTEE_ADMIN, MODERATOR, RESIDENT, WORKER
from backend.notices.schemas.desk import VisitCreate
from backend.notices.schemas.notices import Audience, NoticeCreate, NoticeUpdate
from backend.notices.service import grids, publishing, receipts, review, telling, visits, writing

REVIEW_TAKES = timedelta(minutes=40)
REVIEW_PROMISED = timedelta(hours=24)
WRITING_TAKES = timedelta(hours=2)
SATURDAY = 5
DAYS_ON = re.compile(r"\{day\+([0-9]+)\}")
GRIDS = {
    OFFICERS[2].phone: ("1幢", "2幢", "3幢", "4幢", "5幢", "6幢"),
    OFFICERS[-1].phone: ("1号楼", "2号楼", "3号楼", "4号楼", "5号楼", "6号楼"),
}
"""One worker walks 翠湖园, the other 柳岸新村."""
AT_THE_DOOR = (
    ("本人", ""),
    ("老伴", "老人耳背，已当面念了一遍"),
    ("儿子", ""),
    ("本人", "不用智能手机"),
    ("邻居转告", "出差，周末回来"),
)


class Desk(msgspec.Struct):
    """Who works on a paper once it is written."""

    community: UUID
    day: date
    """When the demo is filled: a paper names days to come, whenever it was written."""
    admin: Caller
    moderator: Caller
    worker: Caller


async def fill_notices(community: UUID) -> None:
    """In the transaction that fills the demo."""
    desk = Desk(
        community,
        today(),
        await caller(community, OFFICERS[0].phone, COMMITTEE_ADMIN),
        await caller(community, OFFICERS[1].phone, MODERATOR),
        await caller(community, OFFICERS[2].phone, WORKER),
    )
    for phone, buildings in GRIDS.items():
        walker = await caller(community, phone, WORKER)
        await grids.assign(desk.admin, community, walker.account_id, await _places(community, buildings))
    draw = Random(SEED)
    # The oldest first: numbers are given in the order of publishing.
    for paper in sorted(PAPERS, key=lambda it: it.ago, reverse=True):
        writer = await caller(community, paper.writer, paper.role)
        notice = await _write(desk, writer, paper)
        await _bring_on(desk, writer, paper, notice)
        if paper.read:
            await _read(desk, paper, notice, draw)
        if paper.state == "withdrawn":
            with ago(paper.ago / 2):
                await writing.withdraw(desk.moderator, notice, paper.reason)
        await publishing.end_if_due(notice)
        if paper.state == "submitted" and paper.ago > REVIEW_PROMISED:
            await telling.tell_reviewers(notice, overdue=False)


async def _write(desk: Desk, writer: Caller, paper: Paper) -> UUID:
    with ago(paper.ago + WRITING_TAKES):
        return await writing.create(
            writer,
            desk.community,
            NoticeCreate(
                stream=paper.stream,
                title=_dated(paper.title, desk.day),
                body=_dated(paper.body, desk.day),
                organisation_id=await organisation(desk.community, paper.voice),
                priority=paper.priority,
                is_public=paper.is_public,
                ack_required=paper.ack_required,
                audience=Audience(await _places(desk.community, paper.buildings), list(paper.groups)),
                ends_at=now() + timedelta(days=paper.valid_days) if paper.valid_days else None,
                pinned_until=now() + timedelta(days=paper.pinned_days) if paper.pinned_days else None,
            ),
        )


async def _bring_on(desk: Desk, writer: Caller, paper: Paper, notice: UUID) -> None:
    """As far as its state says, with a reviewer's edit on the way where there is one."""
    if paper.state == "draft":
        return
    if paper.stream == "news":
        with ago(paper.ago):
            await _publish(desk.moderator, paper, notice)
        return
    with ago(paper.ago if paper.state == "submitted" else paper.ago + REVIEW_TAKES):
        await writing.submit(writer, notice)
    if paper.state == "submitted":
        return
    with ago(paper.ago):
        if paper.edited is not None:
            await writing.update(
                desk.moderator, notice, NoticeUpdate(body=_dated(paper.edited, desk.day)), match=lambda edits: None
            )
        if paper.state == "returned":
            await review.send_back(desk.moderator, notice, paper.reason or "")
            return
        await review.approve(desk.moderator, notice)
        if paper.state != "approved":
            await _publish(desk.admin, paper, notice)


async def _publish(publisher: Caller, paper: Paper, notice: UUID) -> None:
    """And tells of it, as the worker would have done then; when it gets to that, it finds it done."""
    await publishing.publish(publisher, notice, now() + paper.starts_in if paper.starts_in else None)
    if paper.starts_in is None:
        await telling.tell_audience(notice, version=1)


async def _read(desk: Desk, paper: Paper, notice: UUID, draw: Random) -> None:
    """Some read it in the hours after, some of them acknowledge it, and a worker knocks at a few doors."""
    for person in (*OFFICERS, *RESIDENTS):
        reads = draw.random()
        if reads > paper.read:
            continue
        reader = await caller(desk.community, person.phone, RESIDENT)
        with ago(paper.ago * draw.uniform(0.2, 0.95)), suppress(NotFound):
            # Not found: it isn't for them.
            await (receipts.acknowledge if reads < paper.acknowledged else receipts.read)(reader, notice)
    homes = await fetch(
        """SELECT h.home FROM home_place($1) h WHERE $2::uuid[] = '{}' OR h.places && $2
           ORDER BY h.sort_key LIMIT 400""",
        desk.community,
        await _places(desk.community, paper.buildings),
    )
    for home in draw.sample(homes, paper.doors):
        told, note = draw.choice(AT_THE_DOOR)
        with ago(paper.ago * draw.uniform(0.1, 0.4)), suppress(NotFound):
            await visits.record(desk.worker, notice, VisitCreate(home["home"], told, note, visited_at=now()))


async def _places(community: UUID, buildings: tuple[str, ...]) -> list[UUID]:
    rows = await fetch(
        """SELECT id FROM place WHERE community = $1 AND kind = 'building' AND name = ANY($2) ORDER BY sort_key""",
        community,
        list(buildings),
    )
    return [row["id"] for row in rows]


def _dated(text: str, day: date) -> str:
    """`{day+2}` as people write a date, 11月23日; `{saturday}` the next but one, 12月5日."""
    saturday = day + timedelta(days=(SATURDAY - day.weekday()) % 7 + 7)
    text = text.replace("{saturday}", _spoken(saturday))
    return DAYS_ON.sub(lambda found: _spoken(day + timedelta(days=int(found[1]))), text)


def _spoken(day: date) -> str:
    return f"{day.month}月{day.day}日"
