"""The demo's notices: one in every state, read by some and not by others, and work for everybody at the desk."""

from backend.core.database import execute, fetch, fetchval
from backend.demo import fill
from backend.demo.papers import PAPERS
from backend.notices.rules.flow import FLOW
from tests.house import House
from tests.notices.office import done


async def test_a_month_of_notices(house: House) -> None:
    await fill()
    await house.drain()
    assert await house.held_jobs() == 0
    states = [row["state"] for row in await fetch("SELECT state FROM notice")]
    assert sorted(states) == sorted(paper.state for paper in PAPERS) and set(states) == set(FLOW.states)
    community = await fetchval("SELECT id FROM community WHERE name = '翠湖社区'")
    resident, moderator, worker = [await house.guest(f"138000000{number}") for number in ("15", "03", "04")]

    waiting = await done(moderator.get(f"/desk/notices?community_id={community}&tab=waiting"))
    assert [item["late"] for item in waiting["items"]] == [True]
    urgent = (await done(moderator.get(f"/desk/notices?community_id={community}&tab=approved")))["items"][0]
    assert (await done(moderator.get(f"/desk/notices/{urgent['id']}")))["why_not"] == ["second"]

    path = f"/communities/{community}/notices"
    await done(resident.get(f"{path}?show=to_acknowledge"))
    current = (await done(resident.get(path)))["items"]
    assert current and all("{" not in item["title"] + item["excerpt"] for item in current)
    important = [row["id"] for row in await fetch("SELECT id FROM notice WHERE ack_required AND state = 'published'")]
    assert len(important) == 2
    for notice in important:
        counts = (await done(worker.get(f"/desk/notices/{notice}/coverage")))["counts"]
        assert all(counts[state] for state in ("acknowledged", "told", "unreached")), counts
        assert (await done(worker.get(f"/desk/notices/{notice}/doors")))["doors"]


async def test_both_workers_have_their_buildings(house: House) -> None:
    await fill()
    await execute("DELETE FROM strict_limit_use")
    admin = await house.guest("13800000002")
    community = await fetchval("SELECT id FROM community WHERE name = '翠湖社区'")
    grids = (await done(admin.get(f"/desk/grids?community_id={community}")))["items"]
    assert sorted(len(grid["places"]) for grid in grids) == [6, 6]
