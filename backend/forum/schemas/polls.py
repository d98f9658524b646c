"""Polls and ballots as they cross the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

OPTIONS_LEAST = 2
OPTIONS_MOST = 20
OPTION_MAX_CHARS = 60
QUESTION_MAX_CHARS = 120
PLACES_MOST = 200

Method = Literal["single", "multiple", "ranked"]
CountedBy = Literal["person", "home", "owners"]
Quorum = Literal["none", "ordinary", "major"]
Results = Literal["live", "voted", "closed"]
PollState = Literal["open", "closed", "cancelled"]
Option = Annotated[str, msgspec.Meta(min_length=1, max_length=OPTION_MAX_CHARS)]
Choices = Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=OPTIONS_MOST)]


class PollCreate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Opens with its thread, and who may vote is frozen then: who lives below any of `place_ids`; none: everybody who
    lives in the community, or in the estate whose own board it is. Counted by home or owners: staff and owners'
    committee alone. A secret one shows nothing before it closes. `choices_most` 1 of a multiple or ranked one: as many
    as there are options. `quorum` ordinary and major: Civil Code, article 278."""

    question: Annotated[str, msgspec.Meta(min_length=2, max_length=QUESTION_MAX_CHARS)]
    options: Annotated[list[Option], msgspec.Meta(min_length=OPTIONS_LEAST, max_length=OPTIONS_MOST)]
    closes_at: Annotated[datetime, msgspec.Meta(tz=True)]
    method: Method = "single"
    choices_most: Annotated[int, msgspec.Meta(ge=1, le=OPTIONS_MOST)] = 1
    counted_by: CountedBy = "person"
    is_secret: bool = False
    quorum: Quorum = "none"
    results: Results = "live"
    place_ids: Annotated[list[UUID], msgspec.Meta(max_length=PLACES_MOST)] = []


class BallotCast(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Options chosen; ranked: best first. `elector_id` where the account casts for several homes."""

    choices: Choices
    elector_id: UUID | None = None


class OptionOut(msgspec.Struct, frozen=True):
    """`votes`: first choices of a ranked poll's last round. `area_m2`: of owners' votes. Null: not to be seen yet."""

    id: UUID
    text: str
    votes: int | None
    area_m2: float | None


class ElectorOut(msgspec.Struct, frozen=True):
    """A vote that the asker may cast. `voted`: by anybody of the home. `choices`: as cast, of an open poll."""

    id: UUID
    home: str | None
    voted: bool
    voted_by_me: bool
    choices: list[UUID]


class RoundOut(msgspec.Struct, frozen=True):
    """A round of a ranked poll: first choices by option, and who left after it."""

    votes: dict[str, int]
    eliminated: list[UUID]


class QuorumOut(msgspec.Struct, frozen=True):
    """Shares are 0 to 1. `met`: enough took part; `carried`: options that enough of them chose."""

    owners_share: float
    area_share: float
    needed_share: float
    met: bool
    approval_needed: float
    carried: list[UUID]


class BuildingResult(msgspec.Struct, frozen=True):
    """Only of buildings with enough electors to hide one."""

    building_id: UUID
    name: str
    votes: dict[str, int]


class PollOut(msgspec.Struct, frozen=True):
    """`voted` counts electors. `can`: vote, change, close, cancel, enter_paper. Results are null until then."""

    id: UUID
    question: str
    method: Method
    choices_most: int
    counted_by: CountedBy
    is_secret: bool
    quorum: Quorum
    results: Results
    state: PollState
    closes_at: datetime
    closed_at: datetime | None
    electors: int
    voted: int
    options: list[OptionOut]
    rounds: list[RoundOut] | None
    quorum_result: QuorumOut | None
    buildings: list[BuildingResult] | None
    mine: list[ElectorOut]
    can: list[str]


class BallotOut(msgspec.Struct, frozen=True):
    """`receipt` is shown this once: with it the ballot can be found in the published list."""

    receipt: str
    poll: PollOut


class PublishedBallot(msgspec.Struct, frozen=True):
    """A line of the list that is published when a poll has closed. `home`, `voter`: of an open poll."""

    receipt: str
    choices: list[UUID]
    home: str | None
    voter: str | None


class PublishedBallots(msgspec.Struct, frozen=True):
    items: list[PublishedBallot]
    next_cursor: str | None


class PaperCreate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The first of staff enters it; the second enters it again, and it counts if both are the same."""

    elector_id: UUID
    choices: Choices


class PaperOut(msgspec.Struct, frozen=True):
    """`counted`: the second has confirmed it. `receipt` then, for the paper's counterfoil."""

    elector_id: UUID
    counted: bool
    receipt: str | None


class PaperElector(msgspec.Struct, frozen=True):
    """An elector at the desk: whether it has voted, and whether a paper of it waits for another of staff."""

    id: UUID
    home: str | None
    name: str | None
    voted: bool
    waiting: bool
    entered_by_me: bool


class DeskPollItem(msgspec.Struct, frozen=True):
    """A row of the desk's list of polls. `waiting`: papers that one of staff has entered and another has not."""

    id: UUID
    thread_id: UUID
    title: str
    question: str
    method: Method
    counted_by: CountedBy
    is_secret: bool
    state: PollState
    closes_at: datetime
    electors: int
    voted: int
    waiting: int
