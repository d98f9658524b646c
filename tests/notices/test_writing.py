"""A notice from its writer's side: who may speak, what may be said, and until when it may change."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from backend.core.database import execute, fetch, fetchval
from backend.notices.rules.writing import (
    AT_A_TIME_MOST,
    EDITS_MOST,
)
from backend.notices.schemas.notices import BODY_MAX_CHARS, TITLE_MAX_CHARS
from tests.house import at_once, key
from tests.notices.office import WORDS, Office, column, done, edit_of, refused, standing


def after(**how_long: float) -> str:
    return (datetime.now(UTC) + timedelta(**how_long)).isoformat()


async def test_a_resident_writes_edits_hands_in_and_takes_back(office: Office) -> None:
    async with office.house.statements(10):
        # Two of them are the Idempotency-Key's.
        made = await done(office.wang.post(office.path, WORDS, headers=key()))
    assert (made["state"], made["edits"], made["version"]) == ("draft", 1, 1)
    assert made["author"]["kind"] == "resident" and made["can"] == ["edit", "submit", "withdraw"]
    path = f"/notices/{made['id']}"
    async with office.house.statements(8):
        changed = await office.wang.patch(path, {"body": "改到周四上午。"}, headers=edit_of(1))
    assert (changed.status_code, changed.json()["edits"]) == (200, 2)
    assert changed.headers["etag"].startswith('"v2')
    async with office.house.statements(8):
        handed_in = await done(office.wang.put(f"{path}/submission"))
    assert handed_in["state"] == "submitted" and handed_in["can"] == ["withdraw"]
    assert [step["move"] for step in handed_in["steps"]] == ["begin", "submit"]
    assert (await done(office.wang.put(f"{path}/submission")))["state"] == "submitted", "handing in twice is harmless"
    async with office.house.statements(8):
        withdrawn = await done(office.wang.put(f"{path}/withdrawal"))
    assert withdrawn["state"] == "withdrawn" and withdrawn["can"] == []
    assert (await done(office.wang.put(f"{path}/withdrawal")))["state"] == "withdrawn"
    await refused(office.wang.put(f"{path}/submission"), 409, "core.move_refused")


async def test_a_draft_is_its_writers_alone(office: Office) -> None:
    notice = await office.draft()
    path = f"/notices/{notice}"
    for somebody in (office.moderator, office.admin, office.worker):
        await refused(somebody.get(path), 404)
        await refused(somebody.patch(path, {"title": "别人改的"}, headers=edit_of(1)), 404)
        await refused(somebody.put(f"{path}/submission"), 404)
        await refused(somebody.put(f"{path}/withdrawal", {"reason": "不行"}), 404)
        await refused(somebody.get(f"/desk{path}"), 404)
        await refused(somebody.put(f"/desk{path}/publication"), 404)
    for somebody in (office.moderator, office.admin):
        await refused(somebody.put(f"/desk{path}/approval"), 404)
    assert await standing(notice) == "draft" and await column(notice, "edits") == 1


async def test_strangers_and_guests_write_nothing(office: Office) -> None:
    house = office.house
    guest = await house.guest()
    await refused(guest.post(office.path, WORDS, headers=key()), 403)
    elsewhere = await house.open_community("南湖社区")
    moderator = await house.officer(elsewhere, "moderator")
    stranger = await house.resident(elsewhere, moderator)
    for somebody in (stranger, moderator):
        await refused(somebody.post(office.path, WORDS, headers=key()), 404)
    treasurer = await house.officer(office.community, "treasurer")
    await refused(treasurer.post(office.path, WORDS, headers=key()), 403)
    assert await fetchval("SELECT count(*) FROM notice") == 0


async def test_one_tap_twice_is_one_notice(office: Office) -> None:
    header = key()
    first = await done(office.wang.post(office.path, WORDS, headers=header))
    again = await done(office.wang.post(office.path, WORDS, headers=header))
    assert again["id"] == first["id"] and await fetchval("SELECT count(*) FROM notice") == 1
    await refused(office.wang.post(office.path, {**WORDS, "title": "另一篇"}, headers=header), 409, "core.key_reused")


async def test_who_speaks_in_whose_name(office: Office) -> None:
    committee = await office.committee()
    property_company = await office.organisation("property_company", manager := await office.house.guest())
    party = await office.organisation("party", secretary := await office.house.guest())
    for writer, voice, stream in (
        (office.wang, None, "notice"),
        (office.worker, committee, "notice"),
        (office.worker, committee, "news"),
        (office.moderator, committee, "news"),
        (office.admin, committee, "notice"),
        (manager, property_company, "notice"),
        (secretary, party, "notice"),
        (secretary, party, "news"),
    ):
        body = {**WORDS, "stream": stream, "organisation_id": voice}
        made = await done(writer.post(office.path, body, headers=key()))
        assert made["author"]["organisation_id"] == voice
    for writer, voice, stream in (
        (office.wang, None, "news"),
        (office.wang, committee, "notice"),
        (office.moderator, None, "notice"),
        (office.moderator, party, "news"),
        (manager, committee, "notice"),
        (manager, property_company, "news"),
        (manager, None, "notice"),
        (secretary, None, "news"),
        (secretary, str(uuid4()), "notice"),
    ):
        body = {**WORDS, "stream": stream, "organisation_id": voice}
        await refused(writer.post(office.path, body, headers=key()), 422, "notices.voice_refused")


async def test_a_lost_office_speaks_no_more(office: Office) -> None:
    company = await office.organisation("property_company", manager := await office.house.guest())
    body = {**WORDS, "organisation_id": company}
    await done(manager.post(office.path, body, headers=key()))
    await execute("UPDATE role_grant SET ends_at = now() - interval '1 s' WHERE account = $1", manager.account_id)
    await refused(manager.post(office.path, body, headers=key()), 403)
    await execute("UPDATE role_grant SET ends_at = NULL WHERE account = $1", manager.account_id)
    await execute("UPDATE organisation SET state = 'suspended' WHERE kind = 'property_company'")
    await refused(manager.post(office.path, body, headers=key()), 422, "notices.voice_refused")


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "停"},
        {"title": "停" * (TITLE_MAX_CHARS + 1)},
        {"title": "\u200b\u200b\u200b"},
        {"title": "\u0958" * TITLE_MAX_CHARS},
        {"body": ""},
        {"body": " \n\u200b"},
        {"body": "停" * (BODY_MAX_CHARS + 1)},
        {"stream": "letter"},
        {"priority": "deadly"},
        {"starts_at": "tomorrow"},
        {"starts_at": "2026-12-01T09:00:00"},
        {"organisation_id": "committee"},
        {"audience": None},
        {"audience": {"homes": []}},
        {"attachment_media_ids": [str(uuid4())] * 10},
        {"attachment_media_ids": [str(uuid4())]},
        {"state": "published"},
    ],
)
async def test_what_can_not_be_said(office: Office, wrong: dict[str, Any]) -> None:
    answer = await office.wang.post(office.path, {**WORDS, **wrong}, headers=key())
    assert answer.status_code in (400, 422), answer.text
    assert await fetchval("SELECT count(*) FROM notice") == 0
    notice = await office.draft()
    answer = await office.wang.patch(f"/notices/{notice}", wrong, headers=edit_of(1))
    assert answer.status_code in (400, 422), answer.text
    assert await column(notice, "edits") == 1


async def test_the_longest_that_can_be_said(office: Office) -> None:
    made = await done(
        office.wang.post(office.path, {**WORDS, "title": "停" * TITLE_MAX_CHARS, "body": "水" * BODY_MAX_CHARS})
    )
    assert (len(made["title"]), len(made["body"])) == (TITLE_MAX_CHARS, BODY_MAX_CHARS)


async def test_what_is_seen_is_what_is_stored(office: Office) -> None:
    made = await done(
        office.wang.post(
            office.path, {**WORDS, "title": "  停\u202e水\t通知 ", "body": "一\r\n\r\n\r\n\r\n\r\n二\u200b "}
        )
    )
    assert (made["title"], made["body"]) == ("停水 通知", "一\n\n\n二")


async def test_edits_name_the_edit_they_change(office: Office) -> None:
    notice = await office.draft()
    path = f"/notices/{notice}"
    await refused(office.wang.patch(path, {"title": "没说哪一版"}), 428)
    await refused(office.wang.patch(path, {"title": "说错了"}, headers=edit_of(2)), 412)
    tag = (await office.wang.get(path)).headers["etag"]
    await done(office.wang.patch(path, {"title": "改一次"}, headers={"If-Match": tag}))
    await refused(office.wang.patch(path, {"title": "再改"}, headers={"If-Match": tag}), 412)
    unchanged = await done(office.wang.patch(path, {"title": "改一次"}, headers=edit_of(2)))
    assert unchanged["edits"] == 2, "what changes nothing is no edit"
    assert await fetchval("SELECT count(*) FROM notice_version") == 2


async def test_every_wording_is_kept(office: Office) -> None:
    notice = await office.draft()
    path = f"/notices/{notice}"
    await done(office.wang.patch(path, {"title": "第二版"}, headers=edit_of(1)))
    await done(office.wang.patch(path, {"priority": "important", "ack_required": True}, headers=edit_of(2)))
    await done(office.wang.patch(path, {"body": "第四次修改"}, headers=edit_of(3)))
    kept = await fetch("SELECT number, title, body, as_reviewer FROM notice_version ORDER BY number")
    assert [tuple(row) for row in kept] == [
        (1, WORDS["title"], WORDS["body"], False),
        (2, "第二版", WORDS["body"], False),
        (4, "第二版", "第四次修改", False),
    ]


async def test_a_writer_changes_nothing_that_was_handed_in(office: Office) -> None:
    notice = await office.submitted()
    await refused(office.wang.patch(f"/notices/{notice}", {"title": "等一下"}, headers=edit_of(1)), 409)
    await done(office.moderator.put(f"/desk/notices/{notice}/return", {"reason": "请写明时间"}))
    await done(office.wang.patch(f"/notices/{notice}", {"title": "周三电梯年检"}, headers=edit_of(1)))
    again = await done(office.wang.put(f"/notices/{notice}/submission"))
    assert again["reason"] is None, "what was asked for is done"


async def test_papers_pile_up_to_a_limit(office: Office) -> None:
    for _ in range(AT_A_TIME_MOST):
        last = await office.draft()
    await refused(office.wang.post(office.path, WORDS, headers=key()), 409, "notices.too_many_at_a_time")
    await done(office.wang.put(f"/notices/{last}/withdrawal"))
    await refused(office.wang.post(office.path, WORDS, headers=key()), 409, "notices.too_many_at_a_time")
    await execute("UPDATE notice SET created_at = created_at - interval '1 day'")
    await done(office.wang.post(office.path, WORDS, headers=key()))
    await refused(office.wang.post(office.path, WORDS, headers=key()), 409, "notices.too_many_at_a_time")


async def test_of_two_edits_at_once_one_holds(office: Office) -> None:
    path = f"/notices/{await office.draft()}"
    edits = [office.wang.patch(path, {"title": f"改法 {number}"}, headers=edit_of(1)) for number in range(4)]
    answers = await at_once(*edits)
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
    assert await fetchval("SELECT count(*) FROM notice_version") == 2


async def test_edits_come_to_a_limit(office: Office) -> None:
    notice = await office.draft()
    await execute("UPDATE notice SET edits = $1", EDITS_MOST - 1)
    path = f"/notices/{notice}"
    await done(office.wang.patch(path, {"title": "最后一次"}, headers=edit_of(EDITS_MOST - 1)))
    answer = office.wang.patch(path, {"title": "再一次"}, headers=edit_of(EDITS_MOST))
    await refused(answer, 409, "notices.edited_too_often")


async def test_what_has_run_out_is_not_handed_in(office: Office) -> None:
    notice = await office.draft(ends_at=after(hours=1))
    await execute("UPDATE notice SET ends_at = now() - interval '1 minute'")
    answer = await refused(office.wang.put(f"/notices/{notice}/submission"), 422)
    assert [error["field"] for error in answer["errors"]] == ["ends_at"]
    await done(office.wang.patch(f"/notices/{notice}", {"ends_at": after(days=2)}, headers=edit_of(1)))
    await done(office.wang.put(f"/notices/{notice}/submission"))
