"""The homes of an audience, and how far a notice has come into each: the one statement behind coverage and doors.

A home counts once however many live in it, and stands in exactly one state. Places alone count empty homes as well;
groups count the homes of those who belong to them, and only these people's reading.
"""

from typing import Any

from asyncpg import Record

from backend.core.clock import today

LIVED = """
SELECT m.home, count(*) AS members, {with_app} AS with_app,
       bool_or({meant} AND r.read_version >= $4) AS has_read,
       bool_or({meant} AND r.acknowledged_version >= $4) AS has_acknowledged
FROM home_member($2, $3) m {belonging} LEFT JOIN notice_receipt r ON r.notice = $1 AND r.account = m.account
GROUP BY m.home {having}
"""
EVERYBODY = {"meant": "true", "belonging": "", "having": ""}
IN_GROUPS = {
    "meant": "b.account IS NOT NULL",
    "belonging": "LEFT JOIN grouped b ON b.account = m.account",
    "having": "HAVING bool_or(b.account IS NOT NULL)",
}

# Gathering everybody's places and groups is what costs most: once, and only where somebody is asked for by a group.
GROUPED = """
grouped AS MATERIALIZED (SELECT account, places FROM community_member($2, $3) WHERE groups && $6::text[]),
"""

HOMES = """
WITH {grouped} lived AS ({lived}), homes AS (
    SELECT p.home, p.name, p.path, p.sort_key, p.places, p.entrance, p.estate,
           -- A home that hangs below no building counts by what it hangs below.
           coalesce(p.building, p.places[2], p.home) AS building,
           coalesce(lived.members, 0) AS members, coalesce(lived.with_app, 0) AS with_app,
           v.id IS NOT NULL AS is_visited, v.told, v.note, v.visited_by, v.visited_at,
           CASE WHEN lived.has_acknowledged THEN 'acknowledged' WHEN lived.has_read THEN 'reached'
                WHEN v.id IS NOT NULL THEN 'told' ELSE 'unreached' END AS state
    FROM home_place($2) p {join} lived USING (home)
         LEFT JOIN notice_visit v ON v.notice = $1 AND v.home = p.home AND v.version = $4
    -- The groups are named even where they narrow nothing: both forms are asked with the same six.
    WHERE ($5::uuid[] = '{{}}' OR p.places && $5) AND $6::text[] IS NOT NULL)
"""


def homes(notice: Record, *, with_app: str = "0") -> str:
    """A WITH clause that ends in `homes`; takes the parameters of `bound`. `with_app` aggregates over members m."""
    grouped = bool(notice["groups"])
    lived = LIVED.format(with_app=with_app, **(IN_GROUPS if grouped else EVERYBODY))
    return HOMES.format(grouped=GROUPED if grouped else "", lived=lived, join="JOIN" if grouped else "LEFT JOIN")


def people(notice: Record) -> str:
    """FROM and WHERE of the audience's accounts m, behind the WITH clause of `homes`."""
    members = "grouped" if notice["groups"] else "community_member($2, $3)"
    where = "WHERE m.places && $5" if notice["places"] else ""
    return f"FROM {members} m LEFT JOIN notice_receipt r ON r.notice = $1 AND r.account = m.account {where}"


def bound(notice: Record) -> tuple[Any, ...]:
    """What `homes` is asked with, $1 to $6."""
    return (notice["id"], notice["community"], today(), notice["version"], notice["places"], notice["groups"])
