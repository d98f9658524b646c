"""The demo's forum: what `talk` says, said by the people it names, when it says."""

from datetime import timedelta
from itertools import cycle, islice
from random import Random
from uuid import UUID

import msgspec

from backend.core.auth import Caller, Grant
from backend.core.clock import now, today
from backend.core.database import fetch, fetchrow, fetchval
from backend.core.ids import new_id
from backend.demo.addresses import SEED
from backend.demo.moments import ago, caller, organisation
from backend.demo.people import OFFICERS, RESIDENTS
from backend.demo.talk import BOARDS, TALKS, Answer, Talk
from backend.forum.schemas.issues import IssueCreate, OfficialResponse
from backend.forum.schemas.polls import BallotCast, PollCreate
from backend.forum.schemas.posts import BoardCreate, ReplyCreate, ThreadCreate
from backend.forum.service import accepting, boards, posting, reading, replying, responding, staff, thanking, voting
from backend.identity.permissions import COMMITTEE_ADMIN, RESIDENT
from backend.identity.rules.sign_in import parse_phone
from backend.identity.service.sessions import account_of
from backend.moderation.schemas.cases import ReportCreate
from backend.moderation.schemas.words import WordCreate
from backend.moderation.service import reporting, words

ROLES = {person.phone: person.role or RESIDENT for person in (*OFFICERS, *RESIDENTS)}
BOARDS_OPENED = timedelta(days=19)
WATCHED = (("扫码领红包", "hold", None), ("低价收", "tag", "广告"), ("傻子", "mask", None))


class Thread(msgspec.Struct):
    """A talk that has been begun."""

    id: UUID
    talk: Talk
    answers: list[UUID] = []


async def fill_forum(community: UUID) -> None:
    """In the transaction that fills the demo. Everything in order of time: nobody answers what is to come."""
    opened = await _open_boards(community)
    deeds: list[tuple[timedelta, Talk, Answer | None]] = [(talk.ago, talk, None) for talk in TALKS]
    deeds += [(talk.ago - answer.after, talk, answer) for talk in TALKS for answer in talk.answers]
    threads: dict[str, Thread] = {}
    for when, talk, answer in sorted(deeds, key=lambda it: it[0], reverse=True):
        with ago(when):
            if answer is None:
                threads[talk.title] = await _begin(community, talk, opened[talk.board])
            else:
                await _answer(community, threads[talk.title], answer)
    draw = Random(SEED)
    for thread in threads.values():
        with ago(timedelta(hours=1)):
            await _settle(community, thread, draw)
    await _watch_words(community)


async def _open_boards(community: UUID) -> dict[str, UUID]:
    admin = await caller(community, OFFICERS[0].phone, COMMITTEE_ADMIN)
    opened: dict[str, UUID] = {}
    with ago(BOARDS_OPENED):
        for position, (name, description, read_by, post_by, estate) in enumerate(BOARDS, 1):
            where = await fetchval(
                "SELECT id FROM place WHERE community = $1 AND kind = 'estate' AND name = $2", community, estate
            )
            data = msgspec.convert(
                {"name": name, "description": description, "read_by": read_by, "post_by": post_by}
                | {"estate_id": where, "position": position},
                BoardCreate,
            )
            opened[name] = await boards.create(admin, community, data)
    return opened


async def _begin(community: UUID, talk: Talk, board: UUID) -> Thread:
    writer = await _speaker(community, talk.writer or await _somebody_on(board))
    poll = None
    if talk.vote is not None:
        vote = talk.vote
        poll = msgspec.convert(
            {"question": vote.question, "options": list(vote.options), "closes_at": now() + timedelta(days=vote.days)}
            | {"counted_by": vote.counted_by, "is_secret": vote.is_secret, "method": vote.method},
            PollCreate,
        )
    asked = await organisation(community, talk.asked)
    data = ThreadCreate(
        kind=talk.kind,
        title=talk.title,
        body=talk.body,
        organisation_id=await organisation(community, talk.as_),
        poll=poll,
        issue=IssueCreate(asked) if asked else None,
    )
    return Thread((await posting.open_thread(writer, board, data)).id, talk, [])


