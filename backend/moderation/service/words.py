"""A community's list of watched words, and the platform's."""

from typing import Any
from uuid import UUID

import msgspec

from backend.core import audit
from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import execute, fetchval, transaction
from backend.core.errors import FieldError, Invalid
from backend.core.ids import new_id
from backend.core.text import clean_line
from backend.moderation import access
from backend.moderation.errors import TooManyWords, WordEmpty, WordListed
from backend.moderation.rules.folding import KEY_MAX_CHARS
from backend.moderation.rules.words import KEY_MIN_CHARS, WORDS_MOST, key_of
from backend.moderation.schemas.words import (
    NOTE_MAX_CHARS,
    TAG_MAX_CHARS,
    WORD_MAX_CHARS,
    WORD_MIN_CHARS,
    WordCreate,
    WordUpdate,
)
from backend.moderation.service.screening import forget_words

# Two at once may both be the last one: it bounds what an automaton holds, and guards no right.
INSERT_SQL = """
INSERT INTO watched_word (id, community, word, key, action, tag, note, created_by, created_at, changed_at)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $9 ON CONFLICT (community, key) DO NOTHING RETURNING id
"""


async def add(caller: Caller, data: WordCreate) -> UUID:
    """`forget_words` is its caller's, once this is committed.

    Raises NotFound, WordEmpty, WordListed, TooManyWords, Invalid.
    """
    word = clean_line(data.word, field="word", least=WORD_MIN_CHARS, most=WORD_MAX_CHARS)[:WORD_MAX_CHARS]
    key = key_of(word)
    if not KEY_MIN_CHARS <= len(key) <= KEY_MAX_CHARS:
        raise WordEmpty(fields=[FieldError("word", "field.value")])
    tag = _tag(data.action, data.tag)
    note = clean_line(data.note, field="note", most=NOTE_MAX_CHARS)
    access.require_list(caller, data.community_id)
    async with transaction():
        listed = await fetchval(
            "SELECT count(*) FROM watched_word WHERE community IS NOT DISTINCT FROM $1", data.community_id
        )
        if listed >= WORDS_MOST:
            raise TooManyWords(most=WORDS_MOST)
        word_id = await fetchval(
            INSERT_SQL, new_id(), data.community_id, word, key, data.action, tag, note, caller.account_id, now()
        )
        if word_id is None:
            raise WordListed()
        await _record(caller, "word.added", data.community_id, word_id, word)
    return UUID(str(word_id))


async def update(caller: Caller, word_id: UUID, data: WordUpdate) -> None:
    """What is named; the word itself stays. Raises NotFound, Invalid."""
    async with transaction():
        row = await access.word_to_change(caller, word_id)
        given: dict[str, Any] = {
            name: value
            for name in data.__struct_fields__
            if not isinstance(value := getattr(data, name), msgspec.UnsetType)
        }
        held = {name: row[name] for name in ("action", "tag", "note", "is_active")}
        columns = held | given
        if columns["action"] != "tag" and "tag" not in given:
            columns["tag"] = None
        columns["tag"] = _tag(columns["action"], columns["tag"])
        columns["note"] = clean_line(columns["note"], field="note", most=NOTE_MAX_CHARS)
        if columns != held:
            await execute(
                """UPDATE watched_word SET action = $2, tag = $3, note = $4, is_active = $5, changed_at = $6
                   WHERE id = $1""",
                word_id,
                *(columns[name] for name in held),
                now(),
            )
            await _record(caller, "word.changed", row["community"], word_id, row["word"])
    forget_words()


async def remove(caller: Caller, word_id: UUID) -> None:
    """Raises NotFound."""
    async with transaction():
        row = await access.word_to_change(caller, word_id)
        await execute("DELETE FROM watched_word WHERE id = $1", word_id)
        await _record(caller, "word.removed", row["community"], word_id, row["word"])
    forget_words()


def _tag(action: str, tag: str | None) -> str | None:
    """Action tag has one, the others have none. Raises Invalid."""
    if (action == "tag") != (tag is not None):
        raise Invalid(fields=[FieldError("tag", "field.required" if tag is None else "field.value")])
    return None if tag is None else clean_line(tag, field="tag", least=1, most=TAG_MAX_CHARS)[:TAG_MAX_CHARS]


async def _record(caller: Caller, action: str, community_id: UUID | None, word_id: UUID, word: str) -> None:
    await audit.record(
        action,
        actor=caller.account_id,
        community=community_id,
        subject="word",
        subject_id=word_id,
        details={"word": word},
    )
