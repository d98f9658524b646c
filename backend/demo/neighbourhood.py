"""Fills the demo: everything or nothing, once."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from uuid import UUID

from backend.app import register_domains
from backend.core.auth import Caller, Grant
from backend.core.clock import set_clock, today
from backend.core.database import ENGINE, close_pool, execute, fetch, fetchval, open_pool, transaction
from backend.core.ids import new_id
from backend.demo.addresses import SEED, lake_side, peach_garden
from backend.demo.forum import fill_forum
from backend.demo.moments import ago, caller
from backend.demo.notices import fill_notices
from backend.demo.people import (
    APPLICANTS,
    ELSEWHERE_ADMIN,
    ELSEWHERE_RESIDENTS,
    NEWCOMER_PHONE,
    OFFICERS,
    PLATFORM_ADMIN_PHONE,
    RESIDENTS,
    SHARED_HOME,
    DemoPerson,
    id_number,
)
from backend.demo.pictures import hand_in_certificate
from backend.identity.permissions import COMMITTEE_ADMIN, MODERATOR, PLATFORM_ADMIN
from backend.identity.rules.sign_in import parse_phone
from backend.identity.schemas.communities import CommunityCreate
from backend.identity.schemas.roles import RoleCreate
from backend.identity.schemas.verifications import VerificationCreate
from backend.identity.service import communities, decisions, imports, roles
from backend.identity.service.sessions import account_of
from backend.identity.service.verifications import apply

COMMUNITY = "翠湖社区"
ELSEWHERE = "桃源社区"
DISTRICT = "杭州市西湖区翠湖街道"
ORGANISATION_KINDS = {
    "翠湖便民超市": "merchant",
    "翠湖物业服务中心": "property_company",
    "翠湖园业主委员会": "owners_committee",
}
COMMITTEE_PHONES = {COMMUNITY: "0571-88000101", ELSEWHERE: "0571-88000201"}
ORGANISATION_PHONES = {"翠湖物业服务中心": "0571-88000110"}
WAITING_FOR = (timedelta(hours=2), timedelta(hours=9), timedelta(hours=31))
"""One of the three has waited for longer than promised."""
OPENED_AGO = timedelta(days=60)
FILLED_WITHIN_S = 60
"""Measured at 2.5, and at 16 on a machine with much other work."""
ONE_AT_A_TIME = 0x64656D6F
"""The letters of demo."""


async def fill() -> None:
    """Does nothing when the demo community is there. In a process of its own: it sets the clock back for a moment.

    Opens the database for itself when nobody has.
    """
    register_domains()
    opened_here = ENGINE.pool is None
    if opened_here:
        await open_pool()
    try:
        if not await _is_filled():
            photos = await _photos()
            async with transaction() as connection:
                # Whoever comes second waits for the first to end, which takes longer than a row's lock may.
                await execute(f"SET LOCAL lock_timeout = '{FILLED_WITHIN_S}s'")
                await execute(f"SET LOCAL statement_timeout = '{FILLED_WITHIN_S}s'")
                await connection.execute("SELECT pg_advisory_xact_lock($1)", ONE_AT_A_TIME, timeout=FILLED_WITHIN_S)
                if not await _is_filled():
                    await _fill(photos)
    finally:
        set_clock(None)
        if opened_here:
            await close_pool()


async def _is_filled() -> bool:
    return await fetchval("SELECT 1 FROM community WHERE name = $1", COMMUNITY) is not None


async def _photos() -> dict[str, list[UUID]]:
    """Before the one transaction, which no picture should hold up; a fill that dies leaves them to the daily purge."""
    photos: dict[str, list[UUID]] = {}
    for person in APPLICANTS[:2]:
        async with transaction():
            owner = await account_of(parse_phone(person.phone))
        photos[person.phone] = [await hand_in_certificate(owner, seed=person.phone)]
    return photos


async def _fill(photos: dict[str, list[UUID]]) -> None:
    draw = Random(SEED)
    with ago(OPENED_AGO):
        platform_admin = await _platform_admin()
        await account_of(parse_phone(NEWCOMER_PHONE))
        lake = await _open(platform_admin, COMMUNITY, OFFICERS[0].phone, lake_side())
    neighbours = {person.phone: person for person in (*OFFICERS, *RESIDENTS)}
    homes = await _homes(lake, neighbours, draw)
    await _settle(lake, neighbours, homes)
    await _appoint(lake)
    for person, age in zip(APPLICANTS, WAITING_FOR, strict=True):
        with ago(age):
            await _apply(lake, person, homes[person.phone], photos.get(person.phone, []))
    with ago(OPENED_AGO / 2):
        await _fill_elsewhere(platform_admin, draw)
    await fill_notices(lake)
    await fill_forum(lake)


async def _platform_admin() -> Caller:
    account = await account_of(parse_phone(PLATFORM_ADMIN_PHONE))
    await roles.insert_grant(PLATFORM_ADMIN, account_id=account, community_id=None, granted_by=None)
    return Caller(account, new_id(), (Grant(PLATFORM_ADMIN, None),))


async def _open(platform_admin: Caller, name: str, admin_phone: str, table: bytes) -> UUID:
    community = await communities.open_community(
        platform_admin, CommunityCreate(name, DISTRICT, admin_phone, COMMITTEE_PHONES[name])
    )
    for organisation, kind in ORGANISATION_KINDS.items() if name == COMMUNITY else ():
        await communities.add_organisation(community, kind, organisation, ORGANISATION_PHONES.get(organisation))
    await imports.run_import(
        await imports.store(community, content=table, file_name=f"{name}.csv", dry_run=False, started_by=None)
    )
    return community


async def _homes(community: UUID, people: dict[str, DemoPerson], draw: Random) -> dict[str, UUID]:
    """A home for each phone; 13800000012 lives with 13800000011."""
    rows = await fetch("SELECT id FROM place WHERE community = $1 AND kind = 'home' ORDER BY path", community)
    phones = [*people, *(person.phone for person in APPLICANTS)]
    homes = dict(zip(phones, draw.sample([row["id"] for row in rows], len(phones)), strict=True))
    return homes | {phone: homes[other] for phone, other in SHARED_HOME.items()}


async def _settle(community: UUID, people: dict[str, DemoPerson], homes: dict[str, UUID]) -> None:
    """Everybody applies and is approved: the first moderator by the admin, everybody else by the moderator."""
    admin = await caller(community, OFFICERS[0].phone, COMMITTEE_ADMIN)
    moderator = await caller(community, OFFICERS[1].phone, MODERATOR)
    order = [OFFICERS[1], OFFICERS[0], *OFFICERS[2:], *RESIDENTS]
    for days, person in enumerate(order):
        with ago(OPENED_AGO - timedelta(days=2 + days, hours=days % 7)):
            verification = await _apply(community, people[person.phone], homes[person.phone])
        with ago(OPENED_AGO - timedelta(days=2 + days) + timedelta(hours=3)):
            by = admin if person is OFFICERS[1] else moderator
            await decisions.claim(by, verification)
            await decisions.approve(by, verification, move_person=False)
            if person is OFFICERS[1]:
                await _grant(admin, community, person)


async def _appoint(community: UUID) -> None:
    admin = await caller(community, OFFICERS[0].phone, COMMITTEE_ADMIN)
    with ago(timedelta(days=20)):
        for person in OFFICERS[2:]:
            await _grant(admin, community, person)


async def _grant(admin: Caller, community: UUID, person: DemoPerson) -> None:
    organisation = await fetchval(
        "SELECT id FROM organisation WHERE community = $1 AND name = $2", community, person.organisation
    )
    await roles.grant(
        admin,
        RoleCreate(community, person.phone, person.role or "", organisation),  # type: ignore[arg-type]
    )


async def _apply(community: UUID, person: DemoPerson, home: UUID, photos: Sequence[UUID] = ()) -> UUID:
    data = VerificationCreate(
        community_id=community,
        real_name=person.name,
        id_number=id_number(person),
        home_id=home,
        relation=person.relation,  # type: ignore[arg-type]
        lease_ends_on=today() + timedelta(days=500) if person.relation == "tenant" else None,
        evidence_media_ids=list(photos),
    )
    return await apply(await account_of(parse_phone(person.phone)), data)


async def _fill_elsewhere(platform_admin: Caller, draw: Random) -> None:
    """The second community, where nobody of the first has any business."""
    community = await _open(platform_admin, ELSEWHERE, ELSEWHERE_ADMIN.phone, peach_garden())
    admin = await caller(community, ELSEWHERE_ADMIN.phone, COMMITTEE_ADMIN)
    rows = await fetch("SELECT id FROM place WHERE community = $1 AND kind = 'home' ORDER BY path", community)
    for person in ELSEWHERE_RESIDENTS:
        verification = await _apply(community, person, draw.choice(rows)["id"])
        await decisions.claim(admin, verification)
        await decisions.approve(admin, verification, move_person=False)