async def _answer(community: UUID, thread: Thread, answer: Answer) -> None:
    writer = await _speaker(community, answer.writer)
    badge = await organisation(community, answer.as_)
    if answer.official and badge is not None:
        data = msgspec.convert(
            {"organisation_id": badge, "body": answer.body, "move": answer.move}, OfficialResponse, strict=False
        )
        made = await responding.respond(writer, thread.id, data)
    else:
        parent = thread.answers[answer.to - 1] if answer.to else None
        made = await replying.reply(
            writer, thread.id, ReplyCreate(body=answer.body, parent_id=parent, organisation_id=badge)
        )
    thread.answers.append(made.id)


async def _settle(community: UUID, thread: Thread, draw: Random) -> None:
    """Votes, thanks, reports, a pin: whatever a thread gathers besides answers."""
    talk = thread.talk
    neighbours = [person.phone for person in RESIDENTS if person.phone != talk.writer]
    readers = draw.sample(neighbours, min(len(neighbours), 3 + talk.thanks))
    for phone in readers[: talk.thanks]:
        await _if_read(community, thread, phone)
    if talk.pinned_days is not None:
        admin = await caller(community, OFFICERS[0].phone, COMMITTEE_ADMIN)
        await staff.pin(admin, thread.id, now() + timedelta(days=talk.pinned_days))
    if talk.accepted is not None:
        await accepting.accept(await _speaker(community, talk.writer), thread.id, thread.answers[talk.accepted - 1])
    for phone in talk.reported_by:
        data = ReportCreate("reply", thread.answers[0], "advert", "又是收旧手机的广告")
        await reporting.report(await _speaker(community, phone), data)
    if talk.vote is not None:
        await _vote(community, thread, talk.vote.voted)


async def _if_read(community: UUID, thread: Thread, phone: str) -> None:
    """Thanks from whoever may read it, and their mark."""
    lives_here = await fetchrow(
        """SELECT 1 FROM thread t JOIN board b ON b.id = t.board WHERE t.id = $1 AND b.estate IS NULL""", thread.id
    )
    if lives_here is not None:
        reader = await _speaker(community, phone)
        await thanking.react(reader, "thread", thread.id, "like")
        await reading.read_up_to(reader, thread.id, len(thread.answers))


async def _vote(community: UUID, thread: Thread, voted: tuple[int, ...]) -> None:
    """One of each home, the options in turn as often as `voted` says."""
    poll = await fetchval("SELECT id FROM poll WHERE thread = $1", thread.id)
    options = [row["id"] for row in await fetch("SELECT id FROM poll_option WHERE poll = $1 ORDER BY position", poll)]
    voters = await fetch(
        """SELECT DISTINCT ON (elector) elector, account FROM poll_elector_member WHERE poll = $1
           ORDER BY elector, account""",
        poll,
    )
    chosen = [option for option, times in zip(options, voted, strict=True) for _ in range(times)]
    for voter, option in zip(voters, islice(cycle(chosen), min(len(chosen), len(voters))), strict=False):
        who = Caller(voter["account"], new_id(), (Grant(RESIDENT, community),))
        await voting.vote(who, poll, BallotCast([option], voter["elector"]))


async def _watch_words(community: UUID) -> None:
    admin = await caller(community, OFFICERS[0].phone, COMMITTEE_ADMIN)
    for word, action, tag in WATCHED:
        await words.add(admin, msgspec.convert(
            {"word": word, "action": action, "tag": tag, "community_id": community}, WordCreate, strict=False
        ))  # fmt: skip


async def _somebody_on(board: UUID) -> str:
    """The phone of a resident who lives in the board's estate."""
    for person in RESIDENTS:
        neighbour = await account_of(parse_phone(person.phone))
        if await fetchval(
            """SELECT b.estate = ANY(me.places) FROM board b, account_belonging($2, b.community, $3) AS me
               WHERE b.id = $1""",
            board, neighbour, today(),
        ):  # fmt: skip
            return person.phone
    raise RuntimeError("nobody of the demo lives in that estate")


async def _speaker(community: UUID, phone: str) -> Caller:
    return await caller(community, phone, ROLES.get(phone) or RESIDENT)
