"""What must not be kept: evidence a month after the decision, residencies past their lease."""

from backend.core.clock import now, today
from backend.core.database import execute, fetch, transaction
from backend.identity.rules.verification import EVIDENCE_KEPT
from backend.media.service import delete
from search import service as search

BATCH = 200


async def purge_decided_evidence() -> None:
    """Deletes the photos of applications decided 30 days ago; in batches, each whole or not at all."""
    while await _purge_batch():
        pass


async def _purge_batch() -> int:
    async with transaction():
        rows = await fetch(
            """SELECT v.id, array(SELECT medium FROM verification_evidence WHERE verification = v.id) AS media
               FROM verification v
               WHERE v.state IN ('approved', 'rejected', 'withdrawn') AND v.state_since < $1
                 AND v.evidence_purged_at IS NULL
               ORDER BY v.state_since LIMIT $2 FOR UPDATE SKIP LOCKED""",
            now() - EVIDENCE_KEPT,
            BATCH,
        )
        for row in rows:
            await delete(row["media"])
            await execute("DELETE FROM verification_evidence WHERE verification = $1", row["id"])
            await execute("UPDATE verification SET evidence_purged_at = $2 WHERE id = $1", row["id"], now())
    return len(rows)


async def end_leases() -> None:
    """A tenant whose lease has run out is no resident any more; reading stops at once, this leaves the date."""
    ended = await fetch(
        """UPDATE residency SET ended_at = $1, ended_reason = 'lease_ended'
           WHERE ended_at IS NULL AND lease_ends_on < $2 RETURNING id""",
        now(),
        today(),
    )
    await search.refresh("person", [row["id"] for row in ended])
