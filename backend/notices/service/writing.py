"""A notice from its writer's side: draft, edit, hand in, take back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import execute, transaction
from backend.core.errors import FieldError, Forbidden, Invalid, Refusal
from backend.core.flow import MoveRefused, begin, take
from backend.core.ids import new_id
from backend.moderation import service as moderation
from backend.notices import access
from backend.notices.errors import EditedTooOften, NotEditable, OwnNotice, TooManyAtATime
from backend.notices.permissions import SUBMIT
from backend.notices.rules.desk import Refusal as EditRefusal
from backend.notices.rules.desk import edit_refusal
from backend.notices.rules.flow import FLOW
from backend.notices.rules.reading import NOT_YET_OUT
from backend.notices.rules.writing import AT_A_TIME_MOST, EDITS_MOST, check_dates, end_of
from backend.notices.schemas.notices import NoticeCreate, NoticeUpdate
from backend.notices.service.drafting import check_speaker, cleaned_reason, columns_of, keep_version, set_attachments
from backend.notices.service.recording import record
from backend.notices.service.revising import revise

INSERT_SQL = """
INSERT INTO notice (id, community, submitter, stream, organisation, title, body, priority, is_public, ack_required,
                    places, groups, starts_at, ends_at, pinned_until, state, state_since, version, edits, created_at,
                    updated_at)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 1, 1, $17, $17
WHERE (SELECT count(*) FROM notice
       WHERE submitter = $3 AND (state = ANY($18) OR created_at > $17::timestamptz - interval '1 day')) < $19
