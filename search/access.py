"""The doors of search: fetch, authorise and lock in one step."""

from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.database import fetchrow
from backend.core.errors import NotFound
from search.permissions import EDIT_SYNONYMS


async def synonym_to_edit(caller: Caller, synonym_id: UUID) -> Record:
    """Locked, for one who keeps the community's synonyms. Raises NotFound."""
    row = await fetchrow("SELECT * FROM search_synonym WHERE id = $1 FOR UPDATE", synonym_id)
    if row is None:
        raise NotFound()
    caller.require(EDIT_SYNONYMS, row["community"])
    return row
