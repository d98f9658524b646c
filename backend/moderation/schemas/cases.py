"""Reports, cases, sanctions and appeals as they cross the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

COMMENT_MAX_CHARS = 500
SENTENCE_MAX_CHARS = 500
NOTE_MAX_CHARS = 500
APPEAL_MIN_CHARS = 5
APPEAL_MAX_CHARS = 1_000

SubjectKind = Literal["thread", "reply", "notice"]
ReportReason = Literal["abuse", "privacy", "untrue", "advert", "illegal", "off_topic", "other"]
Verdict = Literal["keep", "hide", "delete", "lock"]
Penalty = Literal["warn", "mute", "suspend"]
Rule = Literal["respect", "privacy", "truth", "advert", "law", "topic", "flood"]
CaseTab = Literal["waiting", "mine", "held", "appeals", "decided"]
Sentence = Annotated[str, msgspec.Meta(min_length=2, max_length=SENTENCE_MAX_CHARS)]


class ReportCreate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    subject_kind: SubjectKind
    subject_id: UUID
    reason: ReportReason
    comment: Annotated[str, msgspec.Meta(max_length=COMMENT_MAX_CHARS)] = ""


class ReportOut(msgspec.Struct, frozen=True):
    """One's own report. `outcome`: agreed or disagreed once it is decided, with the sentence."""

    id: UUID
    subject_kind: str
    subject_id: UUID
    title: str
    reason: ReportReason
    comment: str
    outcome: Literal["agreed", "disagreed"] | None
    sentence: str | None
    at: datetime


class CaseItem(msgspec.Struct, frozen=True):
    """A row of the queue. `weight`: 1.0 is a first report by a stranger. `appeal_due_at`: until then its answer
    is promised."""

    id: UUID
    subject_kind: str
    title: str
    excerpt: str
    author_name: str
    source: Literal["report", "words", "staff"]
    state: Literal["open", "claimed", "decided"]
    reports: int
    homes: int
    weight: float
    reasons: dict[str, int]
    tags: list[str]
    auto_hidden: bool
    claimed_by_me: bool
    claimed_by: str | None
    own: bool
    notes: int
    verdict: Verdict | None
    appeal_state: str | None
    appealed_at: datetime | None
    appeal_due_at: datetime | None
    opened_at: datetime
    state_since: datetime


class CaseReport(msgspec.Struct, frozen=True):
    """A report as the desk sees it: never by whom."""

    reason: ReportReason
    comment: str
    weight: float
    outcome: str | None
    at: datetime


class CaseNoteCreate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=NOTE_MAX_CHARS)]


class CaseNoteOut(msgspec.Struct, frozen=True):
    """What a moderator wrote for the others."""

    id: UUID
    writer_name: str
    mine: bool
    text: str
    at: datetime


class PastSanction(msgspec.Struct, frozen=True):
    measure: str | None
    penalty: Penalty | None
    step: int | None
    rule: Rule
    overturned: bool
    starts_at: datetime
    ends_at: datetime | None


class AppealOut(msgspec.Struct, frozen=True):
    id: UUID
    text: str
    state: Literal["submitted", "upheld", "overturned"]
    reason: str | None
    at: datetime
    due_at: datetime
    decided_at: datetime | None


class CaseOut(msgspec.Struct, frozen=True):
    """`snapshot_*`: as it was when first reported; `now_*`: as it stands, null when it is gone.

    `next_step_hours`: what a mute or suspension would last by the ladder. `others`: undecided cases about what the same
    author wrote. `own`: the caller wrote it, who then reads neither notes nor comments. `can`: claim, release, decide,
    decide_appeal.
    """

    id: UUID
    community_id: UUID
    subject_kind: str
    subject_id: UUID
    url: str
    author_id: UUID | None
    author_name: str
    own: bool
    snapshot_title: str
    snapshot_body: str
    now_title: str | None
    now_body: str | None
    now_shown: bool
    is_protected: bool
    source: str
    state: str
    weight: float
    homes: int
    tags: list[str]
    auto_hidden_at: datetime | None
    reports: list[CaseReport]
    notes: list[CaseNoteOut]
    past: list[PastSanction]
    others: int
    next_step: int
    next_step_hours: int
    claimed_by_me: bool
    claimed_by: str | None
    verdict: Verdict | None
    penalty: Penalty | None
    rule: Rule | None
    sentence: str | None
    decided_at: datetime | None
    appeal: AppealOut | None
    opened_at: datetime
    verdicts: list[Verdict]
    can: list[str]


class Decision(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`rule` with anything but a plain keep. A mute or suspension lasts what the ladder says."""

    verdict: Verdict
    sentence: Sentence
    rule: Rule | None = None
    penalty: Penalty | None = None


class DecisionOut(msgspec.Struct, frozen=True):
    """What is decided now. The case itself is read where it is looked at again."""

    case_id: UUID
    state: Literal["decided"]
    verdict: Verdict
    penalty: Penalty | None
    rule: Rule | None
    sentence: str
    decided_at: datetime


class StaffCaseCreate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A moderator opens a case of something they came upon, and holds it."""

    subject_kind: SubjectKind
    subject_id: UUID


class CaseRef(msgspec.Struct, frozen=True):
    """Read it where it is shown."""

    id: UUID
    state: Literal["claimed"]


class AppealDecision(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    outcome: Literal["upheld", "overturned"]
    reason: Sentence


class AppealDecisionOut(msgspec.Struct, frozen=True):
    case_id: UUID
    outcome: Literal["upheld", "overturned"]
    reason: str
    decided_at: datetime


class AppealCreate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    text: Annotated[str, msgspec.Meta(min_length=APPEAL_MIN_CHARS, max_length=APPEAL_MAX_CHARS)]


class SanctionOut(msgspec.Struct, frozen=True):
    """One's own. `appeal_until`: after it, or once appealed, no more."""

    id: UUID
    community_id: UUID
    subject_kind: str
    subject_id: UUID
    title: str
    excerpt: str
    measure: str | None
    penalty: Penalty | None
    rule: Rule
    sentence: str
    starts_at: datetime
    ends_at: datetime | None
    lifted_at: datetime | None
    appeal_until: datetime
    may_appeal: bool
    appeal: AppealOut | None


class SanctionList(msgspec.Struct, frozen=True):
    """`muted_until`, `suspended_until`: what holds now, by community id."""

    items: list[SanctionOut]
    muted_until: dict[str, datetime]
    suspended_until: dict[str, datetime]


class LogLine(msgspec.Struct, frozen=True):
    """A line of the public log: what was done to what kind of thing by which rule in which role. No names."""

    id: UUID
    at: datetime
    subject_kind: str
    measure: str | None
    penalty: Penalty | None
    hours: int | None
    rule: Rule
    sentence: str
    role: str
    appeal: Literal["none", "submitted", "upheld", "overturned"]
