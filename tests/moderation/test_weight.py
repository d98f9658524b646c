"""What reports weigh, and what they do by themselves: little, late, and not twice."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.database import execute, fetchval
from backend.core.ids import new_id
from backend.moderation.rules.weights import is_heavy, weight_pct
from tests.house import Clock
from tests.moderation.court import DECISION, KEEP, Court
from tests.notices.office import done

OUTCOME_SQL = """
WITH opened AS (
    INSERT INTO moderation_case (id, community, subject_kind, subject_id, snapshot, source, state, verdict, rule,
                                 sentence, decided_at)
    VALUES ($1, $2, 'notice', $1, '{}', 'report', 'decided', 'hide', 'respect', '说明', now()) RETURNING id)
INSERT INTO report (id, community, moderation_case, reporter, reason, weight_pct, outcome, at)
SELECT $1, $2, id, $3, 'abuse', 100, $4, now() - interval '2 days' - $5 * interval '1 hour' FROM opened
"""


@pytest.mark.parametrize(
    ("is_staff", "days", "agreed", "disagreed", "weight"),
    [
        (False, None, 0, 0, 100),
        (False, 29, 0, 0, 100),
        (False, 30, 0, 0, 150),
        (False, 364, 0, 0, 150),
        (False, 365, 0, 0, 200),
        (True, None, 0, 0, 600),
        (False, 0, 100, 0, 600),
        (False, 0, 3, 1, 110),
        (False, 0, 0, 20, 0),
        (False, 0, 0, 100, 0),
        (True, 400, 0, 100, 100),
    ],
)
def test_weight(is_staff: bool, days: int | None, agreed: int, disagreed: int, weight: int) -> None:
    here_for = timedelta(days=days) if days is not None else None
    assert weight_pct(is_staff=is_staff, here_for=here_for, agreed=agreed, disagreed=disagreed) == weight


def test_eight_from_three_homes() -> None:
    assert is_heavy(800, 3)
    assert not is_heavy(799, 3) and not is_heavy(100_000, 2)


@given(st.integers(0, 100), st.integers(0, 100), st.booleans())
def test_a_report_never_weighs_less_than_nothing_and_better_ones_weigh_more(
    agreed: int, disagreed: int, is_staff: bool
) -> None:
    weight = weight_pct(is_staff=is_staff, here_for=None, agreed=agreed, disagreed=disagreed)
    better = weight_pct(is_staff=is_staff, here_for=None, agreed=agreed + 1, disagreed=disagreed)
    assert 0 <= weight <= better


async def test_one_home_counts_once_with_its_heaviest(court: Court) -> None:
    notice = await court.notice()
    twin = await court.neighbour(home=1)
    await court.settle(40)
    await execute(
        """UPDATE residency SET started_at = now() FROM account a
           WHERE residency.person = a.person AND a.id = $1""",
        twin.account_id,
    )
    case = await court.reported(notice)
    assert await court.weigh(case) == (1.5, 1)
    await court.report(twin, notice)
    assert await court.weigh(case) == (1.5, 1)
    await court.report(court.neighbours[1], notice)
    assert await court.weigh(case) == (3.0, 2)


async def test_who_lives_nowhere_here_weighs_but_is_no_home(court: Court) -> None:
    notice = await court.notice()
    case = await court.reported(notice)
    await court.report(court.admin, notice)
    await court.report(court.colleague, notice)
    await court.house.drain()
    assert await court.weigh(case) == (13.0, 1)
    assert await court.sees(court.neighbours[1], notice)


async def test_accuracy_counts_the_last_hundred(court: Court) -> None:
    reporter = court.neighbours[0].account_id
    for number in range(110):
        await execute(
            OUTCOME_SQL, new_id(), court.community.id, reporter, "agreed" if number < 100 else "disagreed", number
        )
    case = await court.reported(await court.notice())
    assert await court.weigh(case) == (6.0, 1)


async def test_three_homes_with_eight_hide_for_a_day_at_most(court: Court, moved_clock: Clock) -> None:
    notice = await court.notice()
    for neighbour in court.neighbours[:3]:
        for number in range(20):
            await execute(OUTCOME_SQL, new_id(), court.community.id, neighbour.account_id, "agreed", number)
    await court.settle(400)
    case = await court.reported(notice, by=2)
    assert await court.weigh(case) == (6.0, 2) and await court.sees(court.neighbours[3], notice)
    await court.report(court.neighbours[2], notice)
    await court.house.drain()
    assert await court.weigh(case) == (9.0, 3)
    assert not await court.sees(court.neighbours[3], notice)
    assert await court.told(court.wang, "moderation.decided") == ["《电梯年检》暂时不展示"]
    item = (await done(court.moderator.get(f"/desk/cases?community_id={court.community.id}")))["items"][0]
    assert item["auto_hidden"]
    await court.later(moved_clock, hours=24)
    assert await court.sees(court.neighbours[3], notice)
    assert (await court.told(court.wang, "moderation.decided"))[0] == "《电梯年检》已恢复展示"
    # And reports alone don't take it away again, neither under this case nor under another.
    await court.report(court.neighbours[3], notice)
    await court.house.drain()
    assert await court.sees(court.neighbours[3], notice)


async def hidden_by_reports(court: Court, **fields: object) -> tuple[str, str]:
    """A notice that four settled homes have reported; whether it went is for the test to see."""
    notice = await court.notice(**fields)
    await court.settle(400)
    return notice, await court.reported(notice, by=4)


async def test_a_decision_in_the_day_stands(court: Court, moved_clock: Clock) -> None:
    notice, case = await hidden_by_reports(court)
    assert not await court.sees(court.neighbours[0], notice)
    await court.decide(case)
    await court.later(moved_clock, hours=25)
    assert not await court.sees(court.neighbours[0], notice)
    assert await fetchval("SELECT auto_restored_at FROM moderation_case") is None


async def test_what_was_kept_reports_alone_do_not_hide(court: Court) -> None:
    notice, case = await hidden_by_reports(court)
    await court.decide(case, **KEEP, rule=None)
    assert await court.sees(court.neighbours[0], notice)
    assert (await court.told(court.wang, "moderation.decided"))[0] == "《电梯年检》可以正常展示"
    again = await court.reported(notice, by=4)
    assert again != case and (await court.weigh(again))[1] == 4
    assert await court.sees(court.neighbours[0], notice)


async def test_what_is_protected_stays(court: Court) -> None:
    await court.office.organisation("property_company", court.neighbours[0])
    notice = await court.office.news()
    await done(court.admin.put(f"/desk/notices/{notice}/publication"))
    await court.settle(400)
    case = await court.reported(notice, by=4)
    weight, homes = await court.weigh(case)
    assert is_heavy(round(weight * 100), homes)
    assert await court.sees(court.neighbours[0], notice)
    assert await fetchval("SELECT auto_hidden_at FROM moderation_case WHERE id = $1", UUID(case)) is None
    shown = await done(court.moderator.get(f"/desk/cases/{case}"))
    assert shown["is_protected"]


async def test_seven_point_nine_hides_nothing(court: Court) -> None:
    notice = await court.notice()
    await court.settle(400)
    # 2.0 + 2.0 + 2.0 + 1.9 = 7.9, and two more agreements make it 8.
    last = court.neighbours[3].account_id
    for number in range(2):
        await execute(OUTCOME_SQL, new_id(), court.community.id, last, "disagreed", number)
    case = await court.reported(notice, by=4)
    assert await court.weigh(case) == (7.9, 4)
    assert await court.sees(court.neighbours[0], notice)
    await court.decide(case, **DECISION)
