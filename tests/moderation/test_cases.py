"""A report becomes a case, a moderator decides, everybody concerned is told."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from backend.core.database import execute, fetch, fetchval
from backend.core.live import redis
from tests.house import Clock, key
from tests.moderation.court import DECISION, KEEP, Court
from tests.notices.office import done, refused


async def test_a_report_becomes_a_case_and_the_desk_is_told(court: Court) -> None:
    notice = await court.notice()
    await court.house.drain()
    async with court.house.statements(8):
        answer = await court.report(court.neighbours[0], notice, "abuse", "里面骂人了")
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert (body["title"], body["reason"], body["comment"]) == ("电梯年检", "abuse", "里面骂人了")
    assert body["outcome"] is None
    assert await court.told(court.moderator, "desk.cases") == ["有邻居举报了《电梯年检》"]
    async with court.house.statements(3):
        page = await done(court.moderator.get(f"/desk/cases?community_id={court.community.id}"))
    (item,) = page["items"]
    assert (item["title"], item["source"], item["state"], item["reports"], item["homes"]) == (
        "电梯年检", "report", "open", 1, 1,
    )  # fmt: skip
    assert (item["weight"], item["reasons"], item["own"], item["auto_hidden"]) == (1.0, {"abuse": 1}, False, False)
    async with court.house.statements(4):
        case = await done(court.moderator.get(f"/desk/cases/{item['id']}"))
    assert case["snapshot_body"] == case["now_body"]
    assert case["reports"] == [
        {"reason": "abuse", "comment": "里面骂人了", "weight": 1.0, "outcome": None, "at": body["at"]}
    ]
    assert (case["verdicts"], case["can"]) == (["keep", "hide"], ["claim", "decide"])
    assert (case["next_step"], case["next_step_hours"]) == (1, 24)


async def test_the_snapshot_keeps_what_was_reported(court: Court) -> None:
    notice = await court.notice()
    case = await court.reported(notice)
    edits = (await court.admin.get(f"/notices/{notice}")).headers["etag"]
    await done(court.admin.patch(f"/notices/{notice}", {"body": "改过的话。"}, headers={"If-Match": edits}))
    shown = await done(court.moderator.get(f"/desk/cases/{case}"))
    assert (shown["snapshot_body"], shown["now_body"]) == ("周三上午 3幢电梯停用两小时。", "改过的话。")
    await court.report(court.neighbours[1], notice)
    assert (await done(court.moderator.get(f"/desk/cases/{case}")))["snapshot_body"] == "周三上午 3幢电梯停用两小时。"


async def test_only_what_one_sees_is_reported_and_nothing_of_ones_own(court: Court) -> None:
    notice, draft = await court.notice(), await court.office.draft()
    await refused(court.report(court.wang, notice), 409, "moderation.own_thing")
    await refused(court.report(court.neighbours[0], draft), 404)
    await refused(court.report(court.neighbours[0], str(uuid4())), 404)
    await refused(court.report(await court.house.guest(), notice), 403)
    elsewhere = await court.house.open_community("别处")
    stranger = await court.house.officer(elsewhere, "resident")
    public = await court.notice(is_public=True)
    await refused(court.report(stranger, public), 404)
    body = {"subject_kind": "thread", "subject_id": notice, "reason": "abuse"}
    await refused(court.neighbours[0].post("/reports", body), 404)
    assert await fetchval("SELECT count(*) FROM report") == 0
    assert await fetchval("SELECT count(*) FROM moderation_case") == 0


async def test_the_same_neighbour_reports_once(court: Court) -> None:
    notice = await court.notice()
    again = key()
    first = await court.neighbours[0].post(
        "/reports", {"subject_kind": "notice", "subject_id": notice, "reason": "abuse"}, headers=again
    )
    second = await court.neighbours[0].post(
        "/reports", {"subject_kind": "notice", "subject_id": notice, "reason": "abuse"}, headers=again
    )
    assert first.status_code == second.status_code == 201 and first.json() == second.json()
    await refused(court.report(court.neighbours[0], notice, "advert"), 409, "moderation.reported_already")
    assert await fetchval("SELECT count(*) FROM report") == 1


async def test_ten_reports_a_day(court: Court) -> None:
    reporter = court.neighbours[0]
    notices = [await court.office.submitted(court.neighbours[1]) for _ in range(5)]
    notices += [await court.office.submitted(court.neighbours[2]) for _ in range(6)]
    await execute(
        """UPDATE notice SET state = 'published', published_at = now(), ends_at = now() + interval '20 days',
                  reference = id::text"""
    )
    for notice in notices[:10]:
        # Not the ordinary limit on writing, which lets eight through at once.
        await redis().flushall()
        assert (await court.report(reporter, notice)).status_code == 201
    await refused(court.report(reporter, notices[10]), 429, "moderation.reported_too_often")
    await execute("UPDATE report SET at = at - interval '24 hours'")
    assert (await court.report(reporter, notices[10])).status_code == 201


async def test_hiding_takes_it_from_every_reader_and_says_why(court: Court) -> None:
    notice = await court.notice()
    case = await court.reported(notice, by=2)
    async with court.house.statements(8):
        answer = await done(court.moderator.put(f"/desk/cases/{case}/decision", DECISION))
    await court.house.drain()
    told = {name: answer[name] for name in ("case_id", "state", "verdict", "rule", "penalty", "sentence")}
    assert told == {"case_id": case, "state": "decided", "penalty": None, **DECISION}
    decided = await done(court.moderator.get(f"/desk/cases/{case}"))
    assert (decided["state"], decided["verdict"], decided["rule"]) == ("decided", "hide", "respect")
    assert not decided["now_shown"] and decided["can"] == []
    assert not await court.sees(court.neighbours[0], notice)
    assert await court.sees(court.wang, notice) and await court.sees(court.moderator, notice)
    listed = await done(court.neighbours[0].get(f"/communities/{court.community.id}/notices"))
    assert [it["id"] for it in listed["items"] if it["id"] == notice] == []
    assert await court.told(court.wang, "moderation.decided") == ["《电梯年检》已不展示"]
    for reporter in court.neighbours[:2]:
        assert await court.told(reporter, "report.decided") == ["您举报的《电梯年检》已处理"]
    assert await court.told(court.neighbours[2], "report.decided") == []
    (report,) = (await done(court.neighbours[0].get("/me/reports")))["items"]
    assert (report["outcome"], report["sentence"]) == ("agreed", DECISION["sentence"])
    lines = await fetch("SELECT actor, about, reason FROM audit_line WHERE action = 'case.decided'")
    assert [tuple(line) for line in lines] == [
        (court.moderator.account_id, court.wang.account_id, DECISION["sentence"])
    ]
    assert await court.told(court.moderator, "desk.cases") == []


async def test_keeping_tells_the_reporter_and_not_the_author(court: Court) -> None:
    notice = await court.notice()
    case = await court.reported(notice)
    decided = await court.decide(case, **KEEP, rule=None)
    assert decided["verdict"] == "keep" and await court.sees(court.neighbours[1], notice)
    assert await court.told(court.wang, "moderation.decided") == []
    assert await court.told(court.neighbours[0], "report.decided") == ["您举报的《电梯年检》看过了"]
    assert (await done(court.wang.get("/me/sanctions")))["items"] == []


async def test_nobody_decides_on_their_own_post(court: Court) -> None:
    mine = await court.office.submitted(court.moderator, organisation_id=await court.office.committee())
    await done(court.admin.put(f"/desk/notices/{mine}/approval"))
    await done(court.admin.put(f"/desk/notices/{mine}/publication"))
    case = await court.reported(mine)
    assert (await done(court.moderator.get(f"/desk/cases/{case}")))["can"] == []
    await refused(court.moderator.put(f"/desk/cases/{case}/claim"), 409, "moderation.own_case")
    await refused(court.moderator.put(f"/desk/cases/{case}/decision", DECISION), 409, "moderation.own_case")
    assert await court.told(court.moderator, "desk.cases") == []
    await court.decide(case, court.colleague)


async def test_a_claimed_case_is_its_claimers(court: Court) -> None:
    case = await court.reported(await court.notice())
    async with court.house.statements(8):
        claimed = await done(court.moderator.put(f"/desk/cases/{case}/claim"))
    assert claimed["claimed_by_me"] and claimed["can"] == ["release", "decide"]
    assert (await done(court.moderator.put(f"/desk/cases/{case}/claim")))["claimed_by_me"]
    seen = await done(court.colleague.get(f"/desk/cases/{case}"))
    assert (seen["claimed_by_me"], bool(seen["claimed_by"]), seen["can"]) == (False, True, [])
    await refused(court.colleague.put(f"/desk/cases/{case}/claim"), 409, "moderation.claimed_by_another")
    await refused(court.colleague.put(f"/desk/cases/{case}/decision", DECISION), 409, "moderation.claimed_by_another")
    await refused(court.colleague.delete(f"/desk/cases/{case}/claim"), 409, "moderation.claimed_by_another")
    released = await done(court.moderator.delete(f"/desk/cases/{case}/claim"))
    assert released["state"] == "open" and released["claimed_by"] is None
    await done(court.colleague.put(f"/desk/cases/{case}/claim"))
    await court.house.due_now()
    await court.house.drain()
    assert (await done(court.moderator.get(f"/desk/cases/{case}")))["state"] == "open"
    await court.decide(case)
    await refused(court.colleague.put(f"/desk/cases/{case}/decision", DECISION), 409, "moderation.decided")
    await refused(court.colleague.put(f"/desk/cases/{case}/claim"), 409, "moderation.decided")


async def test_a_decision_names_a_rule_and_what_is_offered(court: Court) -> None:
    case = await court.reported(await court.notice())
    path = f"/desk/cases/{case}/decision"
    problem = await refused(court.moderator.put(path, {**DECISION, "rule": None}), 422)
    assert problem["errors"][0]["field"] == "rule"
    await refused(court.moderator.put(path, {**KEEP, "penalty": "warn"}), 422)
    await refused(court.moderator.put(path, {**DECISION, "verdict": "lock"}), 422, "moderation.not_offered")
    await refused(court.moderator.put(path, {**DECISION, "sentence": "\u200b\u200b\u200b"}), 422)
    for sentence, status in (("好", 422), ("好的", 200)):
        answer = await court.moderator.put(path, {**DECISION, "sentence": sentence})
        assert answer.status_code == status
    long = await court.reported(await court.notice(title="另一件事"))
    for length, status in ((501, 422), (500, 200)):
        answer = await court.moderator.put(f"/desk/cases/{long}/decision", {**DECISION, "sentence": "好" * length})
        assert answer.status_code == status
    await refused(court.wang.put(path, DECISION), 403)
    elsewhere = await court.house.open_community("别处")
    stranger = await court.house.officer(elsewhere, "moderator")
    await refused(stranger.put(path, DECISION), 404)
    await refused(stranger.get(f"/desk/cases/{case}"), 404)
    await refused(stranger.get(f"/desk/cases?community_id={court.community.id}"), 404)


async def test_a_moderator_opens_a_case_of_what_they_came_upon(court: Court) -> None:
    notice = await court.notice()
    body = {"subject_kind": "notice", "subject_id": notice}
    async with court.house.statements(8):
        opened = await court.moderator.post("/desk/cases", body)
    assert opened.status_code == 201
    case = await done(court.moderator.get(f"/desk/cases/{opened.json()['id']}"))
    assert (case["source"], case["claimed_by_me"]) == ("staff", True)
    again = await court.moderator.post("/desk/cases", body)
    assert again.json()["id"] == opened.json()["id"]
    await refused(court.colleague.post("/desk/cases", body), 409, "moderation.claimed_by_another")
    await refused(court.wang.post("/desk/cases", body), 403)
    await court.decide(opened.json()["id"], **KEEP, rule=None)
    assert await court.sees(court.neighbours[0], notice)


async def test_tabs_search_and_pages(court: Court) -> None:
    titles = ["丢失猫咪启事", "转让婴儿车", "求购二手书"]
    cases = [
        await court.reported(await court.notice(title=title), by=by)
        for title, by in zip(titles, (1, 3, 2), strict=True)
    ]
    base = f"/desk/cases?community_id={court.community.id}"

    async def shown(**asked: object) -> list[str]:
        page = await done(court.moderator.get(base + "".join(f"&{name}={value}" for name, value in asked.items())))
        return [item["title"] for item in page["items"]]

    assert await shown() == ["转让婴儿车", "求购二手书", "丢失猫咪启事"]
    assert await shown(sort="oldest") == titles
    assert await shown(sort="newest") == titles[::-1]
    assert await shown(q="婴儿") == ["转让婴儿车"]
    assert await shown(q="%25") == []
    assert await shown(kind="notice", sort="oldest") == titles
    assert await shown(kind="thread") == []
    for sort in ("weight", "oldest", "newest"):
        walked: list[str] = []
        cursor = ""
        while True:
            page = await done(court.moderator.get(f"{base}&sort={sort}&limit=1{cursor}"))
            walked += [item["id"] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert sorted(walked) == sorted(cases) and len(walked) == 3
    await done(court.moderator.put(f"/desk/cases/{cases[0]}/claim"))
    assert await shown(tab="mine") == [titles[0]]
    await court.decide(cases[0])
    assert await shown(tab="decided") == [titles[0]]
    assert await shown(tab="mine") == [] and len(await shown(tab="waiting")) == 2
    await court.appeal()
    assert await shown(tab="appeals") == [titles[0]]
    assert await shown(tab="held") == []


async def test_appeals_stand_by_their_own_moment(court: Court, moved_clock: Clock) -> None:
    titles = ["丢失猫咪启事", "转让婴儿车", "求购二手书"]
    sanctions: dict[str, str] = {}
    for title in titles:
        await court.decide(await court.reported(await court.notice(title=title)))
        sanctions[title] = (await court.sanction())["id"]
    # The last that was decided is objected to first.
    for title in titles[::-1]:
        appealed = await court.wang.post(f"/sanctions/{sanctions[title]}/appeal", {"text": "请再看一看这件事。"})
        assert appealed.status_code == 201
        moved_clock.advance(minutes=2)
    base = f"/desk/cases?community_id={court.community.id}&tab=appeals&limit=2"
    for sort, asked in (("oldest", titles[::-1]), ("newest", titles)):
        async with court.house.statements(3):
            page = await done(court.moderator.get(f"{base}&sort={sort}"))
        rest = await done(court.moderator.get(f"{base}&sort={sort}&cursor={page['next_cursor']}"))
        items = page["items"] + rest["items"]
        assert [item["title"] for item in items] == asked and rest["next_cursor"] is None
        for item in items:
            waits = datetime.fromisoformat(item["appeal_due_at"]) - datetime.fromisoformat(item["appealed_at"])
            assert waits == timedelta(hours=72)
    # What is answered is due no more.
    answer = {"outcome": "upheld", "reason": "原来的处理是对的。"}
    await done(court.colleague.put(f"/desk/cases/{items[0]['id']}/appeal-decision", answer))
    decided = await done(court.moderator.get(f"/desk/cases?community_id={court.community.id}&tab=decided"))
    (item,) = [one for one in decided["items"] if one["id"] == items[0]["id"]]
    assert item["appealed_at"] == items[0]["appealed_at"] and item["appeal_due_at"] is None


async def test_two_decide_at_once_and_one_is_told_so(court: Court) -> None:
    case = await court.reported(await court.notice())
    path = f"/desk/cases/{case}/decision"
    first, second = await court.moderator.put(path, DECISION), await court.colleague.put(path, DECISION)
    assert sorted((first.status_code, second.status_code)) == [200, 409]
    assert await fetchval("SELECT count(*) FROM sanction WHERE moderation_case = $1", UUID(case)) == 1
