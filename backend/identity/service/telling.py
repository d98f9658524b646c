"""What people hear from identity in the app: decisions about them, and what waits for them at the desk."""

from uuid import UUID

from backend.core.database import fetchrow
from backend.identity.permissions import REVIEW
from backend.identity.queries.roles import holders_of
from backend.identity.rules.verification import ANSWER_PROMISED
from backend.inbox import service as inbox

DECISIONS = ("approved", "rejected", "needs_more")
VERIFICATION_SQL = """
SELECT v.id, v.account, v.community, v.state, v.state_since, h.path FROM verification v JOIN place h ON h.id = v.home
WHERE v.id = $1
"""


async def tell_applicant(verification_id: UUID) -> None:
    """Only that there is a decision: why stands in the application itself."""
    row = await fetchrow(VERIFICATION_SQL, verification_id)
    if row is None or row["state"] not in DECISIONS:
        return
    about = inbox.About("verification.decided", "verification", row["id"], row["community"], {"state": row["state"]})
    await inbox.tell(row["account"], about, once=f"verification:{row['id']}:{row['state_since'].isoformat()}")


async def remind_reviewers(verification_id: UUID) -> None:
    """All who may decide, while nobody has."""
    row = await fetchrow(VERIFICATION_SQL, verification_id)
    if row is None or row["state"] != "submitted":
        return
    hours = int(ANSWER_PROMISED.total_seconds() // 3600)
    about = inbox.About(
        "desk.waiting",
        "verification",
        row["id"],
        row["community"],
        {"state": "verification", "hours": hours, "place": row["path"]},
    )
    once = f"verification:{row['id']}:waiting:{row['state_since'].isoformat()}"
    await inbox.tell_all(await holders_of(REVIEW, row["community"]), about, once=once)


async def warn_in_app(account_id: UUID, session_id: UUID) -> None:
    """Beside the text message, for whoever has none."""
    if await fetchrow("SELECT id FROM account WHERE id = $1 AND state = 'active'", account_id) is not None:
        about = inbox.About("account.warned", "session", session_id)
        await inbox.tell(account_id, about, once=f"session:{session_id}:reused")
