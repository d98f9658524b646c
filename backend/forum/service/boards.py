"""The rooms of the forum, as the committee keeps them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
from asyncpg import Record, UniqueViolationError

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import execute, fetchval, transaction
from backend.core.errors import FieldError, Invalid
from backend.core.events import emit
from backend.core.ids import new_id
from backend.core.text import clean_line
from backend.forum import access
from backend.forum.errors import BoardNameTaken, TooManyBoards
from backend.forum.events import BoardReadersChanged
from backend.forum.permissions import EDIT_BOARDS
from backend.forum.rules.boards import BOARDS_MOST
from backend.forum.schemas.posts import BOARD_NAME_MAX_CHARS, BOARD_WORDS_MAX_CHARS, BoardCreate, BoardUpdate
from backend.identity.queries.places import IS_ESTATE

NAME_MIN_CHARS = 2

# Two at once may both be the last one: it bounds a list, and guards no right.
INSERT_SQL = f"""
INSERT INTO board (id, community, estate, name, description, position, read_by, post_by, created_at)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
WHERE (SELECT count(*) FROM board WHERE community = $2) < {BOARDS_MOST}
"""


async def create(caller: Caller, community_id: UUID, data: BoardCreate) -> UUID:
    """Raises NotFound, Invalid, BoardNameTaken, TooManyBoards."""
    caller.require(EDIT_BOARDS, community_id)
    board_id = new_id()
    _check_rules(data.estate_id, data.read_by, data.post_by)
    async with transaction():
        if data.estate_id is not None:
            await _check_estate(community_id, data.estate_id)
        try:
            made = await execute(
                INSERT_SQL,
                board_id, community_id, data.estate_id, _name(data.name), _description(data.description),
                data.position, data.read_by, data.post_by, now(),
            )  # fmt: skip
        except UniqueViolationError:
            raise BoardNameTaken() from None
        if made == "INSERT 0 0":
            raise TooManyBoards(most=BOARDS_MOST)
    return board_id


async def update(caller: Caller, board_id: UUID, data: BoardUpdate, *, match: Callable[[int], None]) -> UUID:
    """Its community. Changes what is named, if `match` accepts the edit that is locked here. Raises NotFound, Invalid,
    BoardNameTaken."""
    async with transaction():
        row = await access.board_to_edit(caller, board_id)
        match(row["edits"])
        columns = _columns(row, data)
        community: UUID = row["community"]
        if not columns:
            return community
        _check_rules(row["estate"], columns.get("read_by", row["read_by"]), columns.get("post_by", row["post_by"]))
        setting = ", ".join(f"{column} = ${number}" for number, column in enumerate(columns, 2))
        try:
            await execute(f"UPDATE board SET {setting}, edits = edits + 1 WHERE id = $1", board_id, *columns.values())
        except UniqueViolationError:
            raise BoardNameTaken() from None
        if "read_by" in columns:
            await emit(BoardReadersChanged(board_id=board_id))
    return community


def _columns(row: Record, data: BoardUpdate) -> dict[str, Any]:
    """Those whose values change."""
    given = {
        name: value
        for name in data.__struct_fields__
        if not isinstance(value := getattr(data, name), msgspec.UnsetType)
    }
    if "name" in given:
        given["name"] = _name(given["name"])
    if "description" in given:
        given["description"] = _description(given["description"])
    if "archived" in given:
        given["archived_at"] = (row["archived_at"] or now()) if given.pop("archived") else None
    return {name: value for name, value in given.items() if value != row[name]}


def _name(name: str) -> str:
    return clean_line(name, field="name", least=NAME_MIN_CHARS, most=BOARD_NAME_MAX_CHARS)[:BOARD_NAME_MAX_CHARS]


def _description(words: str) -> str:
    return clean_line(words, field="description", most=BOARD_WORDS_MAX_CHARS)[:BOARD_WORDS_MAX_CHARS]


def _check_rules(estate: UUID | None, read_by: str, post_by: str) -> None:
    """An estate's rules need an estate. Raises Invalid."""
    wrong = [name for name, value in (("read_by", read_by), ("post_by", post_by)) if value == "estate" and not estate]
    if wrong:
        raise Invalid(fields=[FieldError(name, "field.value") for name in wrong])


async def _check_estate(community_id: UUID, estate_id: UUID) -> None:
    if not await fetchval(f"SELECT {IS_ESTATE.format(which='$1', where='$2')}", estate_id, community_id):
        raise Invalid(fields=[FieldError("estate_id", "field.value")])
