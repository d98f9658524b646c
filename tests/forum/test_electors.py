"""The electors as the desk ticks them off: a page of them costs the same however many there are."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from backend.core.database import execute, fetchval, transaction
from backend.forum.queries.electors import Show, _list_sql
from tests.forum.polling import ask, electors_of, enter, vote
from tests.forum.square import Square, done

FEW, MANY = 500, 5_000
PAGE = 51
FILL_SQL = """
INSERT INTO poll_elector (id, poll, account, position)
SELECT gen_random_uuid(), $1, gen_random_uuid(), $2::int + n FROM generate_series(1, $3::int) AS n
"""


async def listed(square: Square, poll: dict[str, Any], more: str = "") -> list[str]:
    found = await done(square.worker.get(f"/desk/polls/{poll['id']}/electors?limit=50{more}"))
    return [it["home"] or it["name"] for it in found["items"]]


async def pages_read(square: Square, poll: UUID, show: Show, position: int) -> int:
    """Pages of the tables and indexes that one page of the list looks at, behind this position."""
    sql = f"EXPLAIN (ANALYZE, BUFFERS, TIMING off, FORMAT JSON) {_list_sql(show, '')}"
    after = (position, UUID(int=0))
    plan = await fetchval(sql, poll, square.community.id, square.worker.account_id, "", *after, PAGE)
    return int(msgspec.json.decode(plan)[0]["Plan"]["Shared Hit Blocks"])


async def test_they_stand_in_the_order_of_the_doors(square: Square) -> None:
    poll = await ask(square, counted_by="home")
    shown = await listed(square, poll)
    assert sorted(it.split()[-1] for it in shown) == ["101", "102", "103", "104", "501", "701"]
    of_one = [it for it in shown if "3幢" in it]
    assert of_one == sorted(of_one) and shown.index(of_one[-1]) - shown.index(of_one[0]) == 3
    first = await done(square.worker.get(f"/desk/polls/{poll['id']}/electors?limit=2"))
    rest = await listed(square, poll, f"&cursor={first['next_cursor']}")
    assert [it["home"] for it in first["items"]] + rest == shown


async def test_they_are_found_by_door_and_by_name(square: Square) -> None:
    homes = await ask(square, counted_by="home")
    assert await listed(square, homes, "&q=5幢") == ["翠湖园 5幢 501"]
    assert await listed(square, homes, "&q=%25") == []
    people = await ask(square)
    assert len(await listed(square, people)) == 6
    found = await listed(square, people, "&q=王")
    assert len(found) == 1 and found[0].startswith("王")
    await enter(square.worker, homes, (await electors_of(homes))["104"], "装")
    await vote(square.wang, homes, "装")
    assert [it.split()[-1] for it in await listed(square, homes, "&show=waiting")] == ["104"]
    assert len(await listed(square, homes, "&show=open")) == 5


@pytest.mark.parametrize("show", ["open", "all"])
async def test_a_page_costs_the_same_however_many_there_are(square: Square, show: Show) -> None:
    poll = UUID((await ask(square))["id"])
    costs = []
    for there, all_of_them in ((0, FEW), (FEW, MANY)):
        async with transaction():
            await execute(FILL_SQL, poll, there, all_of_them - there)
        await execute("ANALYZE poll_elector")
        costs.append([await pages_read(square, poll, show, position) for position in (0, all_of_them // 2)])
    for few, many in zip(*costs, strict=True):
        assert many <= 1.3 * few, costs
