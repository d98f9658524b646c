"""A town of a given size, made by the database itself; what is read on the measured pages is sealed for real."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from backend.core.crypto import lookup_hmac, seal
from backend.core.ids import new_id
from backend.identity.service.sessions import access_token, phone_cell

READ_ROWS = 100
"""The pages measured show at most 50; behind them rows need no name that opens."""
DEVICES = 3
PHONES = {"resident": "+8613800000011", "moderator": "+8613800000003"}

# `size` homes below 10 estates; the tree gets broader and deeper filled, as a real one would.
PLACES_SQL = """
INSERT INTO place (id, community, parent, kind, name, sort_key, path, has_children)
SELECT gen_random_uuid(), $1, p.id, $2::text, n || $5::text, lpad(n::text, 8, '0') || $5, p.path || ' ' || n || $5,
    $2 <> 'home'
FROM place p, generate_series(1, $4::int) AS n WHERE p.community = $1 AND p.kind = $3::text
"""
ACCOUNTS_SQL = """
INSERT INTO account (id, phone_sealed, phone_hmac, locale, ui_mode, theme, state, created_at)
SELECT uuidv7(), '', sha256(('a' || n)::bytea), 'zh-CN', 'standard', 'auto', 'active', now()
FROM generate_series(1, $1::int) AS n
"""
SESSIONS_SQL = """
INSERT INTO session (id, account, platform, device_name, created_at, last_seen_at, expires_at)
SELECT uuidv7(), id, 'ios', '手机', now(), now(), now() + interval '90 days' FROM account
"""
PERSONS_SQL = """
INSERT INTO person (id, real_name_sealed, id_number_sealed, id_number_hmac, birth_date, sex, verified_at)
SELECT uuidv7(), '', '', sha256(('p' || n)::bytea), '1980-01-01', 'F', now() FROM generate_series(1, $1::int) AS n
"""
RESIDENCIES_SQL = """
INSERT INTO residency (id, community, person, home, relation, display_name, started_at)
SELECT uuidv7(), $1::uuid, p.id, h.id, 'owner', '王女士 · 3幢', now()
FROM (SELECT id, row_number() OVER () AS n FROM person) p
JOIN (SELECT id, row_number() OVER () AS n FROM place WHERE community = $1::uuid AND kind = 'home') h USING (n)
"""
# Every account once in the queue, the rest decided long ago.
VERIFICATIONS_SQL = """
INSERT INTO verification (id, community, account, home, relation, real_name_sealed, id_number_sealed, id_number_hmac,
    id_hint, state, state_since, created_at)
SELECT uuidv7(), $1::uuid, a.id, $3::uuid, 'owner', '', '', sha256(('v' || n)::bytea), '3****************1',
    CASE WHEN n <= $4::int THEN 'submitted' ELSE 'approved' END, at, at
FROM (SELECT n, (n - 1) % $4 + 1 AS m, now() - n * interval '1 second' AS at FROM generate_series(1, $2::int) AS n) v
JOIN (SELECT id, row_number() OVER () AS m FROM account) a USING (m)
"""


@dataclass(frozen=True)
class Town:
    """What the measured requests name."""

    dsn: str
    size: int
    community: UUID
    entrance: UUID
    resident: tuple[UUID, UUID]
    """Account and session, as the moderator's."""
    moderator: tuple[UUID, UUID]

    def token(self, *, moderator: bool) -> str:
        """Fresh at each call: a run takes longer than a token lives."""
        return access_token(*(self.moderator if moderator else self.resident))


async def build_town(dsn: str, size: int) -> Town:
    """`size` places and as many applications, a fifth as many accounts with sessions, persons and residencies."""
    database = await asyncpg.connect(dsn, user="postgres")
    try:
        # Millions of foreign keys that hold by construction needn't be looked up one by one.
        await database.execute("SET session_replication_role = replica")
        community = await _community(database)
        entrance = await _places(database, community, size)
        people = size // 5
        await database.execute(ACCOUNTS_SQL, people)
        await database.execute(SESSIONS_SQL)
        await database.execute(PERSONS_SQL, people)
        await database.execute(RESIDENCIES_SQL, community)
        home = await database.fetchval("SELECT id FROM place WHERE kind = 'home' LIMIT 1")
        await database.execute(VERIFICATIONS_SQL, community, size, home, people)
        await _seal_first_page(database)
        resident = await _account(database, community, home, "resident")
        moderator = await _account(database, community, home, "moderator")
        await database.execute("VACUUM ANALYZE")
        return Town(dsn, size, community, entrance, resident, moderator)
    finally:
        await database.close()


