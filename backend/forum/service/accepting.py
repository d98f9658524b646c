"""Who asked a question says which answer helped."""

from uuid import UUID

from backend.core.auth import Caller
from backend.core.database import execute, fetchval, transaction
from backend.core.errors import FieldError, Invalid
from backend.core.events import emit
from backend.forum import access
from backend.forum.errors import NoQuestion, ThreadClosed
from backend.forum.events import ThreadChanged

THERE_SQL = "SELECT EXISTS (SELECT FROM reply WHERE id = $1 AND thread = $2 AND state = 'shown')"


async def accept(caller: Caller, thread_id: UUID, reply_id: UUID | None) -> None:
    """Null: none helped after all. Raises NotFound, ThreadClosed, NoQuestion, Invalid."""
    async with transaction():
        thread = await access.thread_to_settle(caller, thread_id)
        if thread["state"] != "shown":
            raise ThreadClosed()
        if thread["kind"] != "question":
            raise NoQuestion()
        if thread["accepted_reply"] == reply_id:
            return
        if reply_id is not None and not await fetchval(THERE_SQL, reply_id, thread_id):
            raise Invalid(fields=[FieldError("reply_id", "field.value")])
        await execute("UPDATE thread SET accepted_reply = $2, edits = edits + 1 WHERE id = $1", thread_id, reply_id)
        await emit(ThreadChanged(thread_id=thread_id))
