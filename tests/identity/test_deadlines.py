"""What time does by itself to an application: timers, fired as the worker fires them."""

from datetime import timedelta
from uuid import UUID

import msgspec

from backend.core.database import fetch, fetchval
from backend.core.flow import TimerDue, fire_timer
from backend.identity.rules.verification import ANSWER_PROMISED, CLAIM_LIFE, NEEDS_MORE_LIFE
from tests.house import Clock, Community, House, Neighbour
from tests.identity.test_decisions import applied, standing


async def timers(path: str, name: str) -> list[TimerDue]:
    """The delayed jobs that wait for one application's timer, as the worker would read them."""
    rows = await fetch("SELECT payload FROM pgqueuer WHERE entrypoint = 'core.fire_timer' ORDER BY id")
    due = [msgspec.json.decode(row["payload"], type=TimerDue) for row in rows]
    return [it for it in due if it.subject == UUID(path.rsplit("/", 1)[1]) and it.timer == name]


async def test_a_claim_goes_back_after_half_an_hour(
    house: House, community: Community, moderator: Neighbour, moved_clock: Clock
) -> None:
    _, path = await applied(house, community)
    await moderator.put(f"{path}/claim")
    (due,) = await timers(path, "claimed.time_out")
    waits = await fetchval("SELECT execute_after - created FROM pgqueuer WHERE payload = $1", msgspec.json.encode(due))
    assert abs(waits - CLAIM_LIFE) < timedelta(seconds=60)
    moved_clock.advance(seconds=CLAIM_LIFE.total_seconds())
    for _ in range(3):
        await fire_timer(due)
    assert await standing(path) == "submitted"
    colleague = await house.officer(community, "moderator")
    queue = await colleague.get("/desk/verifications", params={"community_id": str(community.id)})
    assert [(item["state"], item["claimed_by"]) for item in queue.json()["items"]] == [("submitted", None)]
    assert (await colleague.put(f"{path}/claim")).status_code == 200
    await fire_timer(due)
    assert await standing(path) == "claimed", "the first claim's timer says nothing about the second claim"


async def test_a_timer_that_is_late_changes_nothing(house: House, community: Community, moderator: Neighbour) -> None:
    _, path = await applied(house, community)
    await moderator.put(f"{path}/claim")
    due = await timers(path, "submitted.reminder") + await timers(path, "claimed.time_out")
    await moderator.put(f"{path}/approval")
    for event in due:
        await fire_timer(event)
    assert await standing(path) == "approved"
    assert await fetchval("SELECT count(*) FROM flow_step") == 3


async def test_what_is_not_handed_in_again_expires(
    house: House, community: Community, moderator: Neighbour, moved_clock: Clock
) -> None:
    guest, path = await applied(house, community)
    await moderator.put(f"{path}/claim")
    await moderator.put(f"{path}/request-more", {"reason": "缺少房产证"})
    (due,) = await timers(path, "needs_more.expire")
    moved_clock.advance(seconds=NEEDS_MORE_LIFE.total_seconds())
    await fire_timer(due)
    assert await standing(path) == "withdrawn"
    guest = await house.guest(guest.phone)
    assert (await guest.post("/verifications", house.application(community))).status_code == 201


async def test_a_day_without_an_answer_reminds(house: House, community: Community, moved_clock: Clock) -> None:
    _, path = await applied(house, community)
    (due,) = await timers(path, "submitted.reminder")
    waits = await fetchval("SELECT execute_after - created FROM pgqueuer WHERE payload = $1", msgspec.json.encode(due))
    assert abs(waits - ANSWER_PROMISED) < timedelta(seconds=60)
    moved_clock.advance(seconds=ANSWER_PROMISED.total_seconds())
    await fire_timer(due)
    assert (await standing(path), await fetchval("SELECT count(*) FROM flow_step")) == ("submitted", 1)
