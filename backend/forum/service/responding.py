"""An organisation answers for its affairs: under its badge, pinned above the other replies."""

from uuid import UUID

from backend.core.auth import Caller
from backend.core.database import transaction
from backend.core.events import emit
from backend.core.text import clean_text
from backend.forum import access
from backend.forum.events import OfficialResponded
from backend.forum.schemas.issues import OfficialResponse
from backend.forum.schemas.posts import PostMade
from backend.forum.schemas.staff import REASON_MAX_CHARS
from backend.forum.service.issues import move_locked
from backend.forum.service.replying import write_reply


async def respond(caller: Caller, thread_id: UUID, data: OfficialResponse) -> PostMade:
    """A reply like any other, but pinned; `move` takes the thread's issue on in the same breath, and the answer's
    first words are the reason where the move needs one.

    Raises NotFound, VoiceRefused, Silenced, BoardArchived, IssueNotYours, MoveRefused, Invalid.
    """
    async with transaction():
        thread = await access.thread_to_respond_to(caller, thread_id, data.organisation_id)
        made = await write_reply(caller, thread, data.body, organisation_id=data.organisation_id, is_official=True)
        if data.move is not None:
            issue = await access.issue_to_move(caller, thread_id)
            await move_locked(caller, issue, data.move, clean_text(data.body)[:REASON_MAX_CHARS])
        await emit(OfficialResponded(reply_id=made["id"], thread_id=thread_id))
    return PostMade(made["id"], thread_id, made["number"], made["state"], masked=False, edits=made["edits"])
