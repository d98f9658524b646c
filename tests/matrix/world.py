"""Two communities, somebody in every role, and fresh objects of every relation to them."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from uuid import UUID

from backend.core.clock import now
from backend.core.crypto import lookup_hmac, seal
from backend.core.database import execute, fetchval
from backend.core.ids import new_id
from backend.identity.permissions import ROLES
from backend.identity.rules.sign_in import REFRESH_LIFE
from backend.identity.service.codes import phone_hmac
from backend.identity.service.sessions import access_token, phone_cell
from backend.media.service.files import write_file
from tests.house import Community, House, id_number
from tests.matrix import forum_world

ANONYMOUS, GUEST, RESIDENT = "anonymous", "guest", "resident"
PLATFORM_ROLES = frozenset({"platform_admin"})
HERE, ELSEWHERE = "here", "elsewhere"
OWN, SAME, FOREIGN, ABSENT = "own", "same community", "other community", "absent"
RELATIONS = (OWN, SAME, FOREIGN, ABSENT)


@dataclass
class Actor:
    """Somebody in a role. `elsewhere`: a resident here who holds the role in the other community."""

    role: str
    place: str
    account_id: UUID | None = None
    token: str = ""

    @property
    def name(self) -> str:
        return self.role if self.place == HERE else f"{self.role} elsewhere"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


@dataclass
class World:
    here: Community
    other: Community
    neighbour: UUID
    stranger: UUID
    phones: dict[UUID, str] = field(default_factory=dict)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))
    _targets: dict[tuple[str, str, str], UUID] = field(default_factory=dict)

    def roles(self) -> list[tuple[str, str]]:
        granted = [role for role in ROLES if role != RESIDENT]
        both = [(role, place) for role in granted for place in (HERE, ELSEWHERE) if role not in PLATFORM_ROLES]
        platform = [(role, HERE) for role in PLATFORM_ROLES]
        return [(ANONYMOUS, HERE), (GUEST, HERE), (RESIDENT, HERE), (RESIDENT, ELSEWHERE), *both, *platform]

    async def actor(self, role: str, place: str) -> Actor:
        """A fresh account in that role, signed in."""
        made = Actor(role, place)
        if role == ANONYMOUS:
            return made
        made.account_id = await self.account()
        session = await self.session(made.account_id)
        made.token = access_token(made.account_id, session)
        if role in PLATFORM_ROLES:
            await self.grant(made.account_id, None, role)
        elif role == RESIDENT:
            await self.settle(made.account_id, self.here if place == HERE else self.other)
        elif role != GUEST:
            await self.settle(made.account_id, self.here)
            await self.grant(made.account_id, (self.here if place == HERE else self.other).id, role)
        return made

    async def account(self) -> UUID:
        account, phone = new_id(), f"+86150{next(self._numbers):08d}"
        self.phones[account] = phone
        await execute(
            "INSERT INTO account (id, phone_sealed, phone_hmac) VALUES ($1, $2, $3)",
            account, seal(phone, bound_to=phone_cell(account)), phone_hmac(phone),
        )  # fmt: skip
        return account

    async def session(self, account: UUID) -> UUID:
        session = new_id()
        await execute(
            "INSERT INTO session (id, account, platform, device_name, expires_at) VALUES ($1, $2, 'ios', 'x', $3)",
            session, account, now() + REFRESH_LIFE,
        )  # fmt: skip
        return session

    async def settle(self, account: UUID, community: Community) -> None:
        person = new_id()
        number = self.new_id_number()
        await execute(
            """INSERT INTO person (id, real_name_sealed, id_number_sealed, id_number_hmac, birth_date, sex)
               VALUES ($1, $2, $3, $4, '1980-01-01', 'F')""",
            person, seal("王秀英", bound_to=f"person.real_name:{person}"),
            seal(number, bound_to=f"person.id_number:{person}"), lookup_hmac("id_number", number),
        )  # fmt: skip
        await execute("UPDATE account SET person = $2 WHERE id = $1", account, person)
        await execute(
            """INSERT INTO residency (id, community, person, home, relation, display_name)
               VALUES ($1, $2, $3, $4, 'owner', '王女士 · 3幢')""",
            new_id(), community.id, person, community.homes[0],
        )  # fmt: skip

    async def grant(self, account: UUID, community: UUID | None, role: str) -> UUID:
        grant = new_id()
        await execute(
            """INSERT INTO role_grant (id, community, account, role) VALUES ($1, $2, $3, $4)
               ON CONFLICT DO NOTHING""",
            grant, community, account, role,
        )  # fmt: skip
        return grant

    def new_id_number(self) -> str:
        at = next(self._numbers)
        return id_number(f"{1930 + at // 999}0102", 1 + at % 999)

    def phone(self, relation: str) -> str:
        """A resident's of that community: the desk looks people up by it."""
        return self.phones[self.stranger if relation == FOREIGN else self.neighbour]

    async def target(self, kind: str, relation: str, actor: Actor) -> UUID:
        """An object of that relation to the actor, made once until `forget` is called."""
        if relation == ABSENT:
            return UUID("01980000-0000-7000-8000-00000000dead")
        known = (kind, relation, actor.name)
        if known not in self._targets:
            self._targets[known] = await MAKERS[kind](self, relation, actor)
        return self._targets[known]

    def forget(self, actor: Actor) -> None:
        for known in [it for it in self._targets if it[2] == actor.name]:
            del self._targets[known]

    def owner(self, relation: str, actor: Actor) -> UUID:
        if relation == OWN and actor.account_id is not None:
            return actor.account_id
        return self.stranger if relation == FOREIGN else self.neighbour

    def community(self, relation: str) -> Community:
        return self.other if relation == FOREIGN else self.here


