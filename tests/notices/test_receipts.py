"""Reading and acknowledging: as often as one likes, at once, of the version that stands."""

import pytest

from backend.core.database import fetch, fetchval, pool
from backend.inbox import service as inbox
from tests.house import Community, House, Neighbour, at_once
from tests.notices.paper import published, revise


@pytest.fixture
async def here(house: House) -> Community:
    return await house.open_community()


@pytest.fixture
async def moderator(house: House, here: Community) -> Neighbour:
    return await house.officer(here, "moderator")


@pytest.fixture
async def wang(house: House, here: Community, moderator: Neighbour) -> Neighbour:
    return await house.resident(here, moderator)


async def test_the_same_again_is_the_same(house: House, here: Community, moderator: Neighbour, wang: Neighbour) -> None:
    notice = await published(here, moderator.account_id)
    async with house.statements(3):
        first = await wang.put(f"/notices/{notice}/read")
    again = await wang.put(f"/notices/{notice}/read")
    assert first.json() == again.json()
    assert (first.json()["version"], first.json()["acknowledged_at"]) == (1, None)
    assert await fetchval("SELECT count(*) FROM notice_receipt") == 1


async def test_acknowledging_is_reading(here: Community, moderator: Neighbour, wang: Neighbour) -> None:
    notice = await published(here, moderator.account_id, ack_required=True)
    receipt = (await wang.put(f"/notices/{notice}/acknowledgement")).json()
    assert receipt["read_at"] == receipt["acknowledged_at"]
    assert (await wang.put(f"/notices/{notice}/read")).json() == receipt
    body = (await wang.get(f"/notices/{notice}")).json()
    assert (body["read"], body["acknowledged_at"], body["can"]) == (True, receipt["acknowledged_at"], [])


async def test_a_new_version_asks_again(here: Community, moderator: Neighbour, wang: Neighbour) -> None:
    notice = await published(here, moderator.account_id, ack_required=True)
    await wang.put(f"/notices/{notice}/acknowledgement")
    await revise(notice)
    body = (await wang.get(f"/notices/{notice}")).json()
    assert (body["read"], body["acknowledged_at"], body["can"]) == (False, None, ["acknowledge"])
    read = (await wang.put(f"/notices/{notice}/read")).json()
    assert (read["version"], read["acknowledged_at"]) == (2, None)
    again = (await wang.put(f"/notices/{notice}/acknowledgement")).json()
    assert again["acknowledged_at"] is not None and again["read_at"] == read["read_at"]
    (row,) = await fetch("SELECT read_version, acknowledged_version FROM notice_receipt")
    assert tuple(row) == (2, 2)


async def test_twenty_taps_at_once_are_one(here: Community, moderator: Neighbour, wang: Neighbour) -> None:
    notice = await published(here, moderator.account_id, ack_required=True)
    taps = [wang.put(f"/notices/{notice}/{what}") for what in ("read", "acknowledgement") * 10]
    answers = await at_once(*taps)
    assert {answer.status_code for answer in answers} == {200}
    assert all(answer.json()["acknowledged_at"] for answer in answers[1::2])
    assert await fetchval("SELECT count(*) FROM notice_receipt") == 1


async def test_readers_do_not_wait_for_a_locked_notice(here: Community, moderator: Neighbour, wang: Neighbour) -> None:
    notice = await published(here, moderator.account_id)
    async with pool().acquire() as held, held.transaction():
        await held.execute("SELECT FROM notice WHERE id = $1 FOR UPDATE", notice)
        assert (await wang.put(f"/notices/{notice}/acknowledgement")).status_code == 200


async def test_what_one_may_not_see_cannot_be_read(
    house: House, here: Community, moderator: Neighbour, wang: Neighbour
) -> None:
    guest = await house.guest()
    public = await published(here, moderator.account_id, is_public=True)
    ours = await published(here, moderator.account_id)
    others = await published(here, moderator.account_id, places=[here.homes[1]])
    draft = await published(here, wang.account_id, state="draft", published_at=None, ends_at=None, reference=None)
    for what in ("read", "acknowledgement"):
        assert (await guest.put(f"/notices/{ours}/{what}")).status_code == 404
        assert (await wang.put(f"/notices/{others}/{what}")).status_code == 404
        assert (await wang.put(f"/notices/{draft}/{what}")).status_code == 404
        assert (await house.http.put(f"/api/v1/notices/{public}/{what}")).status_code == 401
    assert await fetchval("SELECT count(*) FROM notice_receipt") == 0
    assert (await guest.put(f"/notices/{public}/read")).status_code == 200
    assert (await moderator.put(f"/notices/{others}/read")).status_code == 200


async def test_reading_the_notice_reads_its_line_in_the_inbox(
    here: Community, moderator: Neighbour, wang: Neighbour
) -> None:
    notice = await published(here, moderator.account_id)
    about = inbox.About(kind="notice.published", community_id=here.id, subject_kind="notice", subject_id=notice)
    await inbox.tell(wang.account_id, about, once=f"notice:{notice}:v1")
    assert (await wang.get("/inbox")).json()["unread"] == 1
    await wang.put(f"/notices/{notice}/read")
    assert (await wang.get("/inbox")).json()["unread"] == 0
