"""A poll opens, and who may vote in it is settled for good."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from backend.core.auth import Caller
from backend.core.clock import now, today
from backend.core.database import fetchrow, transaction
from backend.core.errors import FieldError, Invalid
from backend.core.events import Event, emit
from backend.core.flow import begin
from backend.core.ids import new_id
from backend.forum import access
from backend.forum.errors import AreasUnknown, HomePollRefused, NobodyVotes, PollRefused
from backend.forum.events import PollEndDue, PollOpened, ThreadChanged
from backend.forum.permissions import MODERATE, OPEN_HOME_POLL
from backend.forum.rules.polls import BUILDING_ELECTORS_LEAST, FLOW, Terms, terms_of
from backend.forum.schemas.polls import CountedBy, PollCreate
from backend.forum.service.showing import HOLD, turn_thread
from backend.forum.service.wording import word_poll
from backend.identity.queries.organisations import voices
from backend.identity.queries.owners import FIRST_OWNER, FLOOR_AREA, OWNS_HOME
from backend.moderation import service as moderation

VOTES: dict[CountedBy, str] = {
    "person": """SELECT DISTINCT ON (m.account) m.account, NULL::uuid AS home, d.building, NULL::uuid AS owner,
                        0::bigint AS area, d.sort_key, d.home AS door
                 FROM door d JOIN home_member($2, $3) m ON m.home = d.home ORDER BY m.account, d.sort_key, d.home""",
    "home": """SELECT NULL::uuid AS account, home, building, NULL::uuid AS owner, 0::bigint AS area, sort_key,
                      home AS door FROM door""",
    "owners": f"""SELECT NULL::uuid AS account, home, building, {FIRST_OWNER.format(home="door.home")} AS owner,
                         {FLOOR_AREA.format(home="door.home")}::bigint AS area, sort_key, home AS door
                  FROM door""",
}
"""One row a vote. A person with two homes is one person; homes that nobody has registered in vote on paper."""
MEMBERS: dict[CountedBy, str] = {
    "person": "SELECT id, account FROM vote",
    "home": "SELECT v.id, m.account FROM vote v JOIN home_member($2, $3) m ON m.home = v.home",
    "owners": f"""SELECT v.id, m.account FROM vote v JOIN home_member($2, $3) m ON m.home = v.home
                  WHERE {OWNS_HOME.format(who="m.account", home="v.home")}""",
}
# $1 poll, $2 community, $3 day, $4 board, $5 places. Ids that say nothing of the order; a building is known of an
# elector only where enough others vote. A home without a registered owner is an owner of its own.
OPEN_SQL = """
WITH door AS MATERIALIZED (
    SELECT h.* FROM board b, home_place($2) h
    WHERE b.id = $4 AND ($5::uuid[] = '{{}}' OR h.places && $5) AND (b.read_by <> 'estate' OR h.estate = b.estate)),
vote AS MATERIALIZED (
    SELECT gen_random_uuid() AS id, it.*, row_number() OVER (ORDER BY it.sort_key, it.door, it.account) AS position,
           CASE WHEN count(*) OVER (PARTITION BY it.building) >= $6 THEN it.building END AS hiding
    FROM ({votes}) AS it),
option AS (
    INSERT INTO poll_option (id, poll, position, text)
    SELECT gen_random_uuid(), $1, at, text FROM unnest($7::text[]) WITH ORDINALITY AS it (text, at)),
elector AS (
    INSERT INTO poll_elector (id, poll, account, home, building, owner, area_cm2, position)
    SELECT id, $1, account, home, hiding, owner, coalesce(area, 0), position FROM vote),
asked AS (UPDATE thread SET kind = 'poll' WHERE id = $8 AND kind <> 'poll'),
member AS (
    INSERT INTO poll_elector_member (id, poll, elector, account)
    SELECT gen_random_uuid(), $1, it.id, it.account FROM ({members}) AS it)
INSERT INTO poll (id, community, thread, question, method, choices_most, counted_by, is_secret, quorum, results, places,
                  state, state_since, opened_by, closes_at, electors, owners, area_cm2)
SELECT $1, $2, $8, $9, $10, $11, $12::text, $13, $14, $15, $5, 'open', $16, $17, $18,
       count(*), CASE WHEN $12::text = 'owners' THEN count(DISTINCT coalesce(owner, id)) ELSE 0 END,
       coalesce(sum(area), 0)
FROM vote
RETURNING electors, (SELECT count(DISTINCT place) FROM door, unnest(places) AS place WHERE place = ANY($5)) AS places,
          (SELECT count(*) FROM vote WHERE coalesce(area, 0) = 0) AS areas_unknown
"""


async def open_poll(caller: Caller, thread: Mapping[str, Any], data: PollCreate, *besides: Event) -> UUID:
    """The new poll's id, inside the caller's transaction. `thread`: its id, community and board, locked or just made.
    `besides`: what else is told of then.

    Raises HomePollRefused, NobodyVotes, AreasUnknown, Invalid.
    """
    at = now()
    terms = terms_of(data, at)
    await _refuse_home_poll(caller, thread["community"], data.counted_by)
    poll_id = new_id()
    await _freeze(caller, poll_id, thread, data, terms)
    await begin(FLOW, poll_id, actor=caller.account_id)
    await emit(PollOpened(poll_id=poll_id), *besides)
    await emit(PollEndDue(poll_id=poll_id), after=data.closes_at - at)
    return poll_id


async def add_poll(caller: Caller, thread_id: UUID, data: PollCreate) -> UUID:
    """A discussion becomes a poll: one's own that nobody has answered, or any by staff. One's own words are screened as
    a thread's are, and hold it. Raises NotFound, PollRefused, WordRefused and what `open_poll` does."""
    async with transaction():
        thread = await access.thread_to_ask(caller, thread_id)
        own = thread["author"] == caller.account_id
        may = caller.may(MODERATE, thread["community"]) or (own and thread["last_number"] == 0)
        if not may or thread["kind"] != "discussion":
            raise PollRefused()
        found = None
        if own and thread["organisation"] is None:
            data, found = await word_poll(thread["community"], data)
        poll_id = await open_poll(caller, thread, data, ThreadChanged(thread_id=thread_id))
        if found is not None and found.hold:
            await turn_thread(thread_id, HOLD)
        if found is not None and (found.hold or found.tags):
            await moderation.hold("thread", thread_id, tags=found.tags)
        return poll_id


async def _freeze(caller: Caller, poll_id: UUID, thread: Mapping[str, Any], data: PollCreate, terms: Terms) -> None:
    made = await fetchrow(
        OPEN_SQL.format(votes=VOTES[data.counted_by], members=MEMBERS[data.counted_by]),
        poll_id, thread["community"], today(), thread["board"], terms.places, BUILDING_ELECTORS_LEAST, terms.options,
        thread["id"], terms.question, data.method, terms.choices_most, data.counted_by, data.is_secret, data.quorum,
        terms.results, now(), caller.account_id, data.closes_at,
    )  # fmt: skip
    if made is None or made["places"] < len(terms.places):
        raise Invalid(fields=[FieldError("place_ids", "field.value")])
    if made["electors"] == 0:
        raise NobodyVotes()
    if data.quorum != "none" and made["areas_unknown"]:
        raise AreasUnknown(homes=made["areas_unknown"])


async def _refuse_home_poll(caller: Caller, community_id: UUID, counted_by: CountedBy) -> None:
    if counted_by == "person" or caller.may(OPEN_HOME_POLL, community_id):
        return
    spoken = await voices(caller.account_id, community_id)
    if not any(voice.kind == "owners_committee" for voice in spoken):
        raise HomePollRefused()