async def _community(database: asyncpg.Connection) -> UUID:
    community = new_id()
    await database.execute(
        "INSERT INTO community (id, name, district, modules) VALUES ($1, '翠湖社区', '西湖区', '[]')", community
    )
    return community


async def _places(database: asyncpg.Connection, community: UUID, size: int) -> UUID:
    """The entrance whose doors are listed: fifty, however large the town."""
    for n in range(1, 11):
        await database.execute(
            """INSERT INTO place (id, community, parent, kind, name, sort_key, path, has_children)
               VALUES ($1, $2, NULL, 'estate', $3, $3, $3, true)""",
            new_id(),
            community,
            f"{n}园",
        )
    buildings = max(1, size // 1000)
    await database.execute(PLACES_SQL, community, "building", "estate", buildings, "幢")
    await database.execute(PLACES_SQL, community, "entrance", "building", 2, "单元")
    await database.execute(PLACES_SQL, community, "home", "entrance", 50, "室")
    entrance: UUID = await database.fetchval("SELECT id FROM place WHERE kind = 'entrance' ORDER BY path LIMIT 1")
    return entrance


async def _seal_first_page(database: asyncpg.Connection) -> None:
    for direction in ("ASC", "DESC"):
        rows = await database.fetch(
            f"SELECT id FROM verification WHERE state = 'submitted' ORDER BY created_at {direction} LIMIT {READ_ROWS}"
        )
        await database.executemany(
            "UPDATE verification SET real_name_sealed = $2 WHERE id = $1",
            [(row["id"], seal("王秀英", bound_to=f"verification.real_name:{row['id']}")) for row in rows],
        )


async def _account(database: asyncpg.Connection, community: UUID, home: UUID, role: str) -> tuple[UUID, UUID]:
    """Somebody verified, at home, with a few devices; the account and the first device's session."""
    account, person, sessions = new_id(), new_id(), [new_id() for _ in range(DEVICES)]
    phone = PHONES[role]
    await database.execute(
        """INSERT INTO person (id, real_name_sealed, id_number_sealed, id_number_hmac, birth_date, sex, verified_at)
           VALUES ($1, $2, $3, $4, $5, 'F', now())""",
        person,
        seal("王秀英", bound_to=f"person.real_name:{person}"),
        seal("330106198001010012", bound_to=f"person.id_number:{person}"),
        lookup_hmac("id_number", role),
        dt.date(1980, 1, 1),
    )
    await database.execute(
        """INSERT INTO account (id, phone_sealed, phone_hmac, person, state, locale, ui_mode, theme, created_at)
           VALUES ($1, $2, $3, $4, 'active', 'zh-CN', 'standard', 'auto', now())""",
        account,
        seal(phone, bound_to=phone_cell(account)),
        lookup_hmac("phone", phone),
        person,
    )
    await database.execute(
        """INSERT INTO residency (id, community, person, home, relation, display_name, started_at)
           VALUES ($1, $2, $3, $4, 'owner', '王女士 · 3幢', now())""",
        new_id(),
        community,
        person,
        home,
    )
    await database.executemany(
        """INSERT INTO session (id, account, platform, device_name, created_at, last_seen_at, expires_at)
           VALUES ($1, $2, 'ios', '手机', now(), now(), now() + interval '90 days')""",
        [(session, account) for session in sessions],
    )
    if role != "resident":
        await database.execute(
            "INSERT INTO role_grant (id, community, account, role, granted_at) VALUES ($1, $2, $3, $4, now())",
            new_id(),
            community,
            account,
            role,
        )
    return account, sessions[0]
