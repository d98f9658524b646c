"""Synonyms, and what is looked for in vain: what the desk keeps and sees."""

from typing import Any

from backend.core.database import fetchval
from search.schemas import SYNONYM_MAX_CHARS, SYNONYMS_MOST
from search.service import noting, synonyms
from tests.forum.square import Square, done, edit_of, refused
from tests.house import Clock, key
from tests.search.test_finding import found, ids, posted


async def group(square: Square, *words: str) -> dict[str, Any]:
    body = {"community_id": str(square.community.id), "words": list(words)}
    return await done(square.moderator.post("/desk/synonyms", body, headers=key()))


def here(square: Square, **more: Any) -> dict[str, Any]:
    return {"params": {"community_id": str(square.community.id), **more}}


async def test_words_that_mean_the_same_find_the_same(square: Square) -> None:
    thread = await posted(square, title="居委会周末上班吗，谁知道")
    await square.house.drain()
    assert await ids(square, square.li, "街道办周末") == []
    made = await group(square, "居委会", "街道办")
    assert await ids(square, square.li, "街道办周末") == [str(thread)]
    words = {"words": ["居委会", "社工站"]}
    changed = await done(square.moderator.patch(f"/desk/synonyms/{made['id']}", words, headers=edit_of(1)))
    assert changed["words"] == words["words"] and changed["edits"] == 2
    assert await ids(square, square.li, "街道办周末") == []
    assert await ids(square, square.li, "社工站周末") == [str(thread)]
    await done(square.moderator.delete(f"/desk/synonyms/{made['id']}"))
    assert await ids(square, square.li, "社工站周末") == []
    assert (await done(square.moderator.get("/desk/synonyms", **here(square))))["items"] == []


async def test_a_lost_race_and_a_word_in_two_groups_are_refused(square: Square) -> None:
    made = await group(square, "居委会", "社区")
    path = f"/desk/synonyms/{made['id']}"
    await refused(square.moderator.patch(path, {"words": ["居委会", "街道"]}), 428)
    await refused(square.moderator.patch(path, {"words": ["居委会", "街道"]}, headers=edit_of(2)), 412)
    again = {"community_id": str(square.community.id), "words": ["社区", "小区"]}
    await refused(square.moderator.post("/desk/synonyms", again, headers=key()), 422, "search.synonym_taken")
    for words in (["一个"], ["同", "同"], ["两 词", "别的"], ["，", "别的"], ["长" * (SYNONYM_MAX_CHARS + 1), "短"]):
        body = {"community_id": str(square.community.id), "words": words}
        await refused(square.moderator.post("/desk/synonyms", body, headers=key()), 422)
    most = [f"词{chr(0x4E00 + at)}" for at in range(SYNONYMS_MOST)]
    assert (await group(square, *most))["words"] == most
    body = {"community_id": str(square.community.id), "words": [*most, "多一"]}
    await refused(square.moderator.post("/desk/synonyms", body, headers=key()), 422)
    assert await fetchval("SELECT count(*) FROM search_synonym") == 2


async def test_so_many_groups_and_no_more(square: Square, monkeypatch: Any) -> None:
    monkeypatch.setattr(synonyms, "GROUPS_MOST", 2)
    await group(square, "一类", "一种")
    await group(square, "二类", "二种")
    body = {"community_id": str(square.community.id), "words": ["三类", "三种"]}
    await refused(square.moderator.post("/desk/synonyms", body, headers=key()), 409, "search.too_many_synonyms")


async def test_the_desk_of_another_community_knows_nothing_of_it(square: Square) -> None:
    made = await group(square, "居委会", "社区")
    there = await square.house.officer(square.other, "moderator")
    await refused(there.get("/desk/synonyms", **here(square)), 404)
    await refused(there.patch(f"/desk/synonyms/{made['id']}", {"words": ["甲", "乙"]}, headers=edit_of(1)), 404)
    await refused(there.delete(f"/desk/synonyms/{made['id']}"), 404)
    await refused(there.get("/desk/search-gaps", **here(square)), 404)
    await refused(square.li.get("/desk/synonyms", **here(square)), 403)


async def test_what_several_look_for_in_vain(square: Square, moved_clock: Clock) -> None:
    for person in (square.li, square.zhao, square.zhao):
        assert (await found(square, person, "共享雨伞"))["total"] == 0
    await found(square, square.li, "我的私事")
    await found(square, square.guest, "共享雨伞")
    await noting.count_asked()
    await noting.count_asked()
    (gap,) = (await done(square.moderator.get("/desk/search-gaps", **here(square))))["items"]
    assert (gap["words"], gap["asked"], gap["people"]) == ("共享雨伞", 3, 2)
    seen = {"community_id": str(square.community.id), "words": "共享雨伞"}
    await done(square.moderator.put("/desk/search-gaps/seen", seen))
    assert (await done(square.moderator.get("/desk/search-gaps", **here(square))))["items"] == []
    assert await fetchval("SELECT count(*) FROM search_query") == 2
    moved_clock.advance(days=367)
    await noting.purge_old_queries()
    assert await fetchval("SELECT count(*) FROM search_query") == 0


async def test_a_wish_seen_to_comes_back_on_another_day(square: Square, moved_clock: Clock) -> None:
    for _ in range(2):
        for person in (square.li, square.zhao):
            await found(square, person, "共享雨伞")
        await noting.count_asked()
        listed = await done(square.moderator.get("/desk/search-gaps", **here(square)))
        assert [gap["words"] for gap in listed["items"]] == ["共享雨伞"]
        seen = {"community_id": str(square.community.id), "words": "共享雨伞"}
        await done(square.moderator.put("/desk/search-gaps/seen", seen))
        moved_clock.advance(minutes=8)
        moved_clock.advance(days=1)
        await _sign_in_again(square)


async def _sign_in_again(square: Square) -> None:
    """A day later every token has run out."""
    for person in (square.li, square.zhao, square.moderator):
        answer = await square.house.http.post(
            "/api/v1/auth/sessions/refresh", json={"refresh_token": person.refresh_token}
        )
        assert answer.status_code == 200, answer.text
        person.token, person.refresh_token = answer.json()["access_token"], answer.json()["refresh_token"]


async def test_what_is_found_is_no_gap(square: Square) -> None:
    await posted(square, title="共享雨伞放在南门岗亭里")
    await square.house.drain()
    for person in (square.li, square.zhao):
        assert (await found(square, person, "共享雨伞"))["total"] == 1
    await noting.count_asked()
    assert (await done(square.moderator.get("/desk/search-gaps", **here(square))))["items"] == []
    assert await fetchval("SELECT asked FROM search_query") == 2


async def test_gaps_page_by_page(square: Square) -> None:
    for number in range(3):
        for person in (square.li, square.zhao):
            await found(square, person, f"没有的东西{chr(0x7532 + number)}")
    await noting.count_asked()
    first = await done(square.moderator.get("/desk/search-gaps", **here(square, limit=2)))
    rest = await done(square.moderator.get("/desk/search-gaps", **here(square, limit=2, cursor=first["next_cursor"])))
    words = [gap["words"] for gap in (*first["items"], *rest["items"])]
    assert len(words) == len(set(words)) == 3 and rest["next_cursor"] is None
