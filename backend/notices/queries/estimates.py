"""Whom an audience reaches, before anything is sent."""

from uuid import UUID

from backend.core.auth import Caller
from backend.core.clock import now, today
from backend.core.database import fetchrow
from backend.identity.queries.app_use import USES_APP
from backend.notices.permissions import SUBMIT
from backend.notices.rules.audience import ADDRESSED
from backend.notices.schemas.desk import EstimateAsk
from backend.notices.schemas.notices import EstimateOut

# Groups are of people: a home belongs to an audience of groups by whoever lives there.
ESTIMATE_SQL = f"""
WITH n AS (SELECT $3::uuid[] AS places, $4::text[] AS groups),
     meant AS (SELECT m.account FROM n, community_member($1, $2) AS m WHERE {ADDRESSED.format(notice="n", member="m")})
SELECT (SELECT count(*) FROM n, home_place($1) AS h
        WHERE (n.places = '{{}}' OR n.places && h.places)
          AND (n.groups = '{{}}' OR h.home IN (SELECT lives.home FROM home_member($1, $2) AS lives
                                               JOIN meant ON meant.account = lives.account))) AS homes,
       (SELECT count(*) FROM meant) AS people,
       (SELECT count(*) FROM meant WHERE {USES_APP.format(who="meant.account", at="$5")}) AS with_app
"""


async def estimate(caller: Caller, community_id: UUID, ask: EstimateAsk) -> EstimateOut:
    """Homes, people and those with the app in use, now; one statement. Raises NotFound.

    Places that are not of this community reach nobody.
    """
    caller.require(SUBMIT, community_id)
    row = await fetchrow(
        ESTIMATE_SQL, community_id, today(), list(ask.audience.places), list(ask.audience.groups), now()
    )
    assert row is not None
    return EstimateOut(row["homes"], row["people"], row["with_app"])
