"""Who is told of a notice, and told again: the phone, a text message, a knock on the door; each step once."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from backend.core.database import execute, fetch, fetchval
from backend.notices.rules.escalation import (
    BY_HAND_EVERY,
    TEXTS_A_JOB,
    goes_to_the_doors,
    parts_of,
    schedule_of,
    text_at,
)
from backend.settings import settings
from tests.house import Clock, Neighbour, at_once, key
from tests.notices.office import Office, done, edit_of, refused
from tests.sms_gateway import TOKEN, Gateway, gateway

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def noon(moved_clock: Clock) -> None:
    """In Shanghai: no test may fail at night."""
    moved_clock.advance(hours=(12 - datetime.now(SHANGHAI).hour) % 24)


@pytest.fixture
async def texts(office: Office) -> AsyncIterator[Gateway]:
    async with gateway() as running:
        os.environ.update(LINLI_SMS_TOKEN=TOKEN, LINLI_SMS_URL=running.url)
        settings.cache_clear()
        yield running
    for name in ("LINLI_SMS_TOKEN", "LINLI_SMS_URL"):
        del os.environ[name]
    settings.cache_clear()


async def bell(person: Neighbour) -> list[str]:
    return [item["kind"] for item in (await done(person.get("/inbox")))["items"]]


async def rounds(notice: str) -> list[tuple[Any, ...]]:
    rows = await fetch(
        "SELECT version, step, channel, recipients FROM notice_reminder WHERE notice = $1 ORDER BY at, id", UUID(notice)
    )
    return [tuple(row) for row in rows]


async def rung(person: Neighbour) -> list[int]:
    """The rounds that the account's items are in; what was due before counts as having rung."""
    rows = await fetch("SELECT push_round FROM inbox_item WHERE account = $1 ORDER BY id", person.account_id)
    return [row["push_round"] for row in rows]


async def later(office: Office) -> None:
    """Everything that waits happens: each step looks for itself whether it is still wanted."""
    await office.house.due_now()
    await office.house.drain()
    assert await office.house.held_jobs() == 0


async def test_the_audience_is_told_once_and_the_submitter_every_step(office: Office) -> None:
    li = await office.house.resident(office.community, office.moderator, home=1, name="李小芳")
    notice = await office.published(audience={"places": [str(office.community.homes[1])], "groups": []})
    await office.house.drain()
    # Jobs of one moment run in any order.
    assert sorted(await bell(li)) == ["notice.published", "verification.decided"]
    assert sorted(await bell(office.wang)) == ["notice.step", "notice.step", "verification.decided"]
    titles = {item["title"] for item in (await done(office.wang.get("/inbox")))["items"]}
    assert titles >= {"《电梯年检》已发布", "《电梯年检》已通过审核"}
    assert await rounds(notice) == [(1, "first", "push", 1)]


async def test_a_return_says_why(office: Office) -> None:
    notice = await office.submitted()
    await done(office.moderator.put(f"/desk/notices/{notice}/return", {"reason": "请写明停梯时间"}))
    await office.house.drain()
    (item,) = [it for it in (await done(office.wang.get("/inbox")))["items"] if it["kind"] == "notice.step"]
    assert "请写明停梯时间" in item["body"]


async def test_the_schedule_of_an_urgent_one(office: Office, texts: Gateway) -> None:
    notice = await office.published(office.colleague, organisation_id=await office.committee(), priority="urgent")
    await office.house.drain()
    assert await bell(office.worker) == ["notice.urgent"]
    await execute("UPDATE inbox_item SET push_state = 'done' WHERE kind = 'notice.urgent'")
    await office.moderator.put(f"/notices/{notice}/read")
    await later(office)
    # Its writer, Wang, the admin and the worker have not read it; nor has anybody in the six homes.
    assert sorted(await rounds(notice), key=str) == [
        (1, "again", "push", 4), (1, "doors", "doors", 6), (1, "first", "push", 4), (1, "sms", "sms", 4),
    ]  # fmt: skip
    assert await rung(office.worker) == [2, 1] and await rung(office.moderator) == [1]
    assert sorted(message["to"] for message in texts.sent) == sorted(
        f"+86{it.phone}" for it in (office.wang, office.colleague, office.admin, office.worker)
    )
    assert {it["text"] for it in texts.sent} == {"紧急通知：翠湖社区发布了一条新通知，请打开邻里查看，或向网格员了解。"}
    assert await bell(office.worker) == ["desk.doors", "notice.urgent"]
    (doors,) = [it for it in (await done(office.worker.get("/inbox")))["items"] if it["kind"] == "desk.doors"]
    assert doors["title"] == "有 6 户需要上门" and doors["subject_id"] == notice
    await later(office)
    assert len(await rounds(notice)) == 4


