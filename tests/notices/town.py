"""Small towns drawn at random, and a plain model of who is meant by a notice and which home it has reached."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import strategies as st

from backend.core.clock import now, today
from backend.core.database import execute, execute_many
from backend.core.ids import new_id

DAY = timedelta(days=1)
HERE, THERE = 0, 1
RELATIONS = ("owner", "tenant", "family")
ROLES = ("worker", "moderator", "merchant")
GROUPS = ("age:60", *(f"relation:{it}" for it in RELATIONS), *(f"role:{it}" for it in ROLES))
BELOW = {"estate": ("building",), "building": ("entrance", "home"), "entrance": ("home",)}


@dataclass
class Place:
    kind: str
    above: "Place | None"
    community: int
    id: UUID = field(default_factory=new_id)

    @property
    def places(self) -> set[UUID]:
        """Itself and all above it."""
        return {self.id} | (self.above.places if self.above else set())


@dataclass
class Residency:
    home: Place
    relation: str
    lease_ends_on: date | None
    ended: bool

    @property
    def holds(self) -> bool:
        return not self.ended and (self.lease_ends_on is None or self.lease_ends_on >= today())


@dataclass
class Grant:
    role: str
    community: int
    ends_at: datetime | None
    ended: bool

    @property
    def holds(self) -> bool:
        midnight = datetime.combine(today(), datetime.min.time(), UTC)
        return not self.ended and (self.ends_at is None or self.ends_at > midnight)


@dataclass
class Somebody:
    """An account, with a person behind it or not. What they have read and acknowledged is in versions."""

    state: str
    born: date | None
    residencies: list[Residency]
    grants: list[Grant]
    read: int
    acknowledged: int
    account: UUID = field(default_factory=new_id)
    person: UUID = field(default_factory=new_id)

    def homes(self, community: int) -> list[Place]:
        lived = [it.home for it in self.residencies if it.holds and it.home.community == community]
        return lived if self.state == "active" else []

    def roles(self, community: int) -> list[str]:
        held = [it.role for it in self.grants if it.holds and it.community == community]
        return held if self.state == "active" else []

    def places(self, community: int) -> set[UUID]:
        return set().union(*(home.places for home in self.homes(community)))

    def groups(self, community: int) -> set[str]:
        relations = {
            f"relation:{it.relation}" for it in self.residencies if it.holds and it.home.community == community
        }
        old = {"age:60"} if self.born is not None and age(self.born) >= 60 else set()
        return relations | {f"role:{it}" for it in self.roles(community)} | old

    def belongs(self, community: int) -> bool:
        return bool(self.homes(community) or self.roles(community))


@dataclass
class Town:
    """One notice of the community HERE; `visits` are homes and versions, `grid` what the worker walks."""

    places: list[Place]
    people: list[Somebody]
    meant_places: set[UUID]
    meant_groups: set[str]
    version: int
    visits: set[tuple[UUID, int]]
    grid: set[UUID]
    communities: tuple[UUID, UUID] = field(default_factory=lambda: (new_id(), new_id()))
    notice: UUID = field(default_factory=new_id)
    worker: UUID = field(default_factory=new_id)

    def audience(self) -> list[Somebody]:
        return [it for it in self.people if it.belongs(HERE) and self.means(it)]

    def means(self, person: Somebody) -> bool:
        there = not self.meant_places or bool(person.places(HERE) & self.meant_places)
        return there and (not self.meant_groups or bool(person.groups(HERE) & self.meant_groups))

    def states(self) -> dict[UUID, str]:
        """Every home that the notice is for, and how far it has come."""
        homes = [it for it in self.places if it.kind == "home" and it.community == HERE]
        return {home.id: self._state(home) for home in homes if self._is_for(home)}

    def _is_for(self, home: Place) -> bool:
        in_place = not self.meant_places or bool(home.places & self.meant_places)
        return in_place and (not self.meant_groups or bool(self._meant_in(home)))

    def _meant_in(self, home: Place) -> list[Somebody]:
        return [it for it in self.people if home in it.homes(HERE) and self.means(it)]

    def _state(self, home: Place) -> str:
        meant = self._meant_in(home)
        if any(it.acknowledged >= self.version for it in meant):
            return "acknowledged"
        if any(it.read >= self.version for it in meant):
            return "reached"
        return "told" if (home.id, self.version) in self.visits else "unreached"


def age(born: date) -> int:
    day = today()
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@st.composite
def trees(draw: st.DrawFn) -> list[Place]:
    """Two to four levels: with and without an estate above, with and without entrances."""
    places = [Place(draw(st.sampled_from(("estate", "building"))), None, HERE) for _ in range(draw(st.integers(1, 2)))]
    places += [Place("building", None, THERE)]
    for above in places:
        kinds = BELOW.get(above.kind, ())
        # What is added is walked as well, so this goes down to the doors.
        below = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=3)) if kinds else []
        places += [Place(kind, above, above.community) for kind in below]
    return places


@st.composite
def people(draw: st.DrawFn, homes: list[Place], version: int) -> Somebody:
    leases = st.sampled_from([None, today() - DAY, today(), today() + DAY])
    lived = draw(st.lists(st.sampled_from(homes), min_size=1, max_size=4, unique_by=lambda it: it.id))
    sixty = today().replace(year=today().year - 60, day=min(today().day, 28))
    grants = st.builds(
        Grant, st.sampled_from(ROLES), st.sampled_from((HERE, THERE)),
        st.sampled_from([None, now() - 2 * DAY, now() + 2 * DAY]), st.booleans(),
    )  # fmt: skip
    read = draw(st.sampled_from((version, 0, version - 1, version)))
    return Somebody(
        state=draw(st.sampled_from(("active", "active", "active", "banned", "closed"))),
        born=draw(st.sampled_from([None, sixty, sixty + 40 * DAY, sixty - 40 * DAY, date(1990, 2, 28)])),
        residencies=[
            Residency(home, draw(st.sampled_from(RELATIONS)), draw(leases), draw(st.integers(0, 4)) == 4)
            for home in lived
        ],
        grants=draw(st.lists(grants, max_size=2)),
        read=read,
        acknowledged=draw(st.sampled_from((0, read, 0))),
    )


@st.composite
def towns(draw: st.DrawFn) -> Town:
    places = draw(trees())
    homes = [it for it in places if it.kind == "home"]
    here = [it.id for it in places if it.community == HERE]
    version = draw(st.sampled_from((2, 1, 2)))
    doors = [it.id for it in homes]
    return Town(
        places=places,
        people=draw(st.lists(people(homes, version), min_size=4, max_size=9)),
        meant_places=set(draw(st.lists(st.sampled_from(here), max_size=3))),
        meant_groups=draw(st.sets(st.sampled_from(GROUPS), max_size=2)),
        version=version,
        visits=set(draw(st.lists(st.tuples(st.sampled_from(doors), st.integers(1, version)), min_size=4, max_size=9))),
        grid=draw(st.sets(st.sampled_from(here), max_size=2)),
    )


async def build(town: Town) -> None:
    for at, community in enumerate(town.communities):
        await execute(
            "INSERT INTO community (id, name, district) VALUES ($1, $2, '西湖区')",
            community,
            f"{at}{str(community)[-12:]}",
        )
    await execute_many(
        """INSERT INTO place (id, community, parent, kind, name, sort_key, path, has_children)
           VALUES ($1, $2, $3, $4, $5, $5, $5, $6)""",
        [
            (
                it.id,
                town.communities[it.community],
                it.above and it.above.id,
                it.kind,
                str(it.id)[-12:],
                it.kind != "home",
            )
            for it in town.places
        ],
    )
    for person in town.people:
        await _move_in(town, person)
    await execute(
        "INSERT INTO account (id, phone_sealed, phone_hmac) VALUES ($1, '', $2)", town.worker, town.worker.bytes
    )
    await execute_many(
        "INSERT INTO grid_place (id, community, worker, place, since) VALUES ($1, $2, $3, $4, $5)",
        [(new_id(), town.communities[HERE], town.worker, place, today()) for place in town.grid],
    )
    await _publish(town)


async def _move_in(town: Town, person: Somebody) -> None:
    await execute(
        """INSERT INTO person (id, real_name_sealed, id_number_sealed, id_number_hmac, birth_date)
           VALUES ($1, '', '', $2, $3)""",
        person.person, person.person.bytes, person.born,
    )  # fmt: skip
    await execute(
        "INSERT INTO account (id, phone_sealed, phone_hmac, person, state) VALUES ($1, '', $2, $3, $4)",
        person.account, person.account.bytes, person.person, person.state,
    )  # fmt: skip
    await execute_many(
        """INSERT INTO residency (id, community, person, home, relation, lease_ends_on, display_name, ended_at)
           VALUES ($1, $2, $3, $4, $5, $6, '某某', $7)""",
        [
            (new_id(), town.communities[it.home.community], person.person, it.home.id, it.relation, it.lease_ends_on,
             now() if it.ended else None) for it in person.residencies
        ],
    )  # fmt: skip
    await execute_many(
        """INSERT INTO role_grant (id, community, account, role, ends_at, ended_at) VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT DO NOTHING""",
        [
            (new_id(), town.communities[it.community], person.account, it.role, it.ends_at, now() if it.ended else None)
            for it in person.grants
        ],
    )


async def _publish(town: Town) -> None:
    await execute(
        """INSERT INTO notice (id, community, stream, submitter, title, body, priority, places, groups, version, state,
                               published_at, ends_at, reference)
           VALUES ($1, $2, 'notice', $3, '停水', '明日停水', 'important', $4, $5, $6, 'published', now(),
                   now() + interval '9 days', '1号')""",
        town.notice, town.communities[HERE], new_id(), list(town.meant_places), list(town.meant_groups), town.version,
    )  # fmt: skip
    await execute_many(
        """INSERT INTO notice_receipt (id, notice, account, read_version, acknowledged_version)
           VALUES ($1, $2, $3, $4, $5)""",
        [(new_id(), town.notice, it.account, it.read, it.acknowledged or None) for it in town.people if it.read],
    )
    await execute_many(
        """INSERT INTO notice_visit (id, notice, home, version, visited_by, told, visited_at)
           VALUES ($1, $2, $3, $4, $5, '本人', now())""",
        [(new_id(), town.notice, home, version, town.worker) for home, version in town.visits],
    )
