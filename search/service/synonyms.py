"""Words that mean the same here, as the desk keeps them."""

from collections.abc import Callable, Sequence
from uuid import UUID

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import connection, execute, transaction
from backend.core.errors import FieldError, Invalid
from backend.core.ids import new_id
from backend.core.text import clean_line
from search import access
from search.errors import SynonymTaken, TooManySynonyms
from search.permissions import EDIT_SYNONYMS
from search.rules.folding import fold, tokens
from search.schemas import SYNONYM_MAX_CHARS, SynonymCreate, SynonymUpdate

GROUPS_MOST = 200
"""Of one community: they are read with every search, and nobody keeps more in mind."""


async def create(caller: Caller, data: SynonymCreate) -> UUID:
    """Raises NotFound, Invalid, SynonymTaken, TooManySynonyms."""
    caller.require(EDIT_SYNONYMS, data.community_id)
    words = _clean(data.words)
    async with transaction():
        await _refuse_taken(data.community_id, words, None)
        made = new_id()
        await execute(
            "INSERT INTO search_synonym (id, community, words, edits, changed_at) VALUES ($1, $2, $3, 1, $4)",
            made,
            data.community_id,
            words,
            now(),
        )
    return made


async def update(caller: Caller, synonym_id: UUID, data: SynonymUpdate, *, match: Callable[[int], None]) -> UUID:
    """The group's community. `match` refuses another version than the one edited. Raises as `create` does."""
    words = _clean(data.words)
    async with transaction():
        row = await access.synonym_to_edit(caller, synonym_id)
        match(row["edits"])
        await _refuse_taken(row["community"], words, synonym_id)
        await execute(
            "UPDATE search_synonym SET words = $2, edits = edits + 1, changed_at = $3 WHERE id = $1",
            synonym_id,
            words,
            now(),
        )
    return row["community"]


async def delete(caller: Caller, synonym_id: UUID) -> None:
    """Raises NotFound."""
    async with transaction():
        await access.synonym_to_edit(caller, synonym_id)
        await execute("DELETE FROM search_synonym WHERE id = $1", synonym_id)


def _clean(given: Sequence[str]) -> list[str]:
    """Each once, as search compares them. Raises Invalid."""
    words: dict[str, str] = {}
    for word in given:
        plain = clean_line(word, field="words", least=1, most=SYNONYM_MAX_CHARS)
        if len(list(tokens(fold(plain)))) != 1:
            # Two words, or none: neither could be found in a sentence.
            raise Invalid(fields=[FieldError("words", "field.pattern")])
        words.setdefault(fold(plain), plain)
    if len(words) < 2:
        raise Invalid(fields=[FieldError("words", "field.length")])
    return list(words.values())


async def _refuse_taken(community_id: UUID, words: Sequence[str], but: UUID | None) -> None:
    """One at a time a community, so that of two at once the second sees the first."""
    conn = connection()
    await conn.execute("SELECT pg_advisory_xact_lock(hashtextextended('synonyms:' || $1::text, 0))", str(community_id))
    rows = await conn.fetch(
        "SELECT words FROM search_synonym WHERE community = $1 AND id IS DISTINCT FROM $2", community_id, but
    )
    taken = {fold(word) for row in rows for word in row["words"]}
    both = next((word for word in words if fold(word) in taken), None)
    if both is not None:
        raise SynonymTaken(fields=[FieldError("words", "search.synonym_taken", params={"word": both})], word=both)
    if but is None and len(rows) >= GROUPS_MOST:
        raise TooManySynonyms()