async def test_a_normal_one_rings_a_second_time_and_that_is_all(office: Office, texts: Gateway) -> None:
    notice = await office.published()
    await office.house.drain()
    await later(office)
    assert [step for _, step, _, _ in await rounds(notice)] == ["first", "again"]
    assert texts.sent == []


async def test_nothing_follows_what_was_taken_down(office: Office) -> None:
    notice = await office.published(priority="important")
    await office.house.drain()
    await done(office.moderator.put(f"/notices/{notice}/withdrawal", {"reason": "日期有误"}))
    await later(office)
    assert [step for _, step, _, _ in await rounds(notice)] == ["first"]
    assert await bell(office.worker) == []
    assert (await bell(office.wang))[0] == "notice.step"
    (newest, *_) = (await done(office.wang.get("/inbox")))["items"]
    assert newest["title"] == "《电梯年检》已撤下" and "日期有误" in newest["body"]


async def test_a_new_version_begins_again_and_the_old_schedule_ends(office: Office) -> None:
    li = await office.house.resident(office.community, office.moderator, home=1, name="李小芳")
    notice = await office.published(priority="important")
    await office.house.drain()
    await execute("UPDATE inbox_item SET push_state = 'done' WHERE kind = 'notice.published'")
    await office.worker.put(f"/notices/{notice}/read")
    edits = await fetchval("SELECT edits FROM notice WHERE id = $1", UUID(notice))
    await done(office.moderator.patch(f"/notices/{notice}", {"body": "改在周四。"}, headers=edit_of(edits)))
    await office.house.drain()
    # Who had read gets a new line, who had not keeps the one, which rings again.
    assert await bell(office.worker) == ["notice.published", "notice.published"]
    assert sorted(await bell(li)) == ["notice.published", "verification.decided"]
    assert max(await rung(li)) == 2
    titles = {item["title"] for item in (await done(office.wang.get("/inbox")))["items"]}
    assert "《电梯年检》有更新" in titles
    await later(office)
    steps = [(version, step) for version, step, _, _ in await rounds(notice)]
    assert steps[:2] == [(1, "first"), (2, "first")] and {version for version, _ in steps[2:]} == {2}


async def test_waiting_reminds_the_moderators_and_then_the_admins(office: Office) -> None:
    await office.submitted()
    await later(office)
    assert await bell(office.moderator) == ["desk.waiting"]
    assert await bell(office.admin) == ["desk.waiting", "desk.waiting"]
    titles = {item["title"] for item in (await done(office.admin.get("/inbox")))["items"]}
    assert titles == {"有布告等了 24 小时", "有布告等了 72 小时"}
    assert await bell(office.worker) == []


async def test_by_hand_once_in_a_while(office: Office) -> None:
    notice = await office.published(audience={"places": [str(office.community.homes[0])], "groups": []})
    await office.house.drain()
    path = f"/desk/notices/{notice}/reminders"
    async with office.house.statements(10):
        answer = await office.moderator.post(path, {"channel": "push"}, headers=key())
    assert answer.status_code == 201 and answer.json() == {"recipients": 1}
    await execute("UPDATE notice_reminder SET at = at - $1::interval", BY_HAND_EVERY - timedelta(seconds=60))
    late = await refused(office.admin.post(path, {"channel": "push"}), 429, "notices.reminded_lately")
    assert "请等" in late["detail"]
    await execute("UPDATE notice_reminder SET at = at - interval '61 seconds'")
    await done(office.admin.post(path, {"channel": "push"}))
    coverage = await done(office.moderator.get(f"/desk/notices/{notice}/coverage"))
    assert [(it["step"], it["sent_by"]) for it in coverage["reminders"]][-3:] == [
        (None, "翠湖社区居委会"), (None, "翠湖社区居委会"), ("first", None),
    ]  # fmt: skip


async def test_two_who_press_together_ring_once(office: Office) -> None:
    notice = await office.published()
    await office.house.drain()
    path = f"/desk/notices/{notice}/reminders"
    answers = await at_once(*[it.post(path, {"channel": "push"}) for it in (office.moderator, office.admin) * 2])
    assert sorted(answer.status_code for answer in answers) == [201, 429, 429, 429]


