"""People at every stage of being verified, for the screens that show them."""

from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

import httpx

from tests.browser.visitor import REFRESH_COOKIE, own_address
from tests.house import API, Community, House, Neighbour, id_number, key

COMMUNITY = "翠湖社区"
WALK = ("柳岸新村", "5号楼", "2单元")
ADMIN_PHONE = "13800000002"
NEWCOMER_PHONE = "13800000031"
NEIGHBOUR_PHONE = "13800000011"
TREASURER_PHONE = "13800000005"
MERCHANT_PHONE = "13800000007"
DEMO_PEOPLE = {"newcomer": NEWCOMER_PHONE, "treasurer": TREASURER_PHONE, "stranger": MERCHANT_PHONE}


@dataclass
class Person:
    """Signed in; the cookie lets one browser go on with the session."""

    api: Neighbour
    cookie: str


@dataclass
class Town:
    """`claimed` and `conflict` are applications that the admin has claimed."""

    house: House
    community: Community
    admin: Person
    people: dict[str, Person] = field(default_factory=dict)
    claimed: str = ""
    conflict: str = ""

    @classmethod
    async def settle(cls, house: House, photo: bytes) -> Self:
        admin = await enter(house, ADMIN_PHONE)
        found = (await admin.api.get("/communities")).json()["items"]
        community = next(one for one in found if one["name"] == COMMUNITY)
        town = cls(house, Community(UUID(community["id"]), COMMUNITY, []), admin)
        town.community.homes = [UUID(one["id"]) for one in await town.places_on(WALK)]
        town.people["admin"] = admin
        await town._people_come(photo)
        await town._claim_conflict()
        return town

    async def _people_come(self, photo: bytes) -> None:
        for role, phone in DEMO_PEOPLE.items():
            self.people[role] = await enter(self.house, phone)
        reason = {"reason": "照片反光，请重拍一张"}
        self.people["waiting"], self.claimed = await self.applicant("13900000201", "闻人语", 0, photo)
        await self.decide(self.claimed)
        self.people["asked"], asked = await self.applicant("13900000202", "乔木", 1, photo, relation="family")
        await self.decide(asked, ("PUT", "request-more", reason))
        self.people["rejected"], rejected = await self.applicant("13900000203", "姚远", 2, photo)
        await self.decide(rejected, ("PUT", "rejection", {"reason": "房本上不是本人的名字"}))
        self.people["resident"], approved = await self.applicant("13900000204", "顾盼兮", 3, photo)
        reveal = ("POST", "reveals", {"reason": "核对证件原件"})
        await self.decide(approved, reveal, ("PUT", "approval", {}))

    async def _claim_conflict(self) -> None:
        """The demo's applicant whose ID number somebody else has registered."""
        queue = await self.admin.api.get("/desk/verifications", params={"community_id": str(self.community.id)})
        self.conflict = next(one["id"] for one in queue.json()["items"] if one["conflict"])
        await self.decide(self.conflict)

    async def places_on(self, walk: tuple[str, ...]) -> list[dict[str, Any]]:
        """What stands below the last place of the walk."""
        path = f"/communities/{self.community.id}/addresses"
        places: list[dict[str, Any]] = (await self.admin.api.get(path)).json()["items"]
        for name in walk:
            parent = next(place["id"] for place in places if place["name"] == name)
            places = (await self.admin.api.get(path, params={"parent": parent, "limit": 50})).json()["items"]
        return places

    async def applicant(self, phone: str, name: str, home: int, photo: bytes, **more: Any) -> tuple[Person, str]:
        """Somebody who has applied with a photo, and the application's id."""
        person = await enter(self.house, phone)
        upload = await person.api.post(
            "/media", data={"purpose": "evidence"}, files={"file": ("deed.jpg", photo)}, headers=key()
        )
        assert upload.status_code in (201, 202), upload.text
        body = self.house.application(self.community, home, name, id_number(f"1979{phone[-4:]}", 7), **more)
        body["evidence_media_ids"] = [upload.json()["id"]]
        made = await person.api.post("/verifications", body, headers=key())
        assert made.status_code == 201, made.text
        return person, made.json()["id"]

    async def decide(self, verification: str, *steps: tuple[str, str, dict[str, str]]) -> None:
        """Claimed by the admin and taken through the steps: method, last part of the path, body."""
        for method, step, body in (("PUT", "claim", {}), *steps):
            path = f"/desk/verifications/{verification}/{step}"
            answer = await self.admin.api.request(method, path, json=body)
            assert answer.is_success, answer.text


async def enter(house: House, phone: str) -> Person:
    """Signs in as a browser does: the refresh token comes in the cookie."""
    asked = await house.http.post(f"{API}/auth/codes", json={"phone": phone}, headers=own_address())
    assert asked.status_code == 202, asked.text
    answer = await house.http.post(
        f"{API}/auth/sessions",
        json={
            "phone": phone,
            "code": asked.json()["demo_code"],
            "device": {"platform": "web", "name": "Chrome · Android"},
            "refresh_in": "cookie",
        },
    )
    assert answer.status_code == 201, answer.text
    body = answer.json()
    api = Neighbour(house, phone, body["access_token"], "", UUID(body["account"]["id"]))
    return Person(api, _cookie_of(answer))


def _cookie_of(answer: httpx.Response) -> str:
    start = f"{REFRESH_COOKIE}="
    lines = [line for line in answer.headers.get_list("set-cookie") if line.startswith(start)]
    assert len(lines) == 1
    return lines[0].removeprefix(start).split(";")[0]
