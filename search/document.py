"""What is searched: one shape for every kind of thing, and who writes it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import msgspec


class Document(msgspec.Struct, frozen=True):
    """One thing as it can be found. Plain text only: no Markdown, no HTML, nothing sealed.

    `audience`: words of which a searcher must have one (`search.rules.audience`). Empty: nobody. `board_id`,
    `building_id`: facets. `extras`: what else it is found by (an address, a number, a tag). `author`: the
    organisation that says it; a neighbour's name is nothing to find their words by. `popularity`: replies and
    thanks, 0 upwards. `subject_id`: what a tap opens (a reply's thread); `number`: where.
    """

    kind: str
    id: UUID
    community_id: UUID
    audience: list[str]
    title: str
    body: str
    extras: list[str]
    author: str
    created_at: datetime
    popularity: int
    subject_id: UUID
    number: int | None = None
    board_id: UUID | None = None
    building_id: UUID | None = None


@dataclass(frozen=True)
class Author:
    """The one writer of a kind's documents, for live updates and for rebuilding alike.

    `documents`: those of the given ids that may be found at all, in one statement. `ids_after`: the next ids in
    order, of every community, for a rebuild.

    `readable`: a SELECT of (id, title, author) of those among `{ids}` (uuid[]) that `{account}` may read in
    `{community}` on `{day}`, asked of the truth; `{may}` (text[]) are the account's permissions there. The title is
    what the hit is headed by, the author how they are called now: null without a name there, empty when they are
    gone. `names`: for `board` and `building`, a SELECT of (id, name) of `{ids}`. They are SELECTs so that one
    statement checks a page of every kind.

    `stays_home`: no outside engine is given these. Who lives behind which door is in nobody's cache but our own.
    """

    documents: Callable[[Sequence[UUID]], Awaitable[list[Document]]]
    ids_after: Callable[[UUID | None, int], Awaitable[list[UUID]]]
    readable: str
    names: Mapping[str, str] = field(default_factory=dict)
    stays_home: bool = False


_authors: dict[str, Author] = {}


def register_authors(authors: Mapping[str, Author]) -> None:
    """Adds a domain's. Registering the same one twice changes nothing."""
    _authors.update(authors)


def author_of(kind: str) -> Author:
    return _authors[kind]


def kinds() -> list[str]:
    return sorted(_authors)


def stays_home(kind: str) -> bool:
    return _authors[kind].stays_home


def names_of(facet: str) -> str | None:
    """The SELECT that names a facet's values; None when nobody has such a facet."""
    return next((author.names[facet] for _, author in sorted(_authors.items()) if facet in author.names), None)
