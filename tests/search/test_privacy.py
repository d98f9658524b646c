"""Nothing hidden, deleted or meant for others is found or suggested, whoever looks and however old the index is."""

import random
from dataclasses import dataclass
from uuid import UUID

import pytest

from backend.core.database import execute, fetch
from backend.core.ids import new_id
from search.service import refresh
from tests.forum.square import Square, done, edit_of
from tests.house import Neighbour
from tests.search.test_finding import found
from tests.search.things import put_board, put_reply, put_thread

WORD = "灯笼"
STATES = ("shown", "held", "hidden", "deleted")
AUDIENCES = ("public", "community", "estate", "other estate")


@dataclass
class Thing:
    """What the model knows of a thread, a reply or a notice."""

    kind: str
    id: UUID
    audience: str
    state: str
    thread: "Thing | None" = None

    @property
    def is_shown(self) -> bool:
        return self.state == "shown" and (self.thread is None or self.thread.is_shown)


def may_read(who: str, audience: str) -> bool:
    """The naive model: who lives where, and who works at the desk."""
    if audience == "public" or who in ("moderator", "worker") and audience == "community" or who == "moderator":
        return True
    lives = {"li": "estate", "zhao": "estate", "sun": "other estate"}.get(who)
    return lives is not None and audience in ("community", lives)


@pytest.mark.parametrize("seed", range(4))
async def test_only_what_one_may_read_is_found(square: Square, seed: int) -> None:
    chance = random.Random(seed)
    things = await _furnish(square, chance)
    await _index(things)
    await _look(square, things)
    for thing in chance.sample(things, 20):
        # The index hears nothing of it.
        thing.state = chance.choice(STATES)
        await _set_state(thing)
    await _look(square, things)
    await _index(things)
    await _look(square, things, exactly=True)


async def _furnish(square: Square, chance: random.Random) -> list[Thing]:
    places = {"estate": square.places["翠湖园"], "other estate": square.places["云栖里"]}
    boards = {
        audience: await put_board(
            square.community, f"板块{audience}"[:20],
            read_by="estate" if audience in places else audience,
            **({"estate": places[audience]} if audience in places else {}),
        )
        for audience in AUDIENCES
    }  # fmt: skip
    things: list[Thing] = []
    for number in range(16):
        audience, state = chance.choice(AUDIENCES), chance.choice(STATES)
        made = await put_thread(
            square.community, boards[audience], square.wang, title=f"{WORD}在第{number}盏下面", state=state
        )
        thread = Thing("thread", made, audience, state)
        things.append(thread)
        for _ in range(chance.randint(0, 3)):
            state = chance.choice(STATES)
            reply = await put_reply(made, square.wang, f"{WORD}真好看。", state=state)
            things.append(Thing("reply", reply, audience, state, thread))
    things += [await _notice(square, places, number, chance) for number in range(10)]
    return things


async def _notice(square: Square, places: dict[str, UUID], number: int, chance: random.Random) -> Thing:
    audience, made = chance.choice(AUDIENCES), new_id()
    await execute(
        """INSERT INTO notice (id, community, stream, submitter, title, body, is_public, places, state, reference,
                               published_at, ends_at)
           VALUES ($1, $2, 'notice', $3, $4, '正文', $5, $6, 'published', $7, now(), now() + interval '9 days')""",
        made, square.community.id, square.admin.account_id, f"{WORD}节第{number}号通知", audience == "public",
        [places[audience]] if audience in places else [], f"{square.community.name}〔2026〕{number}号",
    )  # fmt: skip
    return Thing("notice", made, audience, "shown")


async def _set_state(thing: Thing) -> None:
    if thing.kind == "notice":
        moment = "NULL" if thing.state == "shown" else "now()"
        await execute(f"UPDATE notice SET hidden_at = {moment} WHERE id = $1", thing.id)
    else:
        await execute(f"UPDATE {thing.kind} SET state = $2 WHERE id = $1", thing.id, thing.state)


async def _index(things: list[Thing]) -> None:
    for kind in ("thread", "reply", "notice"):
        await refresh(kind, [thing.id for thing in things if thing.kind == kind])


async def _look(square: Square, things: list[Thing], *, exactly: bool = False) -> None:
    """Everybody looks: never more than the model lets them see; `exactly` that when the index is up to date."""
    for who in ("li", "zhao", "sun", "guest", "stranger", "worker", "moderator"):
        neighbour: Neighbour = getattr(square, who)
        readable = {str(one.id) for one in things if one.is_shown and _reads(who, one)}
        page = await found(square, neighbour, WORD, limit=50)
        seen = {item["id"] for item in page["items"]}
        assert seen <= readable, (who, seen - readable)
        assert not exactly or seen == readable and page["total"] == len(readable), (who, readable - seen)
        if exactly:
            counted = sum(facet["count"] for facet in page["facets"]["kinds"])
            assert counted == len(readable)
        titles = (
            await done(
                neighbour.get("/search/suggestions", params={"community_id": str(square.community.id), "q": WORD})
            )
        )["items"]
        hidden = await _titles(things, but=readable)
        assert not hidden.intersection(titles), (who, hidden.intersection(titles))


def _reads(who: str, thing: Thing) -> bool:
    if thing.kind == "notice" and who in ("worker", "moderator"):
        return True
    return may_read(who, thing.audience)


async def _titles(things: list[Thing], *, but: set[str]) -> set[str]:
    """Of what is not in `but`."""
    return {
        title
        for thing in things
        if thing.kind != "reply" and str(thing.id) not in but
        for title in await _title_of(thing)
    }


async def _title_of(thing: Thing) -> list[str]:
    from_table = {"thread": "thread", "notice": "notice"}[thing.kind]
    return [row["title"] for row in await fetch(f"SELECT title FROM {from_table} WHERE id = $1", thing.id)]


async def test_a_board_that_others_may_read_is_found_by_others(square: Square) -> None:
    """What was indexed for the old readers is indexed again for the new ones."""
    await square.thread(board="talk", title=f"元宵节一起做{WORD}")
    await square.house.drain()
    assert not (await found(square, square.guest, WORD))["items"]
    path = f"/boards/{square.boards['talk']}"
    await done(square.admin.patch(path, {"read_by": "public"}, headers=edit_of(1)))
    await square.house.drain()
    assert len((await found(square, square.guest, WORD))["items"]) == 1
