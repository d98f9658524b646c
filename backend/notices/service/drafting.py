"""What every change of a notice's words and settings goes through before it is stored."""

from typing import Any
from uuid import UUID

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import execute
from backend.core.errors import FieldError, Invalid
from backend.core.ids import new_id
from backend.core.text import clean_line, clean_text
from backend.identity.queries.communities import are_places_of
from backend.identity.queries.organisations import voices
from backend.media import service as media
from backend.notices.rules.writing import check_voice
from backend.notices.schemas.notices import (
    BODY_MAX_CHARS,
    REASON_MAX_CHARS,
    TITLE_MAX_CHARS,
    TITLE_MIN_CHARS,
    Audience,
)

RESIDENT = "resident"


async def check_speaker(caller: Caller, community_id: UUID, stream: str, organisation_id: UUID | None) -> None:
    """Raises VoiceRefused."""
    speaks_for = {it.id: it.kind for it in await voices(caller.account_id, community_id)}
    resident = any(it.role == RESIDENT and it.community_id == community_id for it in caller.grants)
    check_voice(stream, organisation_id, speaks_for=speaks_for, resident=resident)


async def columns_of(community_id: UUID, given: dict[str, Any]) -> dict[str, Any]:
    """The columns that the given fields set, cleaned. Raises Invalid."""
    columns = dict(given)
    if "title" in given:
        columns["title"] = clean_line(given["title"], field="title", least=TITLE_MIN_CHARS, most=TITLE_MAX_CHARS)
        if len(columns["title"]) > TITLE_MAX_CHARS:
            # Normalising can take a letter apart into two of what the column counts.
            raise Invalid(fields=[FieldError("title", "field.length")])
    if "body" in given:
        columns["body"] = clean_text(given["body"], field="body", least=1, most=BODY_MAX_CHARS)
    if "attachment_media_ids" in given:
        columns["attachment_media_ids"] = list(dict.fromkeys(given["attachment_media_ids"]))
    if "audience" in given:
        audience: Audience = columns.pop("audience")
        columns["places"] = sorted(set(audience.places))
        columns["groups"] = sorted(set(audience.groups))
        await check_places(community_id, columns["places"])
    return columns


def cleaned_reason(reason: str) -> str:
    """Raises Invalid when nothing is left to read."""
    return clean_text(reason, field="reason", least=1, most=REASON_MAX_CHARS)[:REASON_MAX_CHARS]


async def check_places(community_id: UUID, places: list[UUID]) -> None:
    """Raises Invalid when one of them is no place of this community."""
    if places and not await are_places_of(community_id, places):
        raise Invalid(fields=[FieldError("audience.places", "field.value")])


async def keep_version(notice_id: UUID, columns: dict[str, Any], *, by: UUID, as_reviewer: bool) -> None:
    """What it says after this change; `columns` has at least title, body and edits."""
    await execute(
        """INSERT INTO notice_version (id, notice, number, title, body, edited_by, as_reviewer, at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
        new_id(),
        notice_id,
        columns["edits"],
        columns["title"],
        columns["body"],
        by,
        as_reviewer,
        now(),
    )


async def set_attachments(owner: UUID, notice_id: UUID, held: list[UUID], wanted: list[UUID]) -> None:
    """Hands new ones over from the uploader, deletes what is left out, keeps the order. Raises NotUsable."""
    await media.attach(owner, [medium for medium in wanted if medium not in held], "attachment")
    dropped = [medium for medium in held if medium not in wanted]
    if held:
        await execute("DELETE FROM notice_attachment WHERE notice = $1", notice_id)
    if dropped:
        await media.delete(dropped)
    if wanted:
        await execute(
            """INSERT INTO notice_attachment (id, notice, medium, position)
               SELECT gen_random_uuid(), $1, medium, place
               FROM unnest($2::uuid[]) WITH ORDINALITY AS given (medium, place)""",
            notice_id,
            wanted,
        )
