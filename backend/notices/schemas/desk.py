"""Notices as the desk reviews, publishes and follows them to every door."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.notices.schemas.notices import (
    Audience,
    AuthorOut,
    DifferenceOut,
    Moment,
    NoticeOut,
    Priority,
    Reason,
    State,
    Stream,
)

TOLD_MAX_CHARS = 60
NOTE_MAX_CHARS = 200

DeskTab = Literal["waiting", "approved", "scheduled", "published", "returned", "past", "drafts"]
HomeState = Literal["acknowledged", "reached", "told", "unreached"]


class DeskNoticeItem(msgspec.Struct, frozen=True):
    """A row of the desk's list. `late` when it has waited longer than promised; shares are of homes, 0 to 100."""

    id: UUID
    stream: Stream
    title: str
    author: AuthorOut
    submitted_by: str
    own: bool
    priority: Priority
    state: State
    state_since: datetime
    late: bool
    ack_required: bool
    reference: str | None
    published_at: datetime | None
    ends_at: datetime | None


class VersionOut(msgspec.Struct, frozen=True):
    number: int
    title: str
    body: str
    edited_by: str
    as_reviewer: bool
    at: datetime


class DeskStepOut(msgspec.Struct, frozen=True):
    move: str
    state: State
    by: str | None
    reason: str | None
    at: datetime


class DeskNoticeOut(msgspec.Struct, frozen=True):
    """`can`: edit, approve, second, return, schedule, publish, withdraw, remind; `why_not` names what is missing
    before it may be published: `second`, `quota`, `own`."""

    notice: NoticeOut
    submitted_by: str
    own: bool
    steps: list[DeskStepOut]
    versions: list[VersionOut]
    difference: DifferenceOut | None
    seconded: bool
    can: list[Literal["edit", "approve", "second", "return", "schedule", "publish", "withdraw", "remind"]]
    why_not: list[Literal["second", "quota", "own"]]
    urgent_left: int


class Return(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    reason: Reason


class Publication(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Now, or at a moment to come."""

    starts_at: Moment | None = None


class CoverageCounts(msgspec.Struct, frozen=True):
    """Homes, each in exactly one of the last four. `reached`: a member has read; `told`: in person, nobody read."""

    homes: int
    acknowledged: int
    reached: int
    told: int
    unreached: int


class EntranceCoverage(msgspec.Struct, frozen=True):
    id: UUID | None
    name: str
    counts: CoverageCounts


class BuildingCoverage(msgspec.Struct, frozen=True):
    id: UUID
    estate: str
    name: str
    counts: CoverageCounts
    entrances: list[EntranceCoverage]


class ReminderOut(msgspec.Struct, frozen=True):
    """`step` of the schedule, or null: sent by hand. `at` in the future: planned."""

    step: Literal["first", "again", "sms", "doors"] | None
    channel: Literal["push", "sms", "doors"]
    recipients: int | None
    sent_by: str | None
    at: datetime


class CoverageOut(msgspec.Struct, frozen=True):
    """People are accounts of the audience; `share` is of homes, whole percent, 100 only when none is unreached."""

    notice_id: UUID
    title: str
    reference: str | None
    version: int
    ack_required: bool
    counts: CoverageCounts
    share: int
    people: int
    people_read: int
    people_acknowledged: int
    buildings: list[BuildingCoverage]
    reminders: list[ReminderOut]
    as_of: datetime


class VisitOut(msgspec.Struct, frozen=True):
    told: str
    note: str
    visited_by: str
    visited_at: datetime


class DoorOut(msgspec.Struct, frozen=True):
    """A home of the audience. `members` have accounts there; `with_app` of them used the app in the last 30 days."""

    home_id: UUID
    path: str
    name: str
    state: HomeState
    members: int
    with_app: int
    visit: VisitOut | None


class DoorList(msgspec.Struct, frozen=True):
    """A worker's doors in walking order: all of them at once, since the phone takes them along offline."""

    notice_id: UUID
    title: str
    reference: str | None
    version: int
    doors: list[DoorOut]
    left: int
    as_of: datetime


class DoorListItem(msgspec.Struct, frozen=True):
    notice_id: UUID
    title: str
    priority: Priority
    ends_at: datetime
    left: int
    homes: int


class VisitCreate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`version` is the one the phone showed at the door; `visited_at` its clock then."""

    home_id: UUID
    told: Annotated[str, msgspec.Meta(min_length=1, max_length=TOLD_MAX_CHARS)]
    note: Annotated[str, msgspec.Meta(max_length=NOTE_MAX_CHARS)] = ""
    version: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)] | None = None
    visited_at: Moment | None = None


class ReminderCreate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """To those who have not read (or, where it is required, acknowledged), in these places or everywhere."""

    channel: Literal["push", "sms"]
    place_ids: Annotated[list[UUID], msgspec.Meta(max_length=200)] = []


class ReminderSent(msgspec.Struct, frozen=True):
    recipients: int


class EstimateAsk(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    audience: Audience


class GridPlaceOut(msgspec.Struct, frozen=True):
    id: UUID
    path: str
    homes: int


class GridOut(msgspec.Struct, frozen=True):
    """A grid worker and the places they walk."""

    account_id: UUID
    name: str
    places: list[GridPlaceOut]
    since: date | None


class GridUpdate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    place_ids: Annotated[list[UUID], msgspec.Meta(max_length=100)]
