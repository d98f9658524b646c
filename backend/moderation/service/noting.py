"""Moderators leave each other a word on a case: who was asked, what was seen, what an appeal's judge should know."""

from uuid import UUID

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import fetchrow, transaction
from backend.core.ids import new_id
from backend.core.text import clean_text
from backend.identity.queries.names import NAME_OR_COMMITTEE
from backend.moderation import access
from backend.moderation.errors import TooManyNotes
from backend.moderation.rules.desk import NOTES_MOST
from backend.moderation.schemas.cases import NOTE_MAX_CHARS, CaseNoteCreate, CaseNoteOut

NOTE_SQL = f"""
INSERT INTO case_note (id, community, moderation_case, writer, text, at)
SELECT $1, $2, $3, $4, $5, $6 WHERE (SELECT count(*) FROM case_note WHERE moderation_case = $3) < {NOTES_MOST}
RETURNING {NAME_OR_COMMITTEE.format(who="case_note.writer", where="case_note.community")} AS writer_name
"""


async def add_note(caller: Caller, case_id: UUID, data: CaseNoteCreate) -> CaseNoteOut:
    """In whatever state the case is. Raises NotFound, OwnCase, TooManyNotes, Invalid."""
    text = clean_text(data.text, field="text", least=1, most=NOTE_MAX_CHARS)[:NOTE_MAX_CHARS]
    note, at = new_id(), now()
    async with transaction():
        case = await access.case_to_note(caller, case_id)
        row = await fetchrow(NOTE_SQL, note, case["community"], case_id, caller.account_id, text, at)
        if row is None:
            raise TooManyNotes(most=NOTES_MOST)
    return CaseNoteOut(id=note, writer_name=row["writer_name"], mine=True, text=text, at=at)
