"""How moderation sees threads and replies, takes them away and brings them back."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from backend.core.auth import Caller
from backend.core.database import execute, fetchval, transaction
from backend.core.subjects import Subject, subject_of
from backend.identity.access import caller_for
from backend.moderation.service.screening import forget_words
from tests.forum.polling import body_of
from tests.forum.square import ANSWER, BODY, TITLE, Square, column, done, refused
from tests.house import Neighbour

THREAD, REPLY = "thread", "reply"


def subject(kind: str) -> Subject:
    found = subject_of(kind)
    assert found is not None
    return found


async def act(kind: str, name: str, post: UUID) -> None:
    async with transaction():
        await getattr(subject(kind), name)(post)


async def caller(neighbour: Neighbour) -> Caller:
    return await caller_for(neighbour.token)


async def counted(square: Square, thread: UUID) -> tuple[int, int]:
    return await column("board", square.boards["talk"], "thread_count"), await column("thread", thread, "reply_count")


async def seen_poll(who: Neighbour, thread: str) -> dict[str, Any]:
    return dict((await done(who.get(f"/threads/{thread}")))["poll"])


@pytest.fixture
async def watched(square: Square) -> AsyncIterator[None]:
    """加微信 is held, 傻子 covered, 房价 only tagged, 代开发票 refused."""
    words = (("加微信", "hold", None), ("傻子", "mask", None), ("房价", "tag", "敏感"), ("代开发票", "block", None))
    for word, action, tag in words:
        asked = {"community_id": str(square.community.id), "word": word, "action": action, "tag": tag}
        await done(square.admin.post("/desk/watched-words", asked))
    forget_words()
    yield
    forget_words()


async def test_a_snapshot_is_what_was_said(square: Square) -> None:
    thread = await square.thread(body=BODY)
    company = square.organisations["property_company"]
    reply = await square.reply(thread, square.li, ANSWER)
    answered = {"organisation_id": str(company), "body": "我们今天就去看，明天给您答复。"}
    official = UUID((await done(square.property.put(f"/threads/{thread}/official-response", answered)))["id"])
    async with transaction():
        seen = await subject(THREAD).snapshot(thread)
        said = await subject(REPLY).snapshot(reply)
        protected = await subject(REPLY).snapshot(official)
        assert await subject(THREAD).snapshot(uuid4()) is None and await subject(REPLY).snapshot(uuid4()) is None
    assert seen is not None and said is not None and protected is not None
    assert (seen.title, seen.body, seen.url) == (TITLE, BODY, f"/threads/{thread}")
    assert (seen.author_id, seen.is_protected, seen.is_shown) == (square.wang.account_id, False, True)
    assert (said.title, said.body, said.url) == (TITLE, ANSWER, f"/threads/{thread}?at=1")
    assert said.author_name and (said.is_protected, said.is_shown) == (False, True)
    assert (protected.author_name, protected.organisation_id, protected.is_protected) == ("翠湖物业", company, True)


async def test_who_sees_what(square: Square) -> None:
    inside, public = await square.thread(square.wang, "estate"), await square.thread(square.wang, "public")
    answers = {inside: await square.reply(inside), public: await square.reply(public)}
    for thread, watching in ((inside, (False, False, True)), (public, (True, True, True))):
        for who, sees in zip((square.sun, square.stranger, square.zhao), watching, strict=True):
            assert await subject(THREAD).seen_by(await caller(who), thread) is sees
            assert await subject(REPLY).seen_by(await caller(who), answers[thread]) is sees
    await act(REPLY, "hide", answers[public])
    assert not await subject(REPLY).seen_by(await caller(square.zhao), answers[public])
    assert await subject(REPLY).seen_by(await caller(square.moderator), answers[public])
    assert not await subject(THREAD).seen_by(await caller(square.wang), uuid4())


@pytest.mark.parametrize("taken", ["hide", "delete"])
async def test_what_is_taken_away_comes_back_with_its_counters(square: Square, taken: str) -> None:
    thread = await square.thread()
    first, second = await square.reply(thread), await square.reply(thread, square.zhao)
    for _ in range(2):
        await act(REPLY, taken, second)
    assert await counted(square, thread) == (1, 1)
    assert await column("thread", thread, "last_author") == square.li.account_id
    for _ in range(2):
        await act(REPLY, "restore", second)
    assert await counted(square, thread) == (1, 2)
    assert await column("thread", thread, "last_author") == square.zhao.account_id
    for _ in range(2):
        await act(THREAD, taken, thread)
    assert await counted(square, thread) == (0, 2)
    await act(THREAD, "restore", thread)
    assert await counted(square, thread) == (1, 2) and await column("reply", first, "state") == "shown"


async def test_what_its_author_took_back_nobody_brings_back(square: Square) -> None:
    thread = await square.thread()
    reply = await square.reply(thread)
    await act(REPLY, "hide", reply)
    await done(square.li.delete(f"/replies/{reply}"))
    await done(square.wang.delete(f"/threads/{thread}"))
    for kind, post in ((REPLY, reply), (THREAD, thread)):
        await act(kind, "restore", post)
        await act(kind, "hide", post)
        assert await column(kind, post, "state") == "deleted"
    assert await counted(square, thread) == (0, 0)


async def test_a_lock_is_put_on_and_taken_off(square: Square) -> None:
    thread = await square.thread()
    for _ in range(2):
        await act(THREAD, "lock", thread)
    assert await column("thread", thread, "edits") == 2
    await refused(square.li.post(f"/threads/{thread}/replies", {"body": ANSWER}), 409, "forum.thread_locked")
    for _ in range(2):
        await act(THREAD, "unlock", thread)
    await square.reply(thread)
    assert subject(REPLY).lock is None
    for name in ("hide", "restore", "delete", "lock", "unlock"):
        await act(THREAD, name, uuid4())


@pytest.mark.usefixtures("watched")
async def test_a_held_post_is_nobodys_until_it_is_let_through(square: Square) -> None:
    open_thread = await square.thread()
    path = f"/boards/{square.boards['talk']}/threads"
    asked = {"kind": "discussion", "title": TITLE, "body": f"{BODY}有意请加微信聊。"}
    made = await done(square.li.post(path, asked))
    held = UUID(made["id"])
    answered = await done(square.zhao.post(f"/threads/{open_thread}/replies", {"body": "加 微 信 详谈"}))
    assert made["state"] == answered["state"] == "held"
    assert await counted(square, open_thread) == (1, 0)
    assert await column("thread", open_thread, "last_author") is None
    assert await fetchval("SELECT count(*) FROM moderation_case WHERE source = 'words'") == 2
    await refused(square.sun.post(f"/threads/{held}/replies", {"body": ANSWER}), 404)
    await refused(square.li.post(f"/threads/{held}/replies", {"body": ANSWER}), 409, "forum.thread_closed")
    await execute("DELETE FROM pgqueuer")
    await act(THREAD, "restore", held)
    await act(REPLY, "restore", UUID(answered["id"]))
    assert await counted(square, open_thread) == (2, 1)
    told = await fetchval("SELECT array_agg(entrypoint) FROM pgqueuer")
    # As if it were posted now.
    assert {"forum.find_thread", "forum.tell_of_reply"} <= set(told)
    await square.reply(held, square.sun)


@pytest.mark.usefixtures("watched")
async def test_words_are_covered_tagged_and_refused(square: Square) -> None:
    thread = await square.thread()
    path = f"/threads/{thread}/replies"
    covered = await done(square.li.post(path, {"body": "你真是个傻子，别说了"}))
    assert covered["masked"] and "傻子" not in await column("reply", UUID(covered["id"]), "html")
    tagged = await done(square.zhao.post(path, {"body": "最近房价怎么样"}))
    assert (tagged["state"], tagged["masked"]) == ("shown", False)
    assert await fetchval("SELECT count(*) FROM moderation_case WHERE subject_id = $1", UUID(tagged["id"])) == 1
    await refused(square.sun.post(path, {"body": "专业代开发票"}), 422, "moderation.word_refused")
    assert await column("thread", thread, "reply_count") == 2
    # Nobody holds back what an organisation says under its badge.
    company = str(square.organisations["property_company"])
    said = await done(square.property.post(path, {"body": "报修请加微信群", "organisation_id": company}))
    assert said["state"] == "shown"


@pytest.mark.usefixtures("watched")
async def test_what_a_poll_asks_is_screened_with_its_thread(square: Square) -> None:
    path = f"/boards/{square.boards['talk']}/threads"
    words = {"kind": "poll", "title": TITLE, "body": BODY}
    for poll in (body_of(question="专业代开发票好不好"), body_of(options=["好", "找我代开发票"])):
        await refused(square.wang.post(path, {**words, "poll": poll}), 422, "moderation.word_refused")
    held = await done(square.wang.post(path, {**words, "poll": body_of(options=["好", "请加微信详谈"])}))
    assert held["state"] == "held" and await counted(square, UUID(held["id"])) == (0, 0)
    await refused(square.li.get(f"/threads/{held['id']}"), 404)
    snapshot = "SELECT snapshot->>'body' FROM moderation_case WHERE subject_id = $1"
    assert (await fetchval(snapshot, UUID(held["id"]))) == f"{BODY}\n\n装不装充电桩\n· 好\n· 请加微信详谈"
    covered = await done(
        square.li.post(path, {**words, "poll": body_of(question="谁是傻子"), "title": "有件事问一问大家"})
    )
    page = await done(square.zhao.get(f"/threads/{covered['id']}"))
    assert covered["masked"] and "傻子" not in page["poll"]["question"]
    await act(THREAD, "restore", UUID(held["id"]))
    assert [it["text"] for it in (await seen_poll(square.li, held["id"]))["options"]] == ["好", "请加微信详谈"]


@pytest.mark.usefixtures("watched")
async def test_a_poll_asked_of_a_thread_later_holds_it(square: Square) -> None:
    thread = await square.thread()
    path = f"/threads/{thread}/poll"
    await refused(square.wang.post(path, body_of(question="专业代开发票好不好")), 422, "moderation.word_refused")
    assert await fetchval("SELECT hits FROM watched_word WHERE word = '代开发票'") == 1
    poll = await done(square.wang.post(path, body_of(question="有意请加微信")))
    assert poll["question"] == "有意请加微信" and await column("thread", thread, "state") == "held"
    assert await counted(square, thread) == (0, 0)
    assert await fetchval("SELECT source FROM moderation_case WHERE subject_id = $1", thread) == "words"
    await refused(square.li.get(f"/polls/{poll['id']}"), 404)
    # Who keeps order there, and what is said under a badge, is held back by nobody.
    other = await square.thread(square.li)
    await done(square.moderator.post(f"/threads/{other}/poll", body_of(question="能不能加微信群")))
    company = str(square.organisations["property_company"])
    badge = await square.thread(square.property, organisation_id=company)
    await done(square.property.post(f"/threads/{badge}/poll", body_of(question="加微信群好不好")))
    assert await column("thread", other, "state") == await column("thread", badge, "state") == "shown"


@pytest.mark.usefixtures("watched")
async def test_why_an_issue_is_reopened_is_screened(square: Square) -> None:
    asked = {"organisation_id": str(square.organisations["property_company"])}
    path = f"/threads/{await square.thread(kind='issue', issue=asked)}/issue/state"
    # Nobody covers what an organisation says under its badge.
    declined = await done(square.property.put(path, {"move": "decline", "reason": "请加微信报修"}))
    assert declined["reason"] == "请加微信报修"
    for reason in ("专业代开发票", "有意请加微信"):
        call = square.wang.put(path, {"move": "reopen", "reason": reason})
        await refused(call, 422, "moderation.word_refused")
    reopened = await done(square.wang.put(path, {"move": "reopen", "reason": "物业的傻子没有修"}))
    assert reopened["state"] == "reopened" and "傻子" not in reopened["reason"]


@pytest.mark.usefixtures("watched")
async def test_an_edit_is_screened_as_well(square: Square) -> None:
    thread = await square.thread()
    reply = await square.reply(thread)
    edited = await square.li.patch(f"/replies/{reply}", {"body": "有意请加微信"}, headers={"If-Match": '"v1"'})
    assert edited.json()["state"] == "held" and await counted(square, thread) == (1, 0)
    call = square.wang.patch(f"/threads/{thread}", {"body": "专业代开发票，量大从优"}, headers={"If-Match": '"v1"'})
    await refused(call, 422, "moderation.word_refused")
    await act(REPLY, "restore", reply)
    assert await counted(square, thread) == (1, 1)
