"""From what was typed to what is stored: screened, with pictures and mentions found, as source and as HTML."""

from dataclasses import dataclass, field, replace
from uuid import UUID

import msgspec

from backend.core.database import fetch
from backend.forum.rules.editing import Variety, check_rendered
from backend.forum.rules.markdown import Mention, mentions_in, render
from backend.forum.schemas.polls import PollCreate
from backend.identity.queries.accounts import BADGES
from backend.identity.queries.names import NAME
from backend.moderation import service as moderation

# Neighbours are called by name only where they have written under it: an id is no way to find out a name.
NAMES_SQL = f"""
SELECT 'account:' || asked.id AS key, {NAME.format(who="asked.id", where="$2")} AS name
FROM unnest($3::uuid[]) AS asked (id)
WHERE EXISTS (SELECT FROM thread t WHERE t.id = $1 AND t.author = asked.id AND t.organisation IS NULL)
   OR EXISTS (SELECT FROM reply r WHERE r.thread = $1 AND r.author = asked.id AND r.organisation IS NULL
              AND r.state = 'shown')
UNION ALL
SELECT 'organisation:' || badge.id, badge.name FROM ({BADGES.format(which="$4", where="$2")}) AS badge
"""


@dataclass(frozen=True)
class Wording:
    """`hold`: a moderator sees it first; `tags` go with it to the desk. `masked`: words of it were covered."""

    title: str | None
    body: str
    html: str
    pictures: list[UUID]
    mentions: list[Mention] = field(default_factory=list)
    hold: bool = False
    tags: tuple[str, ...] = ()
    masked: bool = False

    @property
    def state(self) -> str:
        return "held" if self.hold else "shown"

    def beside(self, found: moderation.Screened) -> "Wording":
        """The same words, next to others of the thread in which this was found."""
        return replace(
            self,
            hold=self.hold or found.hold,
            tags=tuple(dict.fromkeys((*self.tags, *found.tags))),
            masked=self.masked or found.masked,
        )

    @property
    def accounts(self) -> list[UUID | None]:
        """Who is mentioned, beside `organisations`: one of the two is null in each row."""
        return [it.id if it.kind == "account" else None for it in self.mentions]

    @property
    def organisations(self) -> list[UUID | None]:
        return [it.id if it.kind == "organisation" else None for it in self.mentions]


async def word(
    community_id: UUID,
    body: str,
    *,
    variety: Variety,
    title: str | None = None,
    thread_id: UUID | None = None,
    screened: bool = True,
) -> Wording:
    """`title` and `body` are clean; `thread_id`: where it is said. Raises Invalid, WordRefused.

    `screened`: held against the watched words; not what an organisation says under its badge.
    """
    found = moderation.Screened((body,), (), hold=False, masked=False)
    if screened:
        found = await moderation.screen(community_id, body, *([title] if title is not None else []))
        body, title = found.texts[0], found.texts[1] if title is not None else None
    names = await names_for(community_id, mentions_in(body), thread_id)
    rendered = render(body, names=names)
    check_rendered(rendered, variety)
    mentions = [mention for mention in rendered.mentions if mention.key in names]
    return Wording(title, body, rendered.html, rendered.pictures, mentions, found.hold, found.tags, found.masked)


async def word_poll(community_id: UUID, data: PollCreate) -> tuple[PollCreate, moderation.Screened]:
    """Question and options, held against the watched words and covered where they say so. Raises WordRefused."""
    found = await moderation.screen(community_id, data.question, *data.options)
    question, *options = found.texts
    return msgspec.structs.replace(data, question=question, options=options), found


async def names_for(community_id: UUID, mentions: list[Mention], thread_id: UUID | None) -> dict[str, str]:
    """By Mention.key, of those who may be mentioned in this thread; no statement for nobody."""
    if not mentions:
        return {}
    accounts = [it.id for it in mentions if it.kind == "account"]
    organisations = [it.id for it in mentions if it.kind == "organisation"]
    rows = await fetch(NAMES_SQL, thread_id, community_id, accounts, organisations)
    return {row["key"]: row["name"] for row in rows if row["name"]}
