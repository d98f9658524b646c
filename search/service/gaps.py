"""The desk has seen to a wish."""

from backend.core.auth import Caller
from backend.core.database import execute
from search.permissions import READ_GAPS
from search.rules.folding import fold
from search.schemas import GapSeen


async def mark_seen(caller: Caller, data: GapSeen) -> None:
    """It comes back when neighbours look for it in vain on another day. Unknown words are no matter.

    Raises NotFound.
    """
    caller.require(READ_GAPS, data.community_id)
    await execute(
        "UPDATE search_query SET is_answered = true WHERE community = $1 AND words = $2 AND NOT is_answered",
        data.community_id,
        fold(data.words),
    )
