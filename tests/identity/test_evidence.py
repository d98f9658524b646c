"""Photos of an application: handed in by the applicant, shown to the one who claimed it, each look on record."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from backend.core.database import fetch, fetchval
from backend.media import rules
from backend.settings import settings
from tests.house import Community, House, Neighbour
from tests.media.drawing import photo
from workers.main import make_queuer

LOOKS = "SELECT actor, about, subject_id FROM audit_line WHERE action = 'identity.evidence_viewed' ORDER BY at"


@pytest.fixture
async def worker(house: House, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """The worker's queue on this test's loop: an upload waits for it, however slow the machine is."""
    monkeypatch.setattr(rules, "SETTLE_WAIT_S", 60)
    connection = await asyncpg.connect(settings().dsn)
    queuer = make_queuer(connection)
    running = asyncio.create_task(queuer.qm.run(dequeue_timeout=timedelta(seconds=1), batch_size=4))
    yield
    queuer.qm.shutdown.set()
    await running
    await connection.close()


async def uploaded(person: Neighbour, purpose: str = "evidence") -> str:
    answer = await person.post("/media", files={"file": ("card.jpg", photo(), "image/jpeg")}, data={"purpose": purpose})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def applied(house: House, community: Community) -> tuple[Neighbour, str, str]:
    guest = await house.guest()
    medium = await uploaded(guest)
    answer = await guest.post("/verifications", house.application(community, evidence_media_ids=[medium]))
    assert answer.status_code == 201, answer.text
    return guest, medium, f"/desk/verifications/{answer.json()['id']}"


async def test_the_claimer_alone_sees_the_photos(
    worker: None, house: House, community: Community, moderator: Neighbour
) -> None:
    colleague = await house.officer(community, "moderator")
    guest, medium, path = await applied(house, community)
    picture = f"{path}/evidence/{medium}/320"
    before = await moderator.get(path)
    assert (before.json()["evidence_count"], before.json()["evidence"]) == (1, [])
    assert (await moderator.get(picture)).status_code == 409
    claimed = await moderator.put(f"{path}/claim")
    assert [it["media_id"] for it in claimed.json()["evidence"]] == [medium]
    seen = await moderator.get(picture)
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/webp")
    assert seen.headers["cache-control"] == "no-store" and seen.content[:4] == b"RIFF"
    assert (await colleague.get(picture)).status_code == 409
    assert (await colleague.get(path)).json()["evidence"] == []
    assert (await moderator.get(f"/media/{medium}/320")).status_code == 404, "the desk has its own way to it"
    looks = [tuple(row) for row in await fetch(LOOKS)]
    assert looks == [(moderator.account_id, guest.account_id, UUID(path.rsplit("/", 1)[1]))]
    log = (await guest.get("/me/access-log")).json()["items"]
    assert [entry["action"] for entry in log] == ["identity.evidence_viewed"]
    await moderator.put(f"{path}/approval")
    assert (await moderator.get(picture)).status_code == 409, "decided is not claimed any more"


async def test_a_photo_of_another_application_is_not_there(
    worker: None, house: House, community: Community, moderator: Neighbour
) -> None:
    _, _, path = await applied(house, community)
    _, theirs, _ = await applied(house, community)
    await moderator.put(f"{path}/claim")
    for medium in (theirs, path.rsplit("/", 1)[1]):
        assert (await moderator.get(f"{path}/evidence/{medium}/320")).status_code == 404
    assert await fetch(LOOKS) == []


async def test_a_photo_is_handed_in_by_its_owner_and_once(
    worker: None, house: House, community: Community, moderator: Neighbour
) -> None:
    guest, medium, _ = await applied(house, community)
    thief = await house.guest()
    stolen = await thief.post("/verifications", house.application(community, evidence_media_ids=[medium]))
    assert 400 <= stolen.status_code < 500
    elsewhere = await house.open_community("桃源社区")
    twice = await guest.post("/verifications", house.application(elsewhere, evidence_media_ids=[medium]))
    assert 400 <= twice.status_code < 500
    public = await uploaded(guest, "public")
    shown = await guest.post("/verifications", house.application(elsewhere, evidence_media_ids=[public]))
    assert 400 <= shown.status_code < 500, "what anybody may see is no evidence"
    assert await fetchval("SELECT count(*) FROM verification") == 1
    assert await fetchval("SELECT count(*) FROM verification_evidence") == 1


async def test_six_photos_in_all(worker: None, house: House, community: Community, moderator: Neighbour) -> None:
    guest, _, path = await applied(house, community)
    await moderator.put(f"{path}/claim")
    await moderator.put(f"{path}/request-more", {"reason": "缺房产证"})
    mine = path.replace("/desk", "")
    more = [await uploaded(guest) for _ in range(6)]
    seventh = await guest.put(f"{mine}/resubmission", {"evidence_media_ids": more})
    assert seventh.status_code == 422
    assert await fetchval("SELECT state FROM verification") == "needs_more"
    assert await fetchval("SELECT count(*) FROM verification_evidence") == 1
    taken = await guest.put(f"{mine}/resubmission", {"evidence_media_ids": more[:5]})
    assert taken.status_code == 200
    assert await fetchval("SELECT count(*) FROM verification_evidence") == 6
    doubled = house.application(await house.open_community("桃源社区"), evidence_media_ids=[more[5], more[5]])
    assert 400 <= (await guest.post("/verifications", doubled)).status_code < 500
