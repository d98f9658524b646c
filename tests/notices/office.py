"""The people of one community's notices: who writes, who reviews, who decides."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from backend.core.database import execute, fetchval
from backend.core.ids import new_id
from tests.house import Community, House, Neighbour, key

WORDS = {"stream": "notice", "title": "电梯年检", "body": "周三上午 3幢电梯停用两小时。"}


@dataclass
class Office:
    house: House
    community: Community
    wang: Neighbour
    """A resident."""
    moderator: Neighbour
    colleague: Neighbour
    """Another moderator."""
    admin: Neighbour
    worker: Neighbour

    @property
    def path(self) -> str:
        return f"/communities/{self.community.id}/notices"

    async def committee(self) -> str:
        found = await fetchval(
            "SELECT id FROM organisation WHERE community = $1 AND kind = 'committee'", self.community.id
        )
        return str(found)

    async def organisation(self, kind: str, member: Neighbour) -> str:
        """An approved one with a member."""
        made = new_id()
        await execute(
            "INSERT INTO organisation (id, community, kind, name) VALUES ($1, $2, $3, $4)",
            made, self.community.id, kind, f"翠湖{kind}",
        )  # fmt: skip
        await execute(
            """INSERT INTO role_grant (id, community, account, organisation, role)
               VALUES ($1, $2, $3, $4, 'org_member')""",
            new_id(), self.community.id, member.account_id, made,
        )  # fmt: skip
        return str(made)

    async def draft(self, writer: Neighbour | None = None, **fields: Any) -> str:
        """A new draft's id; a resident's own unless `organisation_id` says otherwise."""
        answer = await (writer or self.wang).post(self.path, {**WORDS, **fields}, headers=key())
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def submitted(self, writer: Neighbour | None = None, **fields: Any) -> str:
        notice = await self.draft(writer, **fields)
        await done((writer or self.wang).put(f"/notices/{notice}/submission"))
        return notice

    async def approved(self, writer: Neighbour | None = None, **fields: Any) -> str:
        notice = await self.submitted(writer, **fields)
        await done(self.moderator.put(f"/desk/notices/{notice}/approval"))
        return notice

    async def published(self, writer: Neighbour | None = None, **fields: Any) -> str:
        notice = await self.approved(writer, **fields)
        await done(self.admin.put(f"/desk/notices/{notice}/publication"))
        return notice

    async def news(self, writer: Neighbour | None = None, **fields: Any) -> str:
        """A draft of the committee's news."""
        return await self.draft(
            writer or self.moderator, stream="news", organisation_id=await self.committee(), **fields
        )


async def open_office(house: House, name: str = "翠湖社区") -> Office:
    """A community with a resident, two moderators, a committee admin and a worker."""
    community = await house.open_community(name)
    moderator = await house.officer(community, "moderator")
    return Office(
        house,
        community,
        wang=await house.resident(community, moderator),
        moderator=moderator,
        colleague=await house.officer(community, "moderator"),
        admin=await house.officer(community, "committee_admin"),
        worker=await house.officer(community, "worker"),
    )


async def done(call: Any) -> dict[str, Any]:
    """The answer's body; it must be a success."""
    answer: httpx.Response = await call
    assert answer.status_code in (200, 201), answer.text
    body: dict[str, Any] = answer.json()
    return body


async def refused(call: Any, status: int, code: str | None = None) -> dict[str, Any]:
    answer: httpx.Response = await call
    assert answer.status_code == status, (answer.status_code, answer.text)
    body: dict[str, Any] = answer.json()
    assert code is None or body["code"] == code, body
    return body


async def standing(notice: str) -> str:
    return str(await fetchval("SELECT state FROM notice WHERE id = $1", UUID(notice)))


async def column(notice: str, name: str) -> Any:
    return await fetchval(f"SELECT {name} FROM notice WHERE id = $1", UUID(notice))


def edit_of(number: int) -> dict[str, str]:
    """If-Match for the edit of this number."""
    return {"If-Match": f'"v{number}"'}
