"""Communities and their address trees."""

from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from backend.core.auth import Caller
from backend.core.clock import today
from backend.core.database import fetch, fetchrow, fetchval
from backend.core.errors import NotFound
from backend.core.paging import Page, decode_cursor, page_of
from backend.identity.schemas.communities import (
    CommunityDetail,
    CommunityOut,
    OrganisationOut,
    PlaceOut,
)

COMMUNITY_COLUMNS = """
c.id, c.name, c.district, c.home_count, c.display_name_style, c.modules, c.version,
(SELECT count(DISTINCT r.person) FROM residency r WHERE r.community = c.id AND r.ended_at IS NULL
   AND (r.lease_ends_on IS NULL OR r.lease_ends_on >= $1)) AS verified_count
"""


async def communities(*, limit: int, cursor: str | None) -> Page[CommunityOut]:
    """By name; everybody may see which communities there are, or nobody could apply to one."""
    after = decode_cursor(cursor, tuple[str, UUID]) or (None, None)
    rows = await fetch(
        f"""SELECT {COMMUNITY_COLUMNS} FROM community c
            WHERE $2::text IS NULL OR (c.name, c.id) > ($2, $3) ORDER BY c.name, c.id LIMIT $4""",
        today(),
        *after,
        limit + 1,
    )
    return page_of(
        rows,
        limit,
        shape=lambda row: CommunityOut(
            row["id"], row["name"], row["district"], row["home_count"], row["verified_count"]
        ),
        key=lambda row: (row["name"], row["id"]),
    )


async def community(community_id: UUID) -> CommunityDetail:
    row = await fetchrow(
        f"""SELECT {COMMUNITY_COLUMNS},
                   (SELECT row(o.id, o.kind, o.name, o.phone) FROM organisation o
                    WHERE o.community = c.id AND o.kind = 'committee' LIMIT 1) AS committee
            FROM community c WHERE c.id = $2""",
        today(),
        community_id,
    )
    if row is None:
        raise NotFound()
    return CommunityDetail(
        id=row["id"],
        name=row["name"],
        district=row["district"],
        home_count=row["home_count"],
        verified_count=row["verified_count"],
        display_name_style=row["display_name_style"],
        committee=OrganisationOut(*row["committee"]) if row["committee"] else None,
        modules=msgspec.json.decode(row["modules"]),
        version=row["version"],
    )


async def addresses(community_id: UUID, parent: UUID | None, *, limit: int, cursor: str | None) -> Page[PlaceOut]:
    """One level of the tree below `parent` (the estates without one), in the order people count doors."""
    after = decode_cursor(cursor, tuple[str, UUID]) or ()
    # IS NOT DISTINCT FROM and `$3 IS NULL OR …` walk the whole tree: no index answers either.
    below = "parent IS NULL AND $2::uuid IS NULL" if parent is None else "parent = $2"
    beyond = "AND (sort_key, id) > ($4, $5)" if after else ""
    rows = await fetch(
        f"""SELECT id, kind, name, has_children, sort_key FROM place
            WHERE community = $1 AND {below} {beyond} ORDER BY sort_key, id LIMIT $3""",
        community_id,
        parent,
        limit + 1,
        *after,
    )
    return page_of(
        rows,
        limit,
        shape=lambda row: PlaceOut(row["id"], row["kind"], row["name"], row["has_children"]),
        key=lambda row: (row["sort_key"], row["id"]),
    )


async def organisations(caller: Caller, community_id: UUID) -> Page[OrganisationOut]:
    """Those that speak in a community, for its members; there are a handful, so one page holds them all."""
    if not any(grant.community_id == community_id for grant in caller.grants):
        raise NotFound()
    rows = await fetch(
        """SELECT id, kind, name, phone FROM organisation
           WHERE community = $1 AND state = 'approved' ORDER BY kind, name, id LIMIT 50""",
        community_id,
    )
    return Page(items=[OrganisationOut(*row) for row in rows], next_cursor=None)


async def zone_of(community_id: UUID) -> ZoneInfo:
    """The community's time zone: whose night it is. Raises NotFound."""
    name = await fetchval("SELECT timezone FROM community WHERE id = $1", community_id)
    if name is None:
        raise NotFound()
    return ZoneInfo(name)


async def are_places_of(community_id: UUID, place_ids: list[UUID]) -> bool:
    """Whether all of them, each named once, stand in the community's address tree."""
    found = await fetchval("SELECT count(*) FROM place WHERE community = $1 AND id = ANY($2)", community_id, place_ids)
    return found == len(place_ids)
