"""Searches as they cross the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

QUERY_MAX_CHARS = 100
SYNONYM_MAX_CHARS = 20
SYNONYMS_MOST = 10

Kind = Literal["thread", "reply", "notice", "person"]
Span = Literal["any", "week", "month", "year"]


class Piece(msgspec.Struct, frozen=True):
    """A stretch of text; `hit` ones are to be marked."""

    text: str
    hit: bool


class Hit(msgspec.Struct, frozen=True):
    """`subject_id`: what a tap opens, for a reply its thread, at `number`."""

    kind: Kind
    id: UUID
    subject_id: UUID
    number: int | None
    title: list[Piece]
    excerpt: list[Piece]
    author: str
    board_id: UUID | None
    board_name: str | None
    building_id: UUID | None
    at: datetime


class Facet(msgspec.Struct, frozen=True):
    """A value by which the found can be narrowed, with how many of them have it (as far as they were counted)."""

    value: str
    name: str
    count: int


class Facets(msgspec.Struct, frozen=True):
    kinds: list[Facet]
    boards: list[Facet]
    buildings: list[Facet]
    spans: list[Facet]


class SearchPage(msgspec.Struct, frozen=True):
    """`degraded`: the outside engine is away and the database answered. `at_least`: there may be more than `total`;
    what is frequent isn't counted to its end, and rare company of frequent words only looked for among what is new.
    Facets: first page, of what was counted."""

    items: list[Hit]
    next_cursor: str | None
    total: int
    at_least: bool
    facets: Facets | None
    degraded: bool


class Suggestions(msgspec.Struct, frozen=True):
    items: list[str]


class SynonymCreate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    community_id: UUID
    words: Annotated[
        list[Annotated[str, msgspec.Meta(min_length=1, max_length=SYNONYM_MAX_CHARS)]],
        msgspec.Meta(min_length=2, max_length=SYNONYMS_MOST),
    ]


class SynonymUpdate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Sent with `If-Match`."""

    words: Annotated[
        list[Annotated[str, msgspec.Meta(min_length=1, max_length=SYNONYM_MAX_CHARS)]],
        msgspec.Meta(min_length=2, max_length=SYNONYMS_MOST),
    ]


class SynonymOut(msgspec.Struct, frozen=True):
    id: UUID
    words: list[str]
    edits: int
    changed_at: datetime


class SynonymList(msgspec.Struct, frozen=True):
    items: list[SynonymOut]


class Gap(msgspec.Struct, frozen=True):
    """Words that neighbours looked for in vain; `people`: how many, at most 20 told apart."""

    words: str
    asked: int
    people: int
    last_day: datetime


class GapSeen(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The desk has seen to it (written a notice, added a synonym)."""

    community_id: UUID
    words: Annotated[str, msgspec.Meta(min_length=1, max_length=QUERY_MAX_CHARS)]
