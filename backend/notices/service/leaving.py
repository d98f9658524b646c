"""The papers of somebody whose account was closed: what is not out yet is taken back, what is out stays.

A published notice was read and acknowledged by others; it goes on, as some resident's.
"""

from uuid import UUID

from backend.core.database import execute, fetch, transaction
from backend.core.flow import take
from backend.media import service as media
from backend.notices.rules.flow import FLOW


async def take_back_papers(account_id: UUID) -> None:
    """Those in the account's own name; an organisation keeps its drafts. Again, it finds nothing."""
    async with transaction():
        papers = await fetch(
            """SELECT n.id, array(SELECT medium FROM notice_attachment WHERE notice = n.id) AS media FROM notice n
               WHERE n.submitter = $1 AND n.organisation IS NULL AND n.state = ANY($2) ORDER BY n.id FOR UPDATE""",
            account_id,
            list(FLOW.by_name["withdraw"].sources),
        )
        for paper in papers:
            await take(FLOW, paper["id"], "withdraw", actor=account_id)
            await media.delete(paper["media"])
        await execute("DELETE FROM notice_attachment WHERE notice = ANY($1)", [paper["id"] for paper in papers])