async def build(house: House) -> World:
    here, other = await house.open_community(), await house.open_community("桃源社区")
    world = World(here, other, new_id(), new_id())
    world.neighbour, world.stranger = await world.account(), await world.account()
    await world.settle(world.neighbour, here)
    await world.settle(world.stranger, other)
    return world


async def _community(world: World, relation: str, _: Actor) -> UUID:
    return world.community(relation).id


async def _home(world: World, relation: str, _: Actor) -> UUID:
    return world.community(relation).homes[1]


async def _building(world: World, relation: str, _: Actor) -> UUID:
    found: UUID = await fetchval(
        "SELECT id FROM place WHERE community = $1 AND kind = 'building'", world.community(relation).id
    )
    return found


async def _session(world: World, relation: str, actor: Actor) -> UUID:
    return await world.session(world.owner(relation, actor))


async def _verification(world: World, relation: str, actor: Actor) -> UUID:
    """One's own was sent back; a neighbour's is in one's own hands, so that a reviewer may decide it."""
    it, number = new_id(), world.new_id_number()
    state = "needs_more" if relation == OWN else "claimed"
    owner = world.owner(relation, actor)
    await execute("UPDATE verification SET state = 'withdrawn' WHERE account = $1", owner)
    if relation == SAME:
        # Each reviewer decides about somebody of their own: one account is one person.
        owner = await world.account()
    await execute(
        """INSERT INTO verification (id, community, account, home, relation, real_name_sealed, id_number_sealed,
               id_number_hmac, id_hint, state, claimed_by, created_at)
           VALUES ($1, $2, $3, $4, 'owner', $5, $6, $7, '3****************X', $8, $9, $10)""",
        it, world.community(relation).id, owner, world.community(relation).homes[2],
        seal("李小芳", bound_to=f"verification.real_name:{it}"), seal(number, bound_to=f"verification.id_number:{it}"),
        lookup_hmac("id_number", number), state, actor.account_id, now() - timedelta(days=2),
    )  # fmt: skip
    await execute(
        """INSERT INTO flow_step (id, flow, subject, number, move, source, target, at)
           VALUES ($1, 'verification', $2, 1, 'begin', NULL, $3, $4)""",
        new_id(), it, state, now(),
    )  # fmt: skip
    return it


async def _medium(world: World, relation: str, actor: Actor) -> UUID:
    row = {"id": new_id(), "owner": world.owner(relation, actor), "file": new_id(), "purpose": "evidence"}
    size = await write_file(row, "320", b"RIFF....WEBP")
    await execute(
        """INSERT INTO medium (id, owner, file, purpose, state, stored_bytes, width, height, thumbhash, variants,
               digest, created_at) VALUES ($1, $2, $3, 'evidence', 'ready', $4, 320, 240, 'aaaa', '{320}', '', $5)""",
        row["id"], row["owner"], row["file"], size, now(),
    )  # fmt: skip
    return row["id"]


async def _evidence(world: World, relation: str, actor: Actor) -> UUID:
    """A photo of the application that `verification` gives for the same relation."""
    medium, verification = await _medium(world, relation, actor), await world.target("verification", relation, actor)
    await execute(
        "INSERT INTO verification_evidence (id, verification, medium, position) VALUES ($1, $2, $3, 1)",
        new_id(), verification, medium,
    )  # fmt: skip
    return medium


async def _grant(world: World, relation: str, actor: Actor) -> UUID:
    if relation == OWN and actor.account_id is not None and actor.place == HERE:
        found = await fetchval("SELECT id FROM role_grant WHERE account = $1 AND ended_at IS NULL", actor.account_id)
        if found is not None:
            return UUID(str(found))
    return await world.grant(await world.account(), world.community(relation).id, "worker")


async def _import(world: World, relation: str, _: Actor) -> UUID:
    it = new_id()
    await execute(
        "INSERT INTO address_import (id, community, file_name, state) VALUES ($1, $2, 'a.csv', 'done')",
        it, world.community(relation).id,
    )  # fmt: skip
    return it


async def _organisation(world: World, relation: str, _: Actor) -> UUID:
    found: UUID = await fetchval("SELECT id FROM organisation WHERE community = $1", world.community(relation).id)
    return found


async def _notice(world: World, relation: str, actor: Actor) -> UUID:
    """One's own is a draft; a neighbour's, or a stranger's there, is published to all who live there."""
    it, published = new_id(), relation != OWN
    await execute(
        """INSERT INTO notice (id, community, stream, submitter, title, body, state, published_at, ends_at, reference)
           VALUES ($1, $2, 'notice', $3, '明天停水', '请您提前接好水。', $4, $5, $6, $7)""",
        it, world.community(relation).id, world.owner(relation, actor), "published" if published else "draft",
        now() if published else None, now() + timedelta(days=14) if published else None,
        f"〔2026〕{it.int % 10**9}号" if published else None,
    )  # fmt: skip
    await execute(
        """INSERT INTO flow_step (id, flow, subject, number, move, source, target, at)
           VALUES ($1, 'notice', $2, 1, 'begin', NULL, $3, $4)""",
        new_id(), it, "published" if published else "draft", now(),
    )  # fmt: skip
    return it


async def _worker(world: World, relation: str, actor: Actor) -> UUID:
    """Oneself, or a grid worker of the community."""
    if relation == OWN and actor.account_id is not None:
        return actor.account_id
    worker = await world.account()
    await world.grant(worker, world.community(relation).id, "worker")
    return worker


MAKERS = {
    "community": _community,
    "home": _home,
    "building": _building,
    "session": _session,
    "verification": _verification,
    "medium": _medium,
    "evidence": _evidence,
    "grant": _grant,
    "import": _import,
    "organisation": _organisation,
    "notice": _notice,
    "worker": _worker,
    **forum_world.MAKERS,
}
