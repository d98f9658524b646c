"""Telling: once, whoever tells however often; grouped while unread; purged in time."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from backend.core.database import execute, fetch, fetchval
from backend.inbox import service as inbox
from backend.inbox.rules import TELL_MOST, quiet_over
from tests.house import Clock, Community, House, Neighbour, at_once

SUBJECT = UUID(int=7)
WAITING_SQL = "SELECT count(*) FROM inbox_item WHERE push_state = 'waiting' AND subject_id = $1"


def about(community: Community, *, group: str | None = None, subject: UUID = SUBJECT) -> inbox.About:
    params: dict[str, str | int] = {"title": "明天停水", "author": "居委会"}
    return inbox.About("notice.published", "notice", subject, community.id, params, group)


async def test_told_three_times_is_one_item(house: House, community: Community, xiuying: Neighbour) -> None:
    for _ in range(3):
        await inbox.tell(xiuying.account_id, about(community), once="notice:7:v1")
    page = (await xiuying.get("/inbox")).json()
    told = [item for item in page["items"] if item["kind"] == "notice.published"]
    assert [(item["title"], item["count"]) for item in told] == [("明天停水", 1)]


async def test_twenty_at_once_are_one_item(house: House, community: Community, xiuying: Neighbour) -> None:
    await at_once(*(inbox.tell(xiuying.account_id, about(community), once="notice:7:v1") for _ in range(20)))
    assert await fetchval("SELECT count(*) FROM inbox_item WHERE once = 'notice:7:v1'") == 1


async def test_a_told_item_commits_with_its_jobs_or_not_at_all(
    house: House, community: Community, xiuying: Neighbour
) -> None:
    with pytest.raises(ValueError, match="1000"):
        await inbox.tell_all([uuid4() for _ in range(TELL_MOST + 1)], about(community), once="x")
    await inbox.tell_all([xiuying.account_id] + [uuid4() for _ in range(TELL_MOST - 1)], about(community), once="x")
    assert await fetchval("SELECT count(*) FROM inbox_item WHERE once = 'x'") == TELL_MOST


async def test_group_counts_on_its_unread_head(house: House, community: Community, xiuying: Neighbour) -> None:
    for number in range(3):
        await inbox.tell(xiuying.account_id, about(community, group="thread:1"), once=f"reply:{number}")
        await inbox.tell(xiuying.account_id, about(community, group="thread:1"), once=f"reply:{number}")
    page = (await xiuying.get("/inbox")).json()
    (head,) = [item for item in page["items"] if item["kind"] == "notice.published"]
    assert head["count"] == 3
    assert (
        await fetchval("SELECT count(*) FROM inbox_item WHERE push_state = 'waiting' AND group_key = 'thread:1'") == 1
    )
    await xiuying.put("/inbox/read", {"item_ids": [head["id"]]})
    await inbox.tell(xiuying.account_id, about(community, group="thread:1"), once="reply:4")
    page = (await xiuying.get("/inbox?show=unread")).json()
    assert [item["count"] for item in page["items"] if item["kind"] == "notice.published"] == [1]


async def test_group_of_tellers_at_once_loses_none(house: House, community: Community, xiuying: Neighbour) -> None:
    told = about(community, group="thread:1")
    await at_once(*(inbox.tell(xiuying.account_id, told, once=f"reply:{n}") for n in range(30)))
    heads = await fetch("SELECT merged_count FROM inbox_item WHERE group_key = 'thread:1' AND merged_into IS NULL")
    assert [row["merged_count"] for row in heads] == [30]


async def test_telling_and_taking_back_of_a_group_at_once_lose_none(
    house: House, community: Community, xiuying: Neighbour
) -> None:
    told = about(community, group="thread:1")
    for number in range(12):
        await inbox.tell(xiuying.account_id, told, once=f"reply:{number}")
    await at_once(
        *(inbox.retract(SUBJECT, once=f"reply:{number}") for number in (0, 1, 2, 5, 10, 11)),
        *(inbox.tell(xiuying.account_id, told, once=f"reply:{number}") for number in range(12, 18)),
    )
    (head,) = [it for it in (await xiuying.get("/inbox")).json()["items"] if it["kind"] == "notice.published"]
    assert head["count"] == 12
    assert await fetchval(WAITING_SQL, SUBJECT) == 1
    for number in range(18):
        await inbox.retract(SUBJECT, once=f"reply:{number}")
    assert "notice.published" not in {it["kind"] for it in (await xiuying.get("/inbox")).json()["items"]}
    assert await fetchval(WAITING_SQL, SUBJECT) == 0


async def test_reading_and_telling_of_a_group_at_once_lose_none(
    house: House, community: Community, xiuying: Neighbour
) -> None:
    told = about(community, group="thread:1")

    async def read() -> None:
        for _ in range(10):
            await xiuying.put("/inbox/read", {"until": "2099-01-01T00:00:00Z"})
            await asyncio.sleep(0)

    await at_once(read(), *(inbox.tell(xiuying.account_id, told, once=f"reply:{n}") for n in range(20)))
    counted = await fetchval(
        "SELECT sum(merged_count) FROM inbox_item WHERE group_key = 'thread:1' AND merged_into IS NULL"
    )
    assert counted == 20


async def test_retracted_leaves_the_list_and_is_not_told_again(
    house: House, community: Community, xiuying: Neighbour
) -> None:
    await inbox.tell(xiuying.account_id, about(community), once="notice:7:v1")
    await inbox.retract(SUBJECT)
    await inbox.tell(xiuying.account_id, about(community), once="notice:7:v1")
    assert "notice.published" not in {item["kind"] for item in (await xiuying.get("/inbox")).json()["items"]}
    assert await fetchval(WAITING_SQL, SUBJECT) == 0


async def test_second_round_is_the_last(house: House, community: Community, xiuying: Neighbour) -> None:
    await inbox.tell(xiuying.account_id, about(community), once="notice:7:v1")
    assert await inbox.push_again([xiuying.account_id], subject_id=SUBJECT) == 0  # the first has not rung yet
    await execute("UPDATE inbox_item SET push_state = 'done' WHERE subject_id = $1", SUBJECT)
    assert await inbox.push_again([xiuying.account_id], subject_id=SUBJECT) == 1
    await execute("UPDATE inbox_item SET push_state = 'done' WHERE subject_id = $1", SUBJECT)
    assert await inbox.push_again([xiuying.account_id], subject_id=SUBJECT) == 0


async def test_purge_keeps_what_is_young_unread_or_acknowledged(
    house: House, community: Community, xiuying: Neighbour, moved_clock: Clock
) -> None:
    for number, subject in enumerate((UUID(int=1), UUID(int=2), UUID(int=3))):
        await inbox.tell(xiuying.account_id, about(community, subject=subject), once=f"n{number}")
    await inbox.mark_read_about(xiuying.account_id, UUID(int=1))
    await inbox.mark_read_about(xiuying.account_id, UUID(int=2), keep=True)

    async def left() -> list[int]:
        await inbox.purge_old_items()
        rows = await fetch("SELECT subject_id FROM inbox_item WHERE kind = 'notice.published' ORDER BY subject_id")
        return [row["subject_id"].int for row in rows]

    moved_clock.advance(days=60)
    assert await left() == [1, 2, 3]
    moved_clock.advance(days=2)
    assert await left() == [2, 3]
    moved_clock.advance(days=31)
    assert await left() == [2]
    moved_clock.advance(days=275)
    assert await left() == []


@pytest.mark.parametrize(
    ("moment", "over"),
    [
        ("2026-11-21T21:59", "2026-11-21T21:59"),
        ("2026-11-21T22:00", "2026-11-22T07:00"),
        ("2026-11-22T00:30", "2026-11-22T07:00"),
        ("2026-11-22T06:59", "2026-11-22T07:00"),
        ("2026-11-22T07:00", "2026-11-22T07:00"),
    ],
)
def test_quiet_hours_end_in_the_morning(moment: str, over: str) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    at = datetime.fromisoformat(moment).replace(tzinfo=zone).astimezone(UTC)
    assert quiet_over(at, 22 * 60, 7 * 60, zone) == datetime.fromisoformat(over).replace(tzinfo=zone)


def test_quiet_hours_by_day_and_none_at_all() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    noon = datetime(2026, 11, 21, 13, 0, tzinfo=zone).astimezone(UTC)
    assert quiet_over(noon, 12 * 60, 14 * 60, zone) == datetime(2026, 11, 21, 14, 0, tzinfo=zone)
    assert quiet_over(noon, 14 * 60, 14 * 60, zone) == noon
