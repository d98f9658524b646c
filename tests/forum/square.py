"""The people of one community's forum, its houses and its boards: who reads where, who writes, who keeps order."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from backend.core.database import execute, fetchval
from backend.core.ids import new_id
from tests.house import Community, House, Neighbour, key

TITLE = "小区南门的路灯坏了三天"
BODY = "晚上回家一段路全是黑的，老人和孩子都不敢走。请问什么时候能修？"
ANSWER = "我家楼下的也不亮，昨晚差点绊倒。"


@dataclass
class Square:
    """翠湖社区 with two estates: 翠湖园 (3幢 and 5幢) and 云栖里 (1幢). Nobody is asked to wait between two posts."""

    house: House
    community: Community
    boards: dict[str, UUID]
    """By what is special about each: talk, public, announcements, owners, estate, archived."""
    places: dict[str, UUID]
    """翠湖园, 云栖里, 3幢, 5幢, 1幢."""
    organisations: dict[str, UUID]
    """committee, property_company, owners_committee."""

    wang: Neighbour
    """Owner in 3幢 101."""
    wife: Neighbour
    """Owner in the same home."""
    li: Neighbour
    """Owner in 3幢 102."""
    zhao: Neighbour
    """Tenant in 5幢 501."""
    sun: Neighbour
    """Owner in 云栖里 1幢 701."""
    guest: Neighbour
    """Signed in, not verified."""
    stranger: Neighbour
    """A resident of another community."""
    worker: Neighbour
    moderator: Neighbour
    colleague: Neighbour
    """Another moderator."""
    admin: Neighbour
    property: Neighbour
    """Works for the property company; lives elsewhere."""
    owners: Neighbour
    """Sits on the owners' committee, and lives in 3幢 103."""
    other: Community = field(repr=False)
    """桃源社区, where the stranger lives."""

    async def board(self, name: str, **rules: Any) -> UUID:
        """A new one, made by the committee admin."""
        body = {"name": name, **rules}
        return UUID(
            (await done(self.admin.post(f"/communities/{self.community.id}/boards", body, headers=key())))["id"]
        )

    async def thread(
        self, writer: Neighbour | None = None, board: str | UUID = "talk", *, title: str = TITLE, **fields: Any
    ) -> UUID:
        """A new thread's id; a discussion of wang's unless said otherwise, and each in other words."""
        body = {"kind": "discussion", "title": title, "body": f"{BODY}（{str(new_id())[-6:]}）", **fields}
        where = self.boards[board] if isinstance(board, str) else board
        made = await done((writer or self.wang).post(f"/boards/{where}/threads", body, headers=key()))
        return UUID(made["id"])

    async def reply(self, thread: UUID, writer: Neighbour | None = None, body: str = "", **fields: Any) -> UUID:
        """A new answer's id; li's unless said otherwise, and each in other words."""
        words = body or f"{ANSWER}（{str(new_id())[-6:]}）"
        answer = await done((writer or self.li).post(f"/threads/{thread}/replies", {"body": words, **fields}))
        return UUID(answer["id"])


async def open_square(house: House) -> Square:
    """Needs LINLI_RATE_SCALE=0, as the fixture `square` sets it."""
    community = await house.open_community(homes=4)
    other = await house.open_community("桃源社区", homes=1)
    places = await _build(community)
    moderator = await house.officer(community, "moderator")
    there = await house.officer(other, "moderator")
    organisations = {"committee": await _committee(community)}
    people: dict[str, Neighbour] = {
        "wang": await house.resident(community, moderator, home=0, name="王秀英"),
        "wife": await house.resident(community, moderator, home=0, name="刘芳"),
        "li": await house.resident(community, moderator, home=1, name="李伟"),
        "owners": await house.resident(community, moderator, home=2, name="陈建国"),
        "zhao": await house.resident(community, moderator, home=4, name="赵敏"),
        "sun": await house.resident(community, moderator, home=5, name="孙丽"),
        "stranger": await house.resident(other, there, name="周杰"),
        "guest": await house.guest(),
        "property": await house.guest(),
        "worker": await house.officer(community, "worker"),
        "colleague": await house.officer(community, "moderator"),
        "admin": await house.officer(community, "committee_admin"),
    }
    await _let(people["zhao"])
    await execute("UPDATE account SET created_at = created_at - interval '30 days'")
    for kind, member in (("property_company", "property"), ("owners_committee", "owners")):
        organisations[kind] = await join_organisation(community, kind, people[member])
    square = Square(house, community, {}, places, organisations, moderator=moderator, other=other, **people)
    await _furnish(square)
    return square


