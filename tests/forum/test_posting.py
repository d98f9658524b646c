"""Neighbours open threads and answer: who may where, under which name, and what becomes of it."""

from uuid import UUID, uuid4

from backend.core.database import fetchval
from backend.forum.rules.boards import BOARDS_MOST
from backend.forum.schemas.posts import (
    POST_MAX_CHARS,
    POST_MIN_CHARS,
    QUOTE_MAX_CHARS,
    REPLY_MAX_CHARS,
    TITLE_MAX_CHARS,
    TITLE_MIN_CHARS,
)
from tests.forum.square import ANSWER, BODY, TITLE, Square, column, done, refused
from tests.house import Neighbour, at_once, key

PLAIN = {"kind": "discussion", "title": TITLE, "body": BODY}
HAN = "".join(chr(0x4E00 + number) for number in range(3_000))


def words(characters: int) -> str:
    """So many characters that are no padding."""
    return (HAN * (characters // len(HAN) + 1))[:characters]


async def test_a_thread_and_its_answer(square: Square) -> None:
    made = await done(square.wang.post(f"/boards/{square.boards['talk']}/threads", PLAIN, headers=key()))
    assert made == {
        "id": made["id"], "thread_id": made["id"], "number": 0, "state": "shown", "masked": False, "edits": 1,
    }  # fmt: skip
    thread = UUID(made["id"])
    assert await column("board", square.boards["talk"], "thread_count") == 1
    assert await column("thread", thread, "building") == square.places["3幢"]
    answered = await done(square.li.post(f"/threads/{thread}/replies", {"body": ANSWER}, headers=key()))
    assert answered == {
        "id": answered["id"], "thread_id": str(thread), "number": 1, "state": "shown", "masked": False, "edits": 1,
    }  # fmt: skip
    assert await column("thread", thread, "reply_count") == 1
    assert await column("thread", thread, "last_author") == square.li.account_id


async def test_a_retry_gets_the_first_answer(square: Square) -> None:
    path, headers = f"/boards/{square.boards['talk']}/threads", key()
    first = await done(square.wang.post(path, PLAIN, headers=headers))
    assert await done(square.wang.post(path, PLAIN, headers=headers)) == first
    assert await fetchval("SELECT count(*) FROM thread") == 1
    thread, headers = first["id"], key()
    for _ in range(2):
        await done(square.li.post(f"/threads/{thread}/replies", {"body": ANSWER}, headers=headers))
    assert await column("thread", UUID(thread), "reply_count") == 1


async def test_writing_takes_few_statements(square: Square) -> None:
    # One of them looks whether the list of watched words has changed, at most once a second.
    async with square.house.statements(7):
        thread = await square.thread()
    async with square.house.statements(7):
        await done(square.li.post(f"/threads/{thread}/replies", {"body": ANSWER}, headers=key()))
    mention = f"[@王](account:{square.wang.account_id}) 您好，{ANSWER}"
    as_property = {"body": mention, "organisation_id": str(square.organisations["property_company"])}
    async with square.house.statements(8):
        await done(square.property.post(f"/threads/{thread}/replies", as_property, headers=key()))


async def test_who_writes_on_which_board(square: Square) -> None:
    may: dict[str, list[Neighbour]] = {
        "talk": [square.wang, square.zhao, square.sun, square.worker, square.moderator],
        "public": [square.wang, square.sun],
        "announcements": [square.property, square.worker, square.moderator],
        "owners": [square.wang, square.sun, square.moderator],
        "estate": [square.wang, square.zhao, square.moderator],
    }
    may_not: dict[str, list[tuple[Neighbour, int]]] = {
        "talk": [(square.stranger, 404), (square.guest, 403)],
        # A stranger reads it, and writes at home.
        "public": [(square.stranger, 403)],
        "announcements": [(square.wang, 403), (square.stranger, 404)],
        "owners": [(square.zhao, 403), (square.property, 403)],
        "estate": [(square.sun, 404), (square.property, 404)],
        "archived": [(square.wang, 409), (square.moderator, 409)],
    }
    for room, people in may.items():
        for writer in people:
            await square.thread(writer, room)
    for room, refusals in may_not.items():
        for writer, status in refusals:
            await refused(writer.post(f"/boards/{square.boards[room]}/threads", PLAIN), status)
    counted = await fetchval("SELECT sum(thread_count) FROM board")
    assert counted == await fetchval("SELECT count(*) FROM thread") == sum(map(len, may.values()))


async def test_answers_keep_the_rules_of_the_board(square: Square) -> None:
    thread = await square.thread(square.property, "announcements")
    await square.reply(thread, square.worker)
    await refused(square.wang.post(f"/threads/{thread}/replies", {"body": ANSWER}), 403, "forum.not_your_board")
    inside = await square.thread(square.wang, "estate")
    await square.reply(inside, square.zhao)
    await refused(square.sun.post(f"/threads/{inside}/replies", {"body": ANSWER}), 404, "core.not_found")
    await refused(square.wang.post(f"/threads/{uuid4()}/replies", {"body": ANSWER}), 404, "core.not_found")


async def test_one_speaks_for_oneself_or_ones_organisation(square: Square) -> None:
    company, committee = (str(square.organisations[kind]) for kind in ("property_company", "committee"))
    thread = await square.thread()
    assert await column("thread", thread, "official_at") is None
    await square.reply(thread, square.property, organisation_id=company)
    answered = await column("thread", thread, "official_at")
    assert answered is not None
    await square.reply(thread, square.worker, organisation_id=committee)
    assert await column("thread", thread, "official_at") == answered
    for speaker, voice in ((square.wang, company), (square.property, committee), (square.wang, str(uuid4()))):
        sent = {"body": ANSWER, "organisation_id": voice}
        await refused(speaker.post(f"/threads/{thread}/replies", sent), 422, "forum.voice_refused")
    assert await column("thread", thread, "reply_count") == 2
    named = await square.thread(square.owners, organisation_id=str(square.organisations["owners_committee"]))
    assert await column("thread", named, "building") is None


async def test_a_title_says_enough_and_no_more(square: Square) -> None:
    path = f"/boards/{square.boards['talk']}/threads"
    for length in (TITLE_MIN_CHARS, TITLE_MAX_CHARS):
        await done(square.wang.post(path, {**PLAIN, "title": words(length), "body": words(30 + length)}))
    for length in (TITLE_MIN_CHARS - 1, TITLE_MAX_CHARS + 1):
        await refused(square.wang.post(path, {**PLAIN, "title": words(length)}), 422)
    # Counted after what can't be seen is gone.
    await refused(square.wang.post(path, {**PLAIN, "title": "求助\u200b\u200b\u200b\u200b"}), 422)


async def test_a_post_and_a_reply_have_their_lengths(square: Square) -> None:
    path = f"/boards/{square.boards['talk']}/threads"
    for length in (POST_MIN_CHARS, POST_MAX_CHARS):
        thread = (await done(square.wang.post(path, {**PLAIN, "body": words(length)})))["id"]
    for length in (POST_MIN_CHARS - 1, POST_MAX_CHARS + 1):
        await refused(square.wang.post(path, {**PLAIN, "body": words(length)}), 422)
    for length in (1, REPLY_MAX_CHARS):
        await done(square.li.post(f"/threads/{thread}/replies", {"body": words(length)}))
    for body in (" \n ", words(REPLY_MAX_CHARS + 1)):
        await refused(square.li.post(f"/threads/{thread}/replies", {"body": body}), 422)


async def test_padding_is_no_post(square: Square) -> None:
    path = f"/boards/{square.boards['talk']}/threads"
    for body in ("顶顶顶顶顶顶顶顶", "顶起顶起顶起顶起", "abcd" * 13):
        answer = await refused(square.wang.post(path, {**PLAIN, "body": body}), 422, "core.invalid")
        assert answer["errors"][0]["code"] == "forum.padding"
    await refused(square.wang.post(path, {**PLAIN, "title": "求助求助求助"}), 422)
    thread = await square.thread()
    await done(square.li.post(f"/threads/{thread}/replies", {"body": "哈" * 19}))
    await refused(square.li.post(f"/threads/{thread}/replies", {"body": "哈" * 20}), 422)
    # Nothing to see: only a line, and an empty quotation.
    for body in ("---", ">", "** **"):
        await refused(square.li.post(f"/threads/{thread}/replies", {"body": body}), 422)


async def test_an_answer_to_an_answer(square: Square) -> None:
    thread, elsewhere = await square.thread(), await square.thread(square.zhao)
    first = await square.reply(thread)
    second = await square.reply(thread, square.wang, parent_id=str(first))
    assert await column("reply", second, "parent") == first
    for parent in (await square.reply(elsewhere), uuid4(), thread):
        sent = {"body": ANSWER, "parent_id": str(parent)}
        answer = await refused(square.wang.post(f"/threads/{thread}/replies", sent), 422)
        assert answer["errors"][0]["field"] == "parent_id"


async def test_a_quotation_is_what_was_said(square: Square) -> None:
    thread = await square.thread(body=f"**{BODY}**\n\n{words(600)}")
    path = f"/threads/{thread}/replies"
    quoting = {"body": ANSWER, "quoted_id": str(thread), "quoted_text": BODY[:12]}
    made = await done(square.li.post(path, quoting))
    assert await column("reply", UUID(made["id"]), "quoted_text") == BODY[:12]
    await done(square.zhao.post(path, {**quoting, "quoted_text": words(QUOTE_MAX_CHARS)}))
    for wrong in ("我从来没有这样说过", words(QUOTE_MAX_CHARS + 1), None):
        await refused(square.sun.post(path, {**quoting, "quoted_text": wrong}), 422)
    await refused(square.sun.post(path, {**quoting, "quoted_id": str(uuid4())}), 422)


async def test_kinds_bring_what_belongs_to_them(square: Square) -> None:
    path = f"/boards/{square.boards['talk']}/threads"
    issue = {"organisation_id": str(square.organisations["property_company"])}
    await done(square.wang.post(path, {**PLAIN, "kind": "issue", "issue": issue}))
    await done(square.li.post(path, {**PLAIN, "kind": "question"}))
    for body in ({"kind": "issue"}, {"kind": "poll"}, {"issue": issue}, {"kind": "question", "issue": issue}):
        await refused(square.zhao.post(path, {**PLAIN, **body}), 422)
    refused_issue = {"organisation_id": str(uuid4())}
    await refused(square.zhao.post(path, {**PLAIN, "kind": "issue", "issue": refused_issue}), 422)
    assert await column("board", square.boards["talk"], "thread_count") == 2


async def test_a_draft_ends_with_its_post(square: Square) -> None:
    mine, others = uuid4(), uuid4()
    kept = {"community_id": str(square.community.id), "content": {"title": "路灯"}}
    await done(square.wang.put(f"/drafts/{mine}", kept))
    await done(square.li.put(f"/drafts/{others}", kept))
    await square.thread(draft_id=str(mine))
    await square.thread(square.zhao, draft_id=str(others))
    assert await fetchval("SELECT array_agg(id) FROM draft") == [others]


async def test_those_who_are_mentioned_are_noted(square: Square) -> None:
    thread = await square.thread(square.li)
    company = square.organisations["property_company"]
    names = (
        f"[@李](account:{square.li.account_id}) [@孙](account:{square.sun.account_id}) [@物](organisation:{company})"
    )
    reply = await square.reply(thread, square.wang, f"{names} 请看一下")
    # The one who has not written here is no more than the words that were typed.
    noted = await fetchval("SELECT array_agg(coalesce(account, organisation)) FROM post_mention WHERE post = $1", reply)
    assert set(noted) == {square.li.account_id, company}
    shown = await column("reply", reply, "html")
    assert f'<span class="mention" data-account="{square.li.account_id}">@' in shown
    assert f'data-organisation="{company}">@翠湖物业</span>' in shown and "@孙" in shown
    assert str(square.sun.account_id) not in shown


async def test_answers_at_the_same_moment_are_all_counted(square: Square) -> None:
    thread = await square.thread()
    people = [square.wang, square.wife, square.li, square.zhao, square.sun, square.owners]
    calls = [square.reply(thread, person) for person in people for _ in range(4)]
    await at_once(*calls)
    assert await column("thread", thread, "reply_count") == len(calls)
    numbers = await fetchval("SELECT array_agg(number ORDER BY number) FROM reply WHERE thread = $1", thread)
    assert numbers == list(range(1, len(calls) + 1)) and await column("thread", thread, "last_number") == len(calls)


async def test_a_community_has_so_many_boards(square: Square) -> None:
    for number in range(len(square.boards), BOARDS_MOST):
        await square.board(f"版块{number}")
    path = f"/communities/{square.community.id}/boards"
    await refused(square.admin.post(path, {"name": "再来一个"}), 409, "forum.too_many_boards")
