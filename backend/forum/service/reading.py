"""How far somebody has read a thread: one statement, and the thread's row stays unlocked for who replies."""

from uuid import UUID

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import fetchrow
from backend.core.errors import NotFound
from backend.core.ids import new_id
from backend.forum.queries.boards import READ_BY_ASKER, asker
from backend.forum.schemas.posts import ReadOut
from backend.inbox import service as inbox

# Two phones of one reader only ever move the mark forwards; the same again writes nothing.
READ_SQL = f"""
WITH seen AS (
    SELECT t.id, least($6, t.last_number) AS number FROM thread t JOIN board b ON b.id = t.board
    WHERE t.id = $1 AND t.state = 'shown' AND {READ_BY_ASKER}),
put AS (
    INSERT INTO thread_reader AS r (id, thread, account, last_read_number, read_at)
    SELECT $7, id, $2, number, $8 FROM seen
    ON CONFLICT (account, thread) DO UPDATE SET
        last_read_number = greatest(r.last_read_number, excluded.last_read_number), read_at = $8
    WHERE r.last_read_number < excluded.last_read_number OR r.read_at IS NULL
    RETURNING r.last_read_number)
SELECT greatest(put.last_read_number, r.last_read_number, seen.number) AS last_read_number
FROM seen LEFT JOIN put ON true LEFT JOIN thread_reader r ON r.account = $2 AND r.thread = seen.id
"""


async def read_up_to(caller: Caller, thread_id: UUID, number: int) -> ReadOut:
    """Never back, and never beyond the newest; what one was told about the thread is read, too. Raises NotFound."""
    row = await fetchrow(READ_SQL, thread_id, *asker(caller), number, new_id(), now())
    if row is None:
        raise NotFound()
    await inbox.mark_read_about(caller.account_id, thread_id)
    return ReadOut(row["last_read_number"])
