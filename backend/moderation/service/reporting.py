"""A neighbour reports something. Who it was stays in the row."""

from datetime import timedelta
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now, today
from backend.core.database import fetchrow, transaction
from backend.core.events import emit
from backend.core.ids import new_id
from backend.core.text import clean_text
from backend.identity.queries.tenure import HOME_SINCE
from backend.moderation.errors import OwnThing, ReportedAlready, ReportedTooOften
from backend.moderation.events import CaseHeavy
from backend.moderation.permissions import DECIDE, REPORT
from backend.moderation.rules.weights import ACCURACY_OVER, REPORTS_A_DAY_MOST, is_heavy, weight_pct
from backend.moderation.schemas.cases import COMMENT_MAX_CHARS, ReportCreate, ReportOut
from backend.moderation.service.opening import open_case, seen_snapshot
from backend.moderation.service.standing import refuse_silenced

DAY = timedelta(days=1)

REPORTER_SQL = f"""
SELECT suspended_until($1, $2, $3) AS suspended, lived.home, lived.since, judged.agreed, judged.disagreed,
       today.reports, today.first_at
FROM (SELECT count(*) FILTER (WHERE outcome = 'agreed') AS agreed,
             count(*) FILTER (WHERE outcome = 'disagreed') AS disagreed
      FROM (SELECT outcome FROM report WHERE reporter = $1 AND outcome IS NOT NULL
            ORDER BY at DESC LIMIT {ACCURACY_OVER}) AS newest) AS judged
CROSS JOIN (SELECT count(*) AS reports, min(at) AS first_at FROM report
            WHERE reporter = $1 AND at > $3::timestamptz - interval '1 day') AS today
LEFT JOIN LATERAL {HOME_SINCE.format(who="$1", where="$2", day="$4::date")} AS lived ON true
"""

# Of each home the heaviest report counts. Who lives nowhere here weighs for themselves, and is no home.
REPORT_SQL = """
WITH made AS (
    INSERT INTO report (id, community, moderation_case, reporter, home, reason, comment, weight_pct, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (moderation_case, reporter) DO NOTHING
    RETURNING home, reporter, weight_pct),
door AS (
    SELECT count(home) > 0 AS is_home, max(weight_pct) AS weight_pct
    FROM (SELECT home, reporter, weight_pct FROM report WHERE moderation_case = $3
          UNION ALL SELECT home, reporter, weight_pct FROM made) AS every
    GROUP BY coalesce(home, reporter))
UPDATE moderation_case SET weight_pct = (SELECT sum(weight_pct) FROM door),
                           homes = (SELECT count(*) FROM door WHERE is_home)
WHERE id = $3 AND EXISTS (SELECT FROM made) RETURNING weight_pct, homes
"""


async def report(caller: Caller, data: ReportCreate) -> ReportOut:
    """Weighs at what its maker has earned. Raises NotFound, OwnThing, Silenced, ReportedAlready, ReportedTooOften."""
    comment = clean_text(data.comment, field="comment", most=COMMENT_MAX_CHARS)[:COMMENT_MAX_CHARS]
    report_id, at = new_id(), now()
    async with transaction():
        snapshot = await seen_snapshot(caller, data.subject_kind, data.subject_id)
        caller.require(REPORT, snapshot.community_id)
        if snapshot.author_id == caller.account_id:
            raise OwnThing()
        who = await fetchrow(REPORTER_SQL, caller.account_id, snapshot.community_id, at, today())
        assert who is not None, "aggregates give a row"
        refuse_silenced(who["suspended"])
        if who["reports"] >= REPORTS_A_DAY_MOST:
            raise ReportedTooOften(retry_after_s=max(1, int((who["first_at"] + DAY - at).total_seconds())))
        case = await open_case(snapshot, "report", actor=None)
        weighed = await fetchrow(
            REPORT_SQL, report_id, snapshot.community_id, case["id"], caller.account_id, who["home"], data.reason,
            comment, _weight(caller, snapshot.community_id, who), at,
        )  # fmt: skip
        if weighed is None:
            raise ReportedAlready()
        if is_heavy(weighed["weight_pct"], weighed["homes"]):
            await emit(CaseHeavy(case_id=case["id"]))
    return ReportOut(
        id=report_id,
        subject_kind=snapshot.kind,
        subject_id=snapshot.id,
        title=snapshot.title,
        reason=data.reason,
        comment=comment,
        outcome=None,
        sentence=None,
        at=at,
    )


def _weight(caller: Caller, community_id: UUID, who: Record) -> int:
    return weight_pct(
        is_staff=caller.may(DECIDE, community_id),
        here_for=now() - who["since"] if who["since"] is not None else None,
        agreed=who["agreed"],
        disagreed=who["disagreed"],
    )