async def test_reminders_refused(office: Office) -> None:
    other = await office.house.open_community("桃源社区")
    foreign = await office.house.officer(other, "moderator")
    notice = await office.published()
    path = f"/desk/notices/{notice}/reminders"
    await refused(office.moderator.post(path, {"channel": "sms"}), 409, "notices.no_texts")
    await refused(office.worker.post(path, {"channel": "push"}), 403)
    await refused(foreign.post(path, {"channel": "push"}), 404)
    await refused(office.moderator.post(path, {"channel": "push", "place_ids": [str(other.homes[0])]}), 422)
    await execute("UPDATE notice SET ends_at = now() - interval '1 second' WHERE id = $1", UUID(notice))
    await refused(office.moderator.post(path, {"channel": "push"}), 409)
    assert await fetchval("SELECT count(*) FROM notice_reminder WHERE sent_by IS NOT NULL") == 0


async def test_by_hand_who_read_but_did_not_answer_gets_a_new_line(office: Office) -> None:
    notice = await office.published(ack_required=True)
    await office.house.drain()
    await office.worker.put(f"/notices/{notice}/read")
    await office.admin.put(f"/notices/{notice}/acknowledgement")
    await execute("UPDATE inbox_item SET push_state = 'done'")
    await done(office.moderator.post(f"/desk/notices/{notice}/reminders", {"channel": "push"}))
    await office.house.drain()
    assert await bell(office.worker) == ["notice.published", "notice.published"]
    assert await bell(office.admin) == ["notice.published"]
    assert await rung(office.colleague) == [2]


async def test_whoever_wants_no_texts_gets_none(noon: None, office: Office, texts: Gateway) -> None:
    no_texts = {"kinds": [{"kind": "notice.published", "channel": "sms", "on": False}]}
    await done(office.worker.put("/me/preferences", no_texts))
    notice = await office.published(is_public=True)
    await office.house.drain()
    texts.fail_next += [503]
    sent = await done(office.moderator.post(f"/desk/notices/{notice}/reminders", {"channel": "sms"}))
    assert sent == {"recipients": 5}
    await office.house.drain()
    # One was refused: it is not tried again, or the others would get theirs twice.
    assert len(texts.sent) == 3 and len(texts.refused) == 1
    assert f"+86{office.worker.phone}" not in [it["to"] for it in texts.sent]
    assert "《电梯年检》" in texts.sent[0]["text"]


async def test_a_gateway_that_takes_none_is_asked_again(noon: None, office: Office, texts: Gateway) -> None:
    notice = await office.published(audience={"places": [str(office.community.homes[0])], "groups": []})
    await office.house.drain()
    texts.fail_next += [0]
    await done(office.moderator.post(f"/desk/notices/{notice}/reminders", {"channel": "sms"}))
    await office.house.drain()
    assert texts.sent == []
    await later(office)
    assert len(texts.sent) == 1


def test_what_is_due_when() -> None:
    normal = {"priority": "normal", "ack_required": False}
    assert [due.step for due in schedule_of(normal, texts=True)] == ["again"]
    asking = {"priority": "normal", "ack_required": True}
    assert [due.step for due in schedule_of(asking, texts=False)] == ["again", "doors"]
    urgent = {"priority": "urgent", "ack_required": False}
    assert [due.after for due in schedule_of(urgent, texts=True)] == [
        timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=2),
    ]  # fmt: skip
    assert [goes_to_the_doors(it) for it in (normal, asking, urgent)] == [False, True, True]


@pytest.mark.parametrize(
    ("hour", "urgent", "hours_on"), [(21, False, 0), (22, False, 9), (3, False, 4), (7, False, 0), (3, True, 0)]
)
def test_the_night_holds_text_messages_back(hour: int, urgent: bool, hours_on: int) -> None:
    at = datetime(2026, 11, 21, hour, tzinfo=SHANGHAI).astimezone(UTC)
    assert text_at(at, SHANGHAI, urgent=urgent) == at + timedelta(hours=hours_on)


@pytest.mark.parametrize(("recipients", "jobs"), [(0, 0), (1, 1), (TEXTS_A_JOB, 1), (TEXTS_A_JOB + 1, 2)])
def test_a_job_texts_so_many(recipients: int, jobs: int) -> None:
    assert parts_of(recipients) == jobs
