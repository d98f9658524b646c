"""The address tree, written from rows: estates, buildings, entrances, homes, a level a statement."""

from uuid import UUID

import msgspec
from asyncpg import Record

from backend.core.database import execute, fetch, transaction
from backend.core.ids import new_id
from backend.identity.rules.addresses import Address, RowError, row_error, sort_key

# `parent` is compared by = or IS NULL and not by IS NOT DISTINCT FROM, which no index serves.
PUT_SQL = """
WITH given AS (
    SELECT * FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::int[])
        WITH ORDINALITY AS g (id, parent, name, sort_key, path, area, place)),
made AS (
    INSERT INTO place (id, community, parent, kind, name, sort_key, path, floor_area_cm2, has_children)
    SELECT g.id, $1, g.parent, $2::text, g.name, g.sort_key, g.path, g.area, $2::text <> 'home' FROM given g
    ON CONFLICT (community, parent, name) DO NOTHING RETURNING id)
SELECT coalesce(m.id, p.id) AS id, m.id IS NOT NULL AS made, coalesce(p.kind, $2::text) AS kind, g.area,
       p.floor_area_cm2 AS known_area
FROM given g
LEFT JOIN made m ON m.id = g.id
LEFT JOIN place p ON p.community = $1 AND p.name = g.name AND {parent}
ORDER BY g.place
"""
PUT_ESTATES = PUT_SQL.format(parent="p.parent IS NULL")
PUT_BELOW = PUT_SQL.format(parent="p.parent = g.parent")

Names = tuple[str, ...]


class Written(msgspec.Struct):
    """Counted in homes, which is in rows."""

    created: int = 0
    updated: int = 0
    refused: list[RowError] = []


class _TrialOver(Exception):
    """Undoes a batch that was only tried."""


class PlaceWriter:
    """Writes batches of rows of one community, and remembers the nodes above homes between them.

    With `keeps=False` everything is written and undone again: a trial run answers what the real one would.
    """

    def __init__(self, community_id: UUID, *, keeps: bool) -> None:
        self._community_id = community_id
        self._keeps = keeps
        self._known: dict[Names, UUID] = {}
        self._fresh: dict[Names, UUID] = {}

    async def write(self, batch: list[Address]) -> Written:
        """In the open transaction; `settle` is called when that has committed."""
        self._fresh = {}
        written = Written(refused=[])
        try:
            async with transaction():
                await self._write(batch, written)
                if not self._keeps:
                    raise _TrialOver
        except _TrialOver:
            self._fresh = {}
        return written

    def settle(self) -> None:
        self._known |= self._fresh

    async def _write(self, batch: list[Address], written: Written) -> None:
        await self._put_above("estate", {(it.estate,) for it in batch})
        await self._put_above("building", {(it.estate, it.building) for it in batch})
        clashing = await self._put_above("entrance", {_parent_of(it) for it in batch if it.entrance})
        rows = [it for it in batch if _parent_of(it) not in clashing]
        written.refused += [
            row_error(it.row, "entrance", it.entrance, "import.kind") for it in batch if _parent_of(it) in clashing
        ]
        await self._put_homes(rows, written)

    async def _put_above(self, kind: str, wanted: set[Names]) -> set[Names]:
        """Those that can't be: another kind of place bears the name already."""
        missing = sorted(wanted - self._known.keys())
        found = await self._put(kind, missing, [None] * len(missing))
        clashing = {names for names, row in zip(missing, found, strict=True) if row["kind"] != kind}
        self._fresh |= {names: row["id"] for names, row in zip(missing, found, strict=True) if names not in clashing}
        childless = [row["id"] for row in found if not row["made"]]
        if childless:
            await execute("UPDATE place SET has_children = true WHERE id = ANY($1) AND NOT has_children", childless)
        return clashing

    async def _put_homes(self, rows: list[Address], written: Written) -> None:
        found = await self._put("home", [(*_parent_of(it), it.home) for it in rows], [it.floor_area_cm2 for it in rows])
        changed: list[tuple[UUID, int]] = []
        for address, row in zip(rows, found, strict=True):
            if row["kind"] != "home":
                written.refused.append(row_error(address.row, "home", address.home, "import.kind"))
            elif row["made"]:
                written.created += 1
            elif row["area"] is not None and row["area"] != row["known_area"]:
                changed.append((row["id"], row["area"]))
        written.updated = len(changed)
        if changed:
            await execute(
                """UPDATE place SET floor_area_cm2 = given.area FROM unnest($1::uuid[], $2::int[]) AS given (id, area)
                   WHERE place.id = given.id""",
                *map(list, zip(*changed, strict=True)),
            )

    async def _put(self, kind: str, nodes: list[Names], areas: list[int | None]) -> list[Record]:
        """One row for each node, in order: its id, whether it was made now, the kind that bears the name."""
        if not nodes:
            return []
        parents = [self._fresh.get(names[:-1]) or self._known.get(names[:-1]) for names in nodes]
        return await fetch(
            PUT_ESTATES if kind == "estate" else PUT_BELOW,
            self._community_id,
            kind,
            [new_id() for _ in nodes],
            parents,
            [names[-1] for names in nodes],
            [sort_key(names[-1]) for names in nodes],
            [" ".join(names) for names in nodes],
            areas,
        )


def _parent_of(address: Address) -> Names:
    above = (address.estate, address.building)
    return (*above, address.entrance) if address.entrance else above
