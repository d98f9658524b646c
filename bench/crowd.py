"""A neighbourhood of 5,000 homes and 12,000 signed-in accounts, with one urgent notice to all of them."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from backend.core.ids import new_id
from backend.identity.service.sessions import access_token
from bench.town import PLACES_SQL

HOMES, ACCOUNTS = 5_000, 12_000
ESTATES, BUILDINGS, ENTRANCES, DOORS = 2, 25, 2, 50
LIVED_IN = 4_600
"""The rest stand empty or have nobody with an account."""

PEOPLE_SQL = """
WITH made AS (SELECT n, uuidv7() AS account, uuidv7() AS person FROM generate_series(1, $2::int) AS n),
persons AS (
    INSERT INTO person (id, real_name_sealed, id_number_sealed, id_number_hmac, birth_date, sex, verified_at)
    SELECT person, '', '', sha256(('p' || n)::bytea), date '1940-01-01' + (n * 977 % 25000), 'F', now() FROM made),
accounts AS (
    INSERT INTO account (id, phone_sealed, phone_hmac, person, locale, ui_mode, theme, state, created_at)
    SELECT account, '', sha256(('a' || n)::bytea), person, 'zh-CN', 'standard', 'auto', 'active', now() FROM made),
homes AS (SELECT id, row_number() OVER (ORDER BY path) AS n FROM place WHERE community = $1 AND kind = 'home'),
lives AS (
    INSERT INTO residency (id, community, person, home, relation, display_name, started_at)
    SELECT uuidv7(), $1, made.person, homes.id, CASE WHEN made.n % 3 = 0 THEN 'family' ELSE 'owner' END,
           '王女士 · 3幢', now()
    FROM made JOIN homes ON homes.n = 1 + made.n * 7919 % $3)
INSERT INTO session (id, account, platform, device_name, created_at, last_seen_at, expires_at)
SELECT uuidv7(), account, 'android', '手机', now(), now(), now() + interval '90 days' FROM made
"""
NOTICE_SQL = """
INSERT INTO notice (id, community, stream, organisation, submitter, title, body, priority, ack_required, places, groups,
                    state, published_at, ends_at, reference)
VALUES ($1, $2, 'notice', $3, $4, '台风红色预警：今晚请勿外出', $5, 'urgent', true, $6, $7, 'published', now(),
        now() + interval '3 days', $8)
"""
INBOX_SQL = """
INSERT INTO inbox_item (id, account, community, kind, subject_kind, subject_id, params, once, batch, push_state)
SELECT uuidv7(), id, $1, 'notice.urgent', 'notice', $2, '{}', 'notice', $2, 'done' FROM account
"""
BODY = "\n\n".join(["受台风影响，今晚 20 时起停止一切户外活动，请关好门窗，收好阳台杂物。"] * 6)


@dataclass(frozen=True)
class Crowd:
    """`people` are account and session of everybody."""

    dsn: str
    community: UUID
    notice: UUID
    people: list[tuple[UUID, UUID]]
    desk: tuple[UUID, UUID]

    def tokens(self) -> list[str]:
        """Fresh at each call: a run takes longer than a token lives."""
        return [access_token(*one) for one in self.people]


async def build_crowd(dsn: str) -> Crowd:
    database = await asyncpg.connect(dsn, user="postgres", command_timeout=120)
    try:
        await database.execute("SET session_replication_role = replica")
        community, committee, notice = new_id(), new_id(), new_id()
        await database.execute(
            """INSERT INTO community (id, name, district, modules, home_count)
               VALUES ($1, '望江社区', '上城区', '[]', $2)""",
            community,
            HOMES,
        )
        await database.execute(
            "INSERT INTO organisation (id, community, kind, name) VALUES ($1, $2, 'committee', '望江社区居委会')",
            committee,
            community,
        )
        await _places(database, community)
        await database.execute(PEOPLE_SQL, community, ACCOUNTS, LIVED_IN)
        people = [tuple(row) for row in await database.fetch("SELECT account, id FROM session ORDER BY id")]
        desk = people[0]
        await database.execute(
            """INSERT INTO role_grant (id, community, account, role, granted_at)
               VALUES ($1, $2, $3, 'committee_admin', now())""",
            new_id(),
            community,
            desk[0],
        )
        await database.execute(NOTICE_SQL, notice, community, committee, desk[0], BODY, [], [], "望江社区〔2026〕1号")
        await database.execute(INBOX_SQL, community, notice)
        await database.execute("VACUUM ANALYZE")
        return Crowd(dsn, community, notice, people, desk)
    finally:
        await database.close()


async def _places(database: asyncpg.Connection, community: UUID) -> None:
    for n in range(1, ESTATES + 1):
        await database.execute(
            """INSERT INTO place (id, community, parent, kind, name, sort_key, path, has_children)
               VALUES ($1, $2, NULL, 'estate', $3, $3, $3, true)""",
            new_id(),
            community,
            f"{n}园",
        )
    await database.execute(PLACES_SQL, community, "building", "estate", BUILDINGS, "幢")
    await database.execute(PLACES_SQL, community, "entrance", "building", ENTRANCES, "单元")
    await database.execute(PLACES_SQL, community, "home", "entrance", DOORS, "室")