async def join_organisation(community: Community, kind: str, member: Neighbour) -> UUID:
    """A new approved organisation with one member."""
    made = new_id()
    await execute(
        "INSERT INTO organisation (id, community, kind, name) VALUES ($1, $2, $3, $4)",
        made, community.id, kind, {"property_company": "翠湖物业", "owners_committee": "翠湖业委会"}.get(kind, kind),
    )  # fmt: skip
    await execute(
        "INSERT INTO role_grant (id, community, account, organisation, role) VALUES ($1, $2, $3, $4, 'org_member')",
        new_id(), community.id, member.account_id, made,
    )  # fmt: skip
    return made


async def done(call: Any) -> dict[str, Any]:
    """The answer's body; it must be a success."""
    answer: httpx.Response = await call
    assert answer.status_code in (200, 201, 204), answer.text
    body: dict[str, Any] = answer.json() if answer.content else {}
    return body


async def refused(call: Any, status: int, code: str | None = None) -> dict[str, Any]:
    answer: httpx.Response = await call
    assert answer.status_code == status, (answer.status_code, answer.text)
    body: dict[str, Any] = answer.json()
    assert code is None or body["code"] == code, body
    return body


async def column(table: str, row: UUID, name: str) -> Any:
    return await fetchval(f"SELECT {name} FROM {table} WHERE id = $1", row)


def edit_of(number: int) -> dict[str, str]:
    """If-Match for the edit of this number."""
    return {"If-Match": f'"v{number}"'}


async def _build(community: Community) -> dict[str, UUID]:
    """A second building and a second estate, each with one home that is put behind the others."""
    found = await fetchval("SELECT id FROM place WHERE community = $1 AND name = '翠湖园'", community.id)
    building = await fetchval("SELECT id FROM place WHERE community = $1 AND name = '3幢'", community.id)
    places = {"翠湖园": found, "3幢": building}
    places["5幢"] = await _place(community, places["翠湖园"], "building", "5幢", "翠湖园 5幢")
    community.homes.append(await _place(community, places["5幢"], "home", "501", "翠湖园 5幢 501"))
    places["云栖里"] = await _place(community, None, "estate", "云栖里", "云栖里")
    places["1幢"] = await _place(community, places["云栖里"], "building", "1幢", "云栖里 1幢")
    community.homes.append(await _place(community, places["1幢"], "home", "701", "云栖里 1幢 701"))
    await execute("UPDATE community SET home_count = 6 WHERE id = $1", community.id)
    return places


async def _place(community: Community, parent: UUID | None, kind: str, name: str, path: str) -> UUID:
    place = new_id()
    await execute(
        """INSERT INTO place (id, community, parent, kind, name, sort_key, path, has_children)
           VALUES ($1, $2, $3, $4, $5, $5, $6, $7)""",
        place, community.id, parent, kind, name, path, kind != "home",
    )  # fmt: skip
    return place


async def _committee(community: Community) -> UUID:
    found = await fetchval("SELECT id FROM organisation WHERE community = $1 AND kind = 'committee'", community.id)
    return UUID(str(found))


async def _let(tenant: Neighbour) -> None:
    await execute(
        """UPDATE residency SET relation = 'tenant', lease_ends_on = now()::date + 300 FROM account
           WHERE account.person = residency.person AND account.id = $1""",
        tenant.account_id,
    )


async def _furnish(square: Square) -> None:
    estate = {"estate_id": str(square.places["翠湖园"])}
    rooms: dict[str, dict[str, Any]] = {
        "talk": {"name": "邻里闲谈"},
        "public": {"name": "公共事务", "read_by": "public"},
        "announcements": {"name": "物业发布", "post_by": "organisations"},
        "owners": {"name": "业主议事", "post_by": "owners"},
        "estate": {"name": "翠湖园内部", "read_by": "estate", "post_by": "estate", **estate},
        "archived": {"name": "去年的话题"},
    }
    for position, (room, rules) in enumerate(rooms.items()):
        square.boards[room] = await square.board(position=position, **rules)
    await done(square.admin.patch(f"/boards/{square.boards['archived']}", {"archived": True}, headers=edit_of(1)))
