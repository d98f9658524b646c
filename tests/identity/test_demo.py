"""The demo neighbourhood: everybody whom the documents name is there, once, and the queue isn't empty."""

import asyncio
import time
from datetime import date

from backend.core.database import execute, fetch, fetchval
from backend.demo import fill
from backend.demo.people import APPLICANTS, OFFICERS, RESIDENTS, id_number
from backend.identity.rules.id_number import read_id_number
from tests.house import House, Neighbour
from tests.parts.running import on_this_machine

ROLES = {
    "13800000001": "platform_admin",
    "13800000002": "committee_admin",
    "13800000003": "moderator",
    "13800000004": "worker",
    "13800000005": "treasurer",
    "13800000006": "auditor",
    "13800000007": "merchant",
    "13800000008": "volunteer_coordinator",
    "13800000009": "org_member",
    "13800000010": "org_member",
}
TABLES = ("community", "place", "account", "person", "residency", "verification", "role_grant", "audit_line")


async def counts() -> dict[str, int]:
    return {table: await fetchval(f"SELECT count(*) FROM {table}") for table in TABLES}


async def signed_in(house: House, phone: str) -> tuple[Neighbour, dict[str, object]]:
    who = await house.guest(phone)
    return who, (await who.get("/me")).json()


async def test_the_people_of_the_documents_are_there(house: House) -> None:
    began = time.monotonic()
    await fill()
    took = time.monotonic() - began
    assert took < on_this_machine(15)
    paths: dict[str, str] = {}
    for number in range(1, 31):
        phone = f"138000000{number:02}"
        # More people behind one address than its codes of a day.
        await execute("DELETE FROM strict_limit_use")
        _, me = await signed_in(house, phone)
        roles = [role["role"] for role in me["roles"]]  # type: ignore[attr-defined, union-attr]
        assert roles == ([ROLES[phone]] if phone in ROLES else []), phone
        homes = me["residencies"]
        assert isinstance(homes, list)
        if homes:
            paths[phone] = homes[0]["home_path"]
        assert [home["community_name"] for home in homes] == ([] if number == 1 else ["翠湖社区"]), phone
    await execute("DELETE FROM strict_limit_use")
    newcomer, me = await signed_in(house, "13800000031")
    assert me["person"] is None and me["verification"] is None
    assert (await newcomer.get("/communities")).json()["items"][0]["verified_count"] > 0
    assert paths["13800000011"] == paths["13800000012"] and len(set(paths.values())) == 28


async def test_filling_again_changes_nothing(house: House) -> None:
    await asyncio.gather(fill(), fill())
    before = await counts()
    assert before["community"] == 2 and before["place"] >= 1_000
    await fill()
    assert await counts() == before


async def test_the_desk_has_something_to_do(house: House) -> None:
    await fill()
    moderator, me = await signed_in(house, "13800000003")
    residencies = me["residencies"]
    assert isinstance(residencies, list)
    where = {"community_id": residencies[0]["community_id"]}
    queue = (await moderator.get("/desk/verifications", params=where)).json()["items"]
    assert [(it["real_name"], it["conflict"], it["evidence_count"], it["age_hours"]) for it in queue] == [
        ("何永康", True, 0, 31),
        ("沈佳怡", False, 1, 9),
        ("许明亮", False, 1, 2),
    ]
    detail = (await moderator.put(f"/desk/verifications/{queue[0]['id']}/claim")).json()
    assert detail["conflict_with"]["phone_masked"] == "138****0018"
    detail = (await moderator.put(f"/desk/verifications/{queue[1]['id']}/claim")).json()
    (photo,) = detail["evidence"]
    shown = await moderator.get(f"/desk/verifications/{queue[1]['id']}/evidence/{photo['media_id']}/720")
    assert shown.status_code == 200 and shown.content[:4] == b"RIFF"


async def test_what_the_jobs_of_a_demo_do_is_done(house: House) -> None:
    await fill()
    await house.drain()
    assert await house.held_jobs() == 0
    assert [row["state"] for row in await fetch("SELECT state FROM medium")] == ["ready", "ready"]


def test_every_number_is_valid_and_one_is_shared() -> None:
    people = [*OFFICERS, *RESIDENTS, *APPLICANTS]
    numbers = [id_number(person) for person in people]
    for person, number in zip(people, numbers, strict=True):
        assert read_id_number(number, on=date(2026, 11, 21)).sex == person.sex, person.name
    assert len(set(numbers)) == len(numbers) - 1
