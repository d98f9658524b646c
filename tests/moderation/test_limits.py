"""The limits of what is written and read, each at its edge."""

from uuid import UUID

import pytest

from backend.core.database import execute
from backend.moderation.queries.case import PAST_SHOWN_MOST, REPORTS_SHOWN_MOST
from backend.moderation.rules.sanctions import SANCTIONS_SHOWN_MOST
from backend.moderation.schemas.cases import APPEAL_MIN_CHARS, COMMENT_MAX_CHARS
from tests.moderation.court import Court
from tests.notices.office import done, refused

EARLIER_SQL = """
WITH earlier AS (
    INSERT INTO moderation_case (id, community, subject_kind, subject_id, author, snapshot, source, state, verdict,
                                 rule, sentence, decided_at)
    SELECT gen_random_uuid(), community, 'notice', gen_random_uuid(), author, snapshot, 'staff', 'decided', 'hide',
           'topic', '与本栏目无关。', now()
    FROM moderation_case, generate_series(1, $2::int) WHERE id = $1 RETURNING id, community, author)
INSERT INTO sanction (id, community, moderation_case, account, measure, rule, sentence, decided_by, decided_as)
SELECT gen_random_uuid(), community, id, author, 'hide', 'topic', '与本栏目无关。', $3, 'moderator' FROM earlier
"""
REPORTED_SQL = """
INSERT INTO report (id, community, moderation_case, reporter, reason, weight_pct)
SELECT gen_random_uuid(), community, id, gen_random_uuid(), 'abuse', 100
FROM moderation_case, generate_series(1, $2::int) WHERE id = $1
"""


async def test_a_comment_and_an_appeal_have_their_lengths(court: Court) -> None:
    notice = await court.notice()
    who = court.neighbours[0]
    await refused(court.report(who, notice, comment="扰" * (COMMENT_MAX_CHARS + 1)), 422)
    assert (await court.report(who, notice, comment="扰" * COMMENT_MAX_CHARS)).status_code == 201
    await court.decide(await court.case_of(notice))
    await refused(court.appeal("冤" * (APPEAL_MIN_CHARS - 1)), 422)
    assert (await court.appeal("冤" * APPEAL_MIN_CHARS)).status_code == 201


@pytest.mark.parametrize("more", [0, 1])
async def test_a_case_shows_so_many_reports_and_sanctions(court: Court, more: int) -> None:
    case = await court.reported(await court.notice())
    await execute(REPORTED_SQL, UUID(case), REPORTS_SHOWN_MOST - 1 + more)
    await execute(EARLIER_SQL, UUID(case), PAST_SHOWN_MOST + more, court.colleague.account_id)
    shown = await done(court.moderator.get(f"/desk/cases/{case}"))
    assert (len(shown["reports"]), len(shown["past"])) == (REPORTS_SHOWN_MOST, PAST_SHOWN_MOST)


@pytest.mark.parametrize("more", [0, 1])
async def test_so_many_of_one_s_own_sanctions_are_listed(court: Court, more: int) -> None:
    case = await court.reported(await court.notice())
    await execute(EARLIER_SQL, UUID(case), SANCTIONS_SHOWN_MOST + more, court.colleague.account_id)
    assert len((await done(court.wang.get("/me/sanctions")))["items"]) == SANCTIONS_SHOWN_MOST
