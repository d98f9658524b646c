"""How address imports are going, and which rows they refused."""

import csv
import io
from datetime import datetime
from uuid import UUID

import msgspec
from asyncpg import Record

from backend.core.auth import Caller
from backend.core.database import fetch, fetchrow, fetchval
from backend.core.errors import NotFound
from backend.core.paging import Page, decode_cursor, page_of
from backend.core.sentences import Locale, sentence
from backend.identity.permissions import IMPORT_ADDRESSES
from backend.identity.rules.address_files import FILE_MAX_BYTES
from backend.identity.rules.addresses import ROWS_MAX, RowError
from backend.identity.schemas.imports import ImportOut

COLUMNS = """
id, community, state, dry_run, file_name, rows_total, rows_done, created, updated, unchanged, errors, created_at,
started_at, ended_at, detail
"""
ERROR_HEADS: dict[Locale, tuple[str, ...]] = {
    "zh-CN": ("行", "列", "内容", "问题"),
    "en": ("row", "column", "value", "problem"),
}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
SHOWN_MEGABYTES = FILE_MAX_BYTES // 1024 // 1024


async def imports(
    caller: Caller, community_id: UUID, *, limit: int, cursor: str | None, locale: Locale
) -> Page[ImportOut]:
    """Newest first."""
    caller.require(IMPORT_ADDRESSES, community_id)
    after = decode_cursor(cursor, tuple[datetime, UUID]) or (None, None)
    rows = await fetch(
        f"""SELECT {COLUMNS} FROM address_import
            WHERE community = $1 AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3))
            ORDER BY created_at DESC, id DESC LIMIT $4""",
        community_id,
        *after,
        limit + 1,
    )
    return page_of(rows, limit, shape=lambda row: _out(row, locale), key=lambda row: (row["created_at"], row["id"]))


async def one(caller: Caller, import_id: UUID, locale: Locale) -> ImportOut:
    row = await fetchrow(f"SELECT {COLUMNS} FROM address_import WHERE id = $1", import_id)
    return _out(_seen_by(caller, row), locale)


async def error_file(caller: Caller, import_id: UUID, locale: Locale) -> bytes:
    """The refused rows as CSV: with a byte order mark, so that Excel reads it, and nothing that Excel would run."""
    row = await fetchrow("SELECT community, error_rows FROM address_import WHERE id = $1", import_id)
    return _error_csv(_seen_by(caller, row)["error_rows"], locale)


async def for_operator(import_id: UUID, locale: Locale) -> tuple[ImportOut, bytes]:
    """How it went and its error file, for the one who runs the command on the machine itself."""
    row = await fetchrow(f"SELECT {COLUMNS}, error_rows FROM address_import WHERE id = $1", import_id)
    if row is None:
        raise NotFound()
    return _out(row, locale), _error_csv(row["error_rows"], locale)


async def community_called(name_or_id: str) -> UUID | None:
    """For the command line; people there have no list to choose from."""
    return await fetchval("SELECT id FROM community WHERE name = $1 OR id::text = lower($1)", name_or_id)


def _seen_by(caller: Caller, row: Record | None) -> Record:
    if row is None:
        raise NotFound()
    caller.require(IMPORT_ADDRESSES, row["community"])
    return row


def _out(row: Record, locale: Locale) -> ImportOut:
    fields = {name: row[name] for name in ImportOut.__struct_fields__ if name != "detail"}
    detail = row["detail"]
    return ImportOut(
        **fields,
        detail=sentence(detail, locale, megabytes=SHOWN_MEGABYTES, rows=ROWS_MAX) if detail else None,
    )


def _error_csv(error_rows: str, locale: Locale) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(ERROR_HEADS[locale])
    for error in msgspec.json.decode(error_rows, type=list[RowError]):
        said = sentence(error.problem, locale)
        writer.writerow([error.row, *(_harmless(text) for text in (error.column, error.value, said))])
    return file.getvalue().encode("utf-8-sig")


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
