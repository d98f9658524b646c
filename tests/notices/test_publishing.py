"""Now or later, for how long, under which number: what happens when a notice goes out."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from backend.core.clock import today
from backend.core.database import execute, fetch, fetchval
from backend.notices.rules.writing import AHEAD_DAYS_MOST, VALID_DAYS
from backend.notices.service import publishing
from tests.house import Clock, at_once
from tests.notices.office import Office, column, done, edit_of, refused, standing


def after(**how_long: float) -> str:
    return (datetime.now(UTC) + timedelta(**how_long)).isoformat()


async def jobs(name: str) -> int:
    return int(await fetchval("SELECT count(*) FROM pgqueuer WHERE entrypoint = $1", f"notices.{name}"))


async def test_what_is_approved_goes_out_now(office: Office) -> None:
    notice = await office.approved()
    async with office.house.statements(9):
        shown = await done(office.moderator.put(f"/desk/notices/{notice}/publication"))
    out = shown["notice"]
    assert (out["state"], out["version"]) == ("published", 1)
    assert out["reference"] == f"翠湖社区〔{today().year}〕1号"
    valid = datetime.fromisoformat(out["ends_at"]) - datetime.fromisoformat(out["published_at"])
    assert valid == timedelta(days=VALID_DAYS)
    assert await jobs("end_notice") == 1
    line = await fetch("SELECT actor, about FROM audit_line WHERE action = 'notice.published'")
    assert [tuple(it) for it in line] == [(office.moderator.account_id, office.wang.account_id)]
    await refused(office.moderator.put(f"/desk/notices/{notice}/publication"), 409, "core.move_refused")


async def test_nothing_goes_out_unreviewed(office: Office) -> None:
    for made in (office.draft, office.submitted):
        notice = await made(office.worker, organisation_id=await office.committee())
        for somebody in (office.moderator, office.admin):
            answer = await somebody.put(f"/desk/notices/{notice}/publication")
            assert answer.status_code in (404, 409)
        await refused(office.worker.put(f"/desk/notices/{notice}/publication"), 404)
    assert await fetchval("SELECT count(*) FROM notice WHERE published_at IS NOT NULL") == 0
    approved = await office.approved()
    await refused(office.worker.put(f"/desk/notices/{approved}/publication"), 404)
    await refused(office.wang.put(f"/desk/notices/{approved}/publication"), 404)


async def test_the_newsroom_publishes_its_own(office: Office) -> None:
    for writer in (office.moderator, office.admin):
        news = await office.news(writer)
        shown = await done(writer.get(f"/desk/notices/{news}"))
        assert shown["own"] and shown["can"] == ["edit", "schedule", "publish", "withdraw"]
        assert (await done(writer.put(f"/desk/notices/{news}/publication")))["notice"]["state"] == "published"
    theirs = await office.news(office.worker)
    await refused(office.worker.put(f"/desk/notices/{theirs}/publication"), 404)
    await done(office.worker.put(f"/notices/{theirs}/submission"))
    await done(office.moderator.put(f"/desk/notices/{theirs}/approval"))
    await done(office.moderator.put(f"/desk/notices/{theirs}/publication"))


async def test_the_party_organisation_publishes_its_own_news(office: Office) -> None:
    party = await office.organisation("party", secretary := await office.house.guest())
    await office.organisation("property_company", manager := await office.house.guest())
    news = await office.draft(secretary, stream="news", organisation_id=party)
    await refused(manager.put(f"/desk/notices/{news}/publication"), 404)
    shown = await done(secretary.put(f"/desk/notices/{news}/publication"))
    assert (shown["notice"]["state"], shown["can"]) == ("published", ["edit", "withdraw"])
    await done(secretary.patch(f"/notices/{news}", {"title": "更正"}, headers=edit_of(1)))
    notice = await office.draft(secretary, organisation_id=party)
    await refused(secretary.put(f"/desk/notices/{notice}/publication"), 404)
    later = await office.draft(secretary, stream="news", organisation_id=party)
    await execute("UPDATE role_grant SET ended_at = now() WHERE account = $1", secretary.account_id)
    await refused(secretary.put(f"/desk/notices/{later}/publication"), 403)


async def test_what_is_scheduled_begins_by_itself(office: Office, moved_clock: Clock) -> None:
    notice = await office.approved(ends_at=after(days=20))
    async with office.house.statements(9):
        shown = await done(office.moderator.put(f"/desk/notices/{notice}/publication", {"starts_at": after(days=2)}))
    assert (shown["notice"]["state"], shown["notice"]["reference"]) == ("scheduled", None)
    assert shown["can"] == ["publish", "withdraw"]
    assert await jobs("start_notice") == 1
    await publishing.start_if_due(UUID(notice))
    assert await standing(notice) == "scheduled", "not before its time"
    moved_clock.advance(days=2, seconds=1)
    for _ in range(3):
        await publishing.start_if_due(UUID(notice))
    assert await standing(notice) == "published"
    assert await fetchval("SELECT count(*) FROM flow_step WHERE subject = $1 AND move = 'publish'", UUID(notice)) == 1
    assert await column(notice, "reference") == f"翠湖社区〔{today().year}〕1号"


async def test_a_job_that_is_early_comes_again(office: Office, moved_clock: Clock) -> None:
    notice = await office.approved()
    await done(office.moderator.put(f"/desk/notices/{notice}/publication", {"starts_at": after(hours=1)}))
    moved_clock.advance(minutes=59, seconds=57)
    await publishing.start_if_due(UUID(notice))
    assert await standing(notice) == "scheduled" and await jobs("start_notice") == 2


async def test_what_was_taken_back_does_not_begin(office: Office, moved_clock: Clock) -> None:
    notice = await office.approved()
    await done(office.moderator.put(f"/desk/notices/{notice}/publication", {"starts_at": after(days=2)}))
    await done(office.wang.put(f"/notices/{notice}/withdrawal"))
    moved_clock.advance(days=3)
    await publishing.start_if_due(UUID(notice))
    assert await standing(notice) == "withdrawn"


async def test_what_is_scheduled_may_go_out_at_once(office: Office, moved_clock: Clock) -> None:
    notice = await office.approved()
    path = f"/desk/notices/{notice}/publication"
    await done(office.moderator.put(path, {"starts_at": after(days=2)}))
    await refused(office.moderator.put(path, {"starts_at": after(days=3)}), 409, "core.move_refused")
    await done(office.moderator.put(path))
    moved_clock.advance(days=3)
    await publishing.start_if_due(UUID(notice))
    assert await fetchval("SELECT count(*) FROM flow_step WHERE subject = $1 AND move = 'publish'", UUID(notice)) == 1


async def test_moments_out_of_reach(office: Office) -> None:
    notice = await office.approved(ends_at=after(days=10))
    path = f"/desk/notices/{notice}/publication"
    for moment, field in (
        (after(seconds=-5), "starts_at"),
        (after(days=AHEAD_DAYS_MOST, minutes=5), "starts_at"),
        (after(days=11), "ends_at"),
    ):
        answer = await refused(office.moderator.put(path, {"starts_at": moment}), 422)
        assert field in [error["field"] for error in answer["errors"]]
    for nonsense in ({"starts_at": "soon"}, {"starts_at": "2030-01-01T00:00:00"}, {"at": after(days=1)}, []):
        assert (await office.moderator.put(path, nonsense or [1])).status_code in (400, 422)
    assert await standing(notice) == "approved"
    await execute("UPDATE notice SET ends_at = now() - interval '1 hour'")
    await refused(office.moderator.put(path), 422)
    await execute("UPDATE notice SET ends_at = NULL, pinned_until = now() - interval '1 hour'")
    assert (await done(office.moderator.put(path)))["notice"]["state"] == "published", "a pin that ran out is no harm"


async def test_it_runs_out(office: Office, moved_clock: Clock) -> None:
    notice = await office.published(ends_at=after(days=3))
    await publishing.end_if_due(UUID(notice))
    assert await standing(notice) == "published"
    await done(office.moderator.patch(f"/notices/{notice}", {"ends_at": after(days=5)}, headers=edit_of(1)))
    moved_clock.advance(days=3, seconds=1)
    await publishing.end_if_due(UUID(notice))
    assert await standing(notice) == "published", "its end has moved"
    moved_clock.advance(days=2)
    for _ in range(3):
        await publishing.end_if_due(UUID(notice))
    assert await standing(notice) == "expired"
    assert await fetchval("SELECT count(*) FROM flow_step WHERE subject = $1 AND move = 'expire'", UUID(notice)) == 1


async def test_jobs_of_what_is_gone_do_nothing(office: Office) -> None:
    for work in (publishing.start_if_due, publishing.end_if_due):
        await work(office.wang.account_id)


async def test_what_slept_through_its_time_says_so(office: Office, moved_clock: Clock) -> None:
    notice = await office.approved(ends_at=after(days=4))
    await done(office.moderator.put(f"/desk/notices/{notice}/publication", {"starts_at": after(days=2)}))
    moved_clock.advance(days=9)
    await publishing.start_if_due(UUID(notice))
    await publishing.end_if_due(UUID(notice))
    assert await standing(notice) == "expired"
    assert await column(notice, "published_at") == await column(notice, "starts_at")


async def test_numbers_have_no_gap(office: Office) -> None:
    async def refuse_and_publish() -> None:
        notice = await office.approved()
        await execute("UPDATE notice SET ends_at = now() - interval '1 hour' WHERE id = $1", UUID(notice))
        await refused(office.moderator.put(f"/desk/notices/{notice}/publication"), 422)
        await execute("UPDATE notice SET ends_at = NULL WHERE id = $1", UUID(notice))
        waiting.append(notice)

    waiting: list[str] = []
    for _ in range(8):
        await refuse_and_publish()
    publishers = [office.moderator, office.colleague, office.admin]
    answers = await at_once(
        *(who.put(f"/desk/notices/{notice}/publication") for notice in waiting for who in publishers)
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 8 + [409] * 16
    numbers = [str(row["reference"]) for row in await fetch("SELECT reference FROM notice ORDER BY published_at")]
    assert sorted(numbers) == [f"翠湖社区〔{today().year}〕{number}号" for number in range(1, 9)]


async def test_every_community_and_year_counts_for_itself(office: Office, moved_clock: Clock) -> None:
    await office.published()
    elsewhere = await office.house.open_community("南湖社区")
    chief = await office.house.officer(elsewhere, "committee_admin")
    committee = await fetchval("SELECT id FROM organisation WHERE community = $1", elsewhere.id)
    body = {"stream": "news", "title": "新年好", "body": "祝大家新年快乐。", "organisation_id": str(committee)}
    news = (await done(chief.post(f"/communities/{elsewhere.id}/notices", body)))["id"]
    out = await done(chief.put(f"/desk/notices/{news}/publication"))
    assert out["notice"]["reference"] == f"南湖社区〔{today().year}〕1号"
    # The year is the community's: at 17 h UTC on 31 December it is the new one in Shanghai.
    year = today().year + 1
    eve = datetime(year, 12, 31, 17, tzinfo=UTC)
    soon = await office.approved()
    await done(office.moderator.put(f"/desk/notices/{soon}/publication", {"starts_at": after(hours=1)}))
    moved_clock.ahead = eve - datetime.now(UTC)
    await publishing.start_if_due(UUID(soon))
    assert await column(soon, "reference") == f"翠湖社区〔{year + 1}〕1号"
