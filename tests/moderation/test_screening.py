"""Lists at the desk, and what they do to what is posted."""

import asyncio
from uuid import UUID, uuid4

import pytest

from backend.core.database import execute, fetchval
from backend.core.ids import new_id
from backend.moderation import service as moderation
from backend.moderation.errors import WordRefused
from backend.moderation.rules.words import WORDS_MOST, key_of
from tests.forum.square import Square
from tests.forum.square import done as forum_done
from tests.house import House, Neighbour, key
from tests.moderation.test_sanctions import decided
from tests.notices.office import done, refused

WORDS = "/desk/watched-words"
POSTED = {"kind": "discussion", "title": "周末有人一起打球吗", "body": "想找几个邻居周末一起打羽毛球，地点在南门球馆。"}


async def listed(keeper: Neighbour, community: UUID | None, word: str, action: str, **fields: object) -> str:
    body = {"word": word, "action": action, "community_id": community and str(community), **fields}
    return str((await done(keeper.post(WORDS, body, headers=key())))["id"])


async def post(square: Square, **fields: object) -> dict[str, object]:
    answer = await square.wang.post(f"/boards/{square.boards['talk']}/threads", {**POSTED, **fields}, headers=key())
    return {"status": answer.status_code, **answer.json()}


async def test_a_blocked_word_is_refused_and_nothing_is_written(square: Square) -> None:
    await listed(square.admin, square.community.id, "枪支", "block")
    refusal = await post(square, body="出售枪.支，需要的邻居请联系我，价格可以再商量。")
    assert (refusal["status"], refusal["code"]) == (422, "moderation.word_refused")
    assert "枪" not in str(refusal["detail"])
    assert await fetchval("SELECT count(*) FROM thread") == 0
    assert (await post(square))["status"] == 201


async def test_a_masked_word_is_covered_as_stored(square: Square) -> None:
    await listed(square.admin, square.community.id, "vx", "mask")
    made = await post(square, body="想打球的邻居请加我 V.X 联系，周末在南门球馆见。")
    assert await fetchval("SELECT body FROM thread WHERE id = $1", UUID(str(made["id"]))) == (
        "想打球的邻居请加我 ＊＊ 联系，周末在南门球馆见。"
    )


async def test_a_held_post_waits_for_a_moderator_and_goes_out(square: Square) -> None:
    await listed(square.admin, square.community.id, "代开发票", "hold")
    made = await post(square, title="代 开 发 票请进来看看")
    thread = UUID(str(made["id"]))
    assert await fetchval("SELECT state FROM thread WHERE id = $1", thread) == "held"
    await square.house.drain()
    held = await done(square.moderator.get(f"/desk/cases?community_id={square.community.id}&tab=held"))
    (item,) = held["items"]
    assert (item["source"], item["reports"], item["weight"]) == ("words", 0, 0)
    assert (await done(square.moderator.get(f"/desk/cases?community_id={square.community.id}")))["items"] == []
    await decided(square, item["id"], verdict="keep", rule=None, sentence="可以发。")
    assert await fetchval("SELECT state FROM thread WHERE id = $1", thread) == "shown"
    told = (await done(square.wang.get("/inbox")))["items"]
    assert any(it["kind"] == "moderation.decided" and "可以正常展示" in it["title"] for it in told)


async def test_a_held_post_may_be_refused(square: Square) -> None:
    await listed(square.admin, square.community.id, "代开发票", "hold")
    made = await post(square, title="代 开 发 票请进来看看")
    case = await fetchval("SELECT id FROM moderation_case WHERE subject_id = $1", UUID(str(made["id"])))
    await decided(square, str(case), verdict="hide", rule="advert")
    assert await fetchval("SELECT state FROM thread WHERE id = $1", UUID(str(made["id"]))) == "hidden"
    assert (await done(square.wang.get("/me/sanctions")))["items"][0]["measure"] == "hide"


async def test_the_platforms_words_hold_everywhere_and_are_its_admins(square: Square) -> None:
    keeper = await square.house.officer(None, "platform_admin")
    word = await listed(keeper, None, "六合彩", "block")
    assert (await post(square, title="今晚6合彩必中请看这里"))["status"] == 422
    page = await done(square.admin.get(f"{WORDS}?community_id={square.community.id}"))
    assert [(it["word"], it["mine"], it["hits"]) for it in page["items"]] == [("六合彩", False, 1)]
    await refused(square.admin.patch(f"{WORDS}/{word}", {"is_active": False}), 404)
    await refused(square.admin.delete(f"{WORDS}/{word}"), 404)
    await refused(square.admin.post(WORDS, {"word": "赌博", "action": "block"}), 404)
    body = {"word": "赌博", "action": "block", "community_id": str(square.community.id)}
    await refused(keeper.post(WORDS, body), 404)
    await refused(square.moderator.post(WORDS, body), 404)
    await refused(square.wang.get(f"{WORDS}?community_id={square.community.id}"), 403)
    await refused(keeper.get(f"{WORDS}?community_id={square.community.id}"), 404)
    assert [it["mine"] for it in (await done(keeper.get(WORDS)))["items"]] == [True]
    # What the community added is no part of the platform's list.
    await listed(square.admin, square.community.id, "赌博", "block")
    assert [it["word"] for it in (await done(keeper.get(WORDS)))["items"]] == ["六合彩"]
    other = await moderation.screen(square.other.id, "线上赌博")
    assert not other.hold and other.texts == ("线上赌博",)