"""
# Two at once may both be the last one: it bounds what a writer piles up, and guards no right.
REFUSALS: dict[EditRefusal, type[Refusal]] = {"state": NotEditable, "own": OwnNotice, "urgent": Forbidden}
DATES = ("starts_at", "ends_at", "pinned_until")


async def create(caller: Caller, community_id: UUID, data: NoticeCreate) -> UUID:
    """A draft, which nobody else sees. Raises NotFound, VoiceRefused, Invalid, NotUsable."""
    caller.require(SUBMIT, community_id)
    notice_id, at = new_id(), now()
    async with transaction():
        await moderation.refuse_suspended(caller.account_id, community_id)
        await check_speaker(caller, community_id, data.stream, data.organisation_id)
        check_dates(data.starts_at, data.ends_at, data.pinned_until, at=at)
        words = ("title", "body", "audience", "attachment_media_ids")
        columns = await columns_of(community_id, {name: getattr(data, name) for name in words})
        made = await execute(
            INSERT_SQL,
            notice_id, community_id, caller.account_id, data.stream, data.organisation_id, columns["title"],
            columns["body"], data.priority, data.is_public, data.ack_required, columns["places"], columns["groups"],
            data.starts_at, data.ends_at, data.pinned_until, FLOW.initial, at, NOT_YET_OUT,
            AT_A_TIME_MOST,
        )  # fmt: skip
        if made == "INSERT 0 0":
            raise TooManyAtATime(most=AT_A_TIME_MOST)
        await keep_version(notice_id, {**columns, "edits": 1}, by=caller.account_id, as_reviewer=False)
        await set_attachments(caller.account_id, notice_id, [], columns["attachment_media_ids"])
        await begin(FLOW, notice_id, actor=caller.account_id)
    return notice_id


async def update(caller: Caller, notice_id: UUID, data: NoticeUpdate, *, match: Callable[[int], None]) -> None:
    """Changes what is named, if `match` accepts the edit that is locked here.

    Its writer while it is a draft or returned, a reviewer while it is handed in or approved, and once it is
    published the desk, as a new version. Raises NotFound, NotEditable, OwnNotice, VoiceRefused, Invalid, NotUsable.
    """
    async with transaction():
        row = await access.notice_to_change(caller, notice_id)
        match(row["edits"])
        _refuse_editor(caller, row)
        as_reviewer = row["submitter"] != caller.account_id
        columns = await _changed(caller, row, data)
        if not columns:
            return
        columns |= {"edits": row["edits"] + 1, "updated_at": now()}
        wanted = columns.pop("attachment_media_ids", None)
        if wanted is not None:
            await set_attachments(caller.account_id, notice_id, row["media"], wanted)
        if row["state"] == "published":
            await revise(caller, row, columns, attachments=wanted is not None)
        else:
            if row["state"] == "approved":
                # Whoever changed it last answers for it, and nobody else has seen what it says now.
                columns |= {"approved_by": caller.account_id, "seconded_by": None}
            await store(notice_id, columns)
            if as_reviewer:
                await record(caller, row, "notice.edited", fields=columns)
        if columns.keys() & {"title", "body"}:
            await keep_version(notice_id, {**row, **columns}, by=caller.account_id, as_reviewer=as_reviewer)


async def submit(caller: Caller, notice_id: UUID) -> None:
    """Hands it in, for the first time or again. Raises NotFound, MoveRefused."""
    async with transaction():
        row = await access.own_notice(caller, notice_id)
        if row["state"] == "submitted":
            return
        await moderation.refuse_suspended(caller.account_id, row["community"])
        await take(FLOW, notice_id, "submit", actor=caller.account_id, changes={"reason": None})
        # What could not be published as it stands is better said now, to who can mend it.
        end_of(row, max(row["starts_at"] or now(), now()))


async def withdraw(caller: Caller, notice_id: UUID, reason: str | None) -> None:
    """Its writer takes it back before it is published; the desk takes it down at any time, and says why.

    Raises NotFound, MoveRefused, Invalid.
    """
    reason = cleaned_reason(reason) if reason is not None else None
    async with transaction():
        row = await access.notice_to_change(caller, notice_id)
        if row["state"] == "withdrawn":
            return
        own = row["submitter"] == caller.account_id
        if own and row["state"] in FLOW.by_name["withdraw"].sources:
            await take(FLOW, notice_id, "withdraw", actor=caller.account_id, reason=reason)
            return
        if not access.hand_of(caller, row).publishes:
            raise MoveRefused()
        await take(FLOW, notice_id, "take_down", actor=caller.account_id, reason=reason, changes={"reason": reason})
        await record(caller, row, "notice.taken_down", reason)


async def store(notice_id: UUID, columns: dict[str, Any]) -> None:
    """Changes that move nothing along the flow; the row is locked."""
    setting = ", ".join(f"{column} = ${number}" for number, column in enumerate(columns, 2))
    await execute(f"UPDATE notice SET {setting} WHERE id = $1", notice_id, *columns.values())


def _refuse_editor(caller: Caller, row: Record) -> None:
    refusal = edit_refusal(row, access.hand_of(caller, row))
    if refusal is not None:
        raise REFUSALS[refusal]()
    if row["edits"] >= EDITS_MOST:
        raise EditedTooOften(most=EDITS_MOST)


async def _changed(caller: Caller, row: Record, data: NoticeUpdate) -> dict[str, Any]:
    """The columns whose values change."""
    given = {
        name: value
        for name in data.__struct_fields__
        if not isinstance(value := getattr(data, name), msgspec.UnsetType)
    }
    if "organisation_id" in given:
        given["organisation"] = given.pop("organisation_id")
    columns = await columns_of(row["community"], given)
    held = {**row, "attachment_media_ids": row["media"]}
    changed = {name: value for name, value in columns.items() if value != held[name]}
    if "organisation" in changed:
        if row["submitter"] != caller.account_id:
            raise Invalid(fields=[FieldError("organisation_id", "field.value")])
        await check_speaker(caller, row["community"], row["stream"], changed["organisation"])
    if changed.keys() & set(DATES):
        check_dates(*(changed.get(name, row[name]) for name in DATES), at=now(), begun=row["published_at"])
    return changed
