"""Polls and an issue to spoil, and how each of their rules is broken."""

from datetime import timedelta

from backend.core.clock import now
from backend.core.database import fetchval
from tests.defects.forum import put_board, put_thread
from tests.house import Community, Neighbour
from tests.notices.office import done

POLL_DEFECTS: dict[str, list[str]] = {
    "poll.state": ["UPDATE poll SET state = 'closed'"],
    "poll.one_vote": [
        "{free_unique:poll_participation}",
        """INSERT INTO poll_participation
           SELECT (jsonb_populate_record(it, jsonb_build_object('id', gen_random_uuid()))).*
           FROM poll_participation AS it""",
    ],
    "poll.ballots": ["DELETE FROM poll_ballot"],
    "poll.secret": ["UPDATE poll_participation SET at = now() WHERE ballot IS NULL"],
    "poll.open": ["UPDATE poll_participation SET ballot = gen_random_uuid() WHERE ballot IS NOT NULL"],
    "poll.caster": ["DELETE FROM poll_elector_member"],
    "poll.choices": ["UPDATE poll_ballot SET choices = ARRAY[gen_random_uuid()]"],
    "poll.electorate": ["UPDATE poll SET electors = electors + 1"],
    "issue.state": ["UPDATE public_issue SET state = 'resolved'"],
    "issue.thread": ["UPDATE thread SET kind = 'discussion'"],
    "tenancy.poll": ["UPDATE poll SET community = {other}"],
}


async def hold_polls(here: Community, moderator: Neighbour, voter: Neighbour) -> None:
    """An open and a secret poll, each with one vote, and a public issue for the committee."""
    board = await put_board(here, "公共事务")
    for secret in (False, True):
        thread = await put_thread(here, board, moderator)
        body = {
            "question": "装不装充电桩",
            "options": ["装", "不装"],
            "closes_at": (now() + timedelta(days=2)).isoformat(),
            "counted_by": "home",
            "is_secret": secret,
        }
        poll = await done(moderator.post(f"/threads/{thread}/poll", body))
        await done(voter.put(f"/polls/{poll['id']}/ballot", {"choices": [poll["options"][0]["id"]]}))
    issue = await put_thread(here, board, voter)
    committee = await fetchval("SELECT id FROM organisation WHERE community = $1 AND kind = 'committee'", here.id)
    await done(moderator.put(f"/threads/{issue}/issue", {"organisation_id": str(committee)}))
    await done(moderator.put(f"/threads/{issue}/issue/state", {"move": "acknowledge"}))