async def test_a_list_is_kept(square: Square) -> None:
    here = square.community.id
    word = await listed(square.admin, here, "刷单", "tag", tag="广告", note="去年的骗局")
    screened = await moderation.screen(here, "在家刷.单", "日结")
    assert (screened.tags, screened.hold, screened.masked) == (("广告",), False, False)
    await refused(
        square.admin.post(WORDS, {"word": "刷 單", "action": "block", "community_id": str(here)}),
        409,
        "moderation.word_listed",
    )
    for bad, code in (
        ("。。。", "moderation.word_empty"),
        ("枪。", "moderation.word_empty"),
        ("﷽﷽﷽﷽﷽﷽", "moderation.word_empty"),
    ):
        await refused(square.admin.post(WORDS, {"word": bad, "action": "block", "community_id": str(here)}), 422, code)
    for fields in ({"action": "tag"}, {"action": "block", "tag": "广告"}):
        await refused(square.admin.post(WORDS, {"word": "赌博", "community_id": str(here), **fields}), 422)
    path = f"{WORDS}/{word}"
    assert (await done(square.admin.patch(path, {"action": "block"})))["tag"] is None
    with pytest.raises(WordRefused):
        await moderation.screen(here, "刷单")
    await refused(square.admin.patch(path, {"tag": "广告"}), 422)
    assert not (await done(square.admin.patch(path, {"is_active": False})))["is_active"]
    assert (await moderation.screen(here, "刷单")).texts == ("刷单",)
    await done(square.admin.patch(path, {"is_active": True, "action": "tag", "tag": "兼职"}))
    assert (await moderation.screen(here, "刷单")).tags == ("兼职",)
    assert [it["word"] for it in (await done(square.admin.get(f"{WORDS}?community_id={here}&q=刷")))["items"]] == [
        "刷单"
    ]
    assert (await done(square.admin.get(f"{WORDS}?community_id={here}&q=赌")))["items"] == []
    assert (await square.admin.delete(path)).status_code == 204
    await refused(square.admin.delete(path), 404)
    assert (await moderation.screen(here, "刷单")).tags == ()
    assert await fetchval("SELECT count(*) FROM audit_line WHERE action LIKE 'word.%'") == 5


async def test_two_thousand_words_a_list(square: Square) -> None:
    await execute(
        """INSERT INTO watched_word (id, community, word, key, action)
           SELECT gen_random_uuid(), $1, '词' || n, '词' || n, 'hold' FROM generate_series(2, $2::int) AS n""",
        square.community.id,
        WORDS_MOST,
    )
    await listed(square.admin, square.community.id, "最后一个", "hold")
    body = {"word": "再多一个", "action": "hold", "community_id": str(square.community.id)}
    await refused(square.admin.post(WORDS, body), 409, "moderation.too_many_words")
    async with square.house.statements(3):
        await done(square.admin.get(f"{WORDS}?community_id={square.community.id}"))


async def test_what_another_process_added_is_seen_within_a_second(house: House) -> None:
    community = uuid4()
    assert (await moderation.screen(community, "线上赌博")).tags == ()
    await execute(
        """INSERT INTO watched_word (id, community, word, key, action, tag)
           VALUES ($1, $2, '赌博', $3, 'tag', '赌')""",
        new_id(),
        community,
        key_of("赌博"),
    )
    await asyncio.sleep(1)
    assert (await moderation.screen(community, "线上赌 博")).tags == ("赌",)
    async with house.statements(1) as count:
        count[0] += 1  # of itself: while the list is fresh, what is clean costs nothing
        await moderation.screen(community, "一句好话")


async def test_trying_a_text(square: Square) -> None:
    here = square.community.id
    for word, action in (("枪支", "block"), ("微信", "mask"), ("发票", "hold")):
        await listed(square.admin, here, word, action)
    path = f"/communities/{here}/watched-word-trials"
    tried = await done(square.moderator.post(path, {"text": "加微.信开发 票"}))
    assert (tried["outcome"], tried["masked"]) == ("hold", "加＊＊开发 票")
    assert [(it["word"], it["found"]) for it in tried["hits"]] == [("微信", "微.信"), ("发票", "发 票")]
    assert (await done(square.moderator.post(path, {"text": "枪\u200b支和微信"})))["outcome"] == "block"
    assert (await done(square.moderator.post(path, {"text": "他开了一枪。支部"})))["outcome"] == "pass"
    assert await fetchval("SELECT sum(hits) FROM watched_word") == 0
    await refused(square.wang.post(path, {"text": "枪支"}), 403)
    await refused(square.moderator.post(f"/communities/{square.other.id}/watched-word-trials", {"text": "枪"}), 404)


async def test_a_word_in_what_was_reported_before_makes_it_one_case(square: Square) -> None:
    thread = await square.thread()
    about = {"subject_kind": "thread", "subject_id": str(thread), "reason": "advert"}
    await forum_done(square.zhao.post("/reports", about))
    await listed(square.admin, square.community.id, "代开发票", "hold")
    edited = await square.wang.patch(
        f"/threads/{thread}", {"body": "代开发票请找我，价格好商量，欢迎邻居们来问。"}, headers={"If-Match": '"v1"'}
    )
    assert edited.status_code == 200, edited.text
    assert await fetchval("SELECT count(*) FROM moderation_case") == 1
    case = str(await fetchval("SELECT id FROM moderation_case"))
    assert await fetchval("SELECT state FROM thread") == "held"
    await decided(square, case, verdict="keep", rule=None)
    assert await fetchval("SELECT state FROM thread") == "shown"
