"""That somebody has read a notice, or acknowledged it: one statement each, and the notice's row stays unlocked.

The whole neighbourhood opens an urgent one within a minute; a counter on its row would make them queue.
"""

from uuid import UUID

from backend.core.auth import Caller
from backend.core.clock import now, today
from backend.core.database import fetchrow
from backend.core.errors import NotFound
from backend.core.ids import new_id
from backend.inbox import service as inbox
from backend.notices.permissions import READ_COVERAGE
from backend.notices.rules.audience import ADDRESSED
from backend.notices.schemas.notices import ReceiptOut

# Whoever may read it may say so; coverage counts those whom it is addressed to. The same again writes nothing,
# and of two at once the later one finds neither its own row nor the other's: then it is this moment's.
RECEIPT_SQL = f"""
WITH seen AS (
    SELECT notice.id, notice.version
    FROM notice LEFT JOIN LATERAL account_belonging($2, notice.community, $3) AS me ON true
    WHERE notice.id = $1 AND notice.state IN ('published', 'expired') AND notice.hidden_at IS NULL
      AND (notice.is_public OR notice.submitter = $2 OR notice.community = ANY($4)
           OR {ADDRESSED.format(notice="notice", member="me")})),
put AS (
    INSERT INTO notice_receipt AS r
        (id, notice, account, read_version, read_at, acknowledged_version, acknowledged_at)
    SELECT $5, id, $2, version, $6::timestamptz, CASE WHEN $7 THEN version END, CASE WHEN $7 THEN $6 END FROM seen
    ON CONFLICT (notice, account) DO UPDATE SET
        read_version = greatest(r.read_version, excluded.read_version),
        read_at = CASE WHEN r.read_version < excluded.read_version THEN $6 ELSE r.read_at END,
        acknowledged_version = greatest(r.acknowledged_version, excluded.acknowledged_version),
        acknowledged_at = CASE WHEN coalesce(r.acknowledged_version, 0) < excluded.acknowledged_version
                               THEN $6 ELSE r.acknowledged_at END
    WHERE r.read_version < excluded.read_version
       OR coalesce(r.acknowledged_version, 0) < excluded.acknowledged_version
    RETURNING r.*)
SELECT seen.version, coalesce(put.read_at, r.read_at, $6) AS read_at,
       CASE WHEN put.acknowledged_version = seen.version THEN put.acknowledged_at
            WHEN put.id IS NULL AND r.acknowledged_version = seen.version THEN r.acknowledged_at
            WHEN put.id IS NULL AND $7 THEN $6 END AS acknowledged_at
FROM seen LEFT JOIN put ON true LEFT JOIN notice_receipt r ON r.notice = seen.id AND r.account = $2
"""


async def read(caller: Caller, notice_id: UUID) -> ReceiptOut:
    """The current version is read, whatever was read before. Raises NotFound."""
    return await _put(caller, notice_id, acknowledging=False)


async def acknowledge(caller: Caller, notice_id: UUID) -> ReceiptOut:
    """The current version is acknowledged, and so read. Raises NotFound."""
    return await _put(caller, notice_id, acknowledging=True)


async def _put(caller: Caller, notice_id: UUID, *, acknowledging: bool) -> ReceiptOut:
    desks = [grant.community_id for grant in caller.grants if caller.may(READ_COVERAGE, grant.community_id)]
    row = await fetchrow(RECEIPT_SQL, notice_id, caller.account_id, today(), desks, new_id(), now(), acknowledging)
    if row is None:
        raise NotFound()
    await inbox.mark_read_about(caller.account_id, notice_id, keep=acknowledging)
    return ReceiptOut(row["version"], row["read_at"], row["acknowledged_at"])
