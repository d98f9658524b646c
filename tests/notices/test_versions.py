"""What changes of a notice, who sees the difference, and when everybody is asked again."""

import time
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from backend.core.database import fetch, fetchval
from backend.notices.rules.difference import difference
from backend.notices.schemas.notices import BODY_MAX_CHARS
from tests.notices.office import Office, column, done, edit_of, refused, standing

SLOWEST_S = 0.25
"""Measured at 0.02; the rest is for a busy machine."""
words = st.text(st.sampled_from("停水电梯，。！\n ab"), max_size=60)


@given(words, words)
def test_a_difference_holds_both_wordings(before: str, after: str) -> None:
    pieces = difference(before, after)
    assert "".join(it.text for it in pieces if it.kind != "removed") == after
    assert "".join(it.text for it in pieces if it.kind != "added") == before
    assert all(it.text for it in pieces)
    assert all(one.kind != other.kind for one, other in zip(pieces, pieces[1:], strict=False))


def test_a_difference_points_at_characters() -> None:
    pieces = difference("周三上午停水，请储水。谢谢。", "周四上午停水，请提前储水。谢谢。")
    assert [(it.kind, it.text) for it in pieces] == [
        ("same", "周"),
        ("removed", "三"),
        ("added", "四"),
        ("same", "上午停水，请"),
        ("added", "提前"),
        ("same", "储水。谢谢。"),
    ]


def test_a_sentence_written_anew_is_shown_whole() -> None:
    pieces = difference("电梯坏了，请走楼梯。", "周三停水，请走楼梯。")
    assert [(it.kind, it.text) for it in pieces] == [
        ("removed", "电梯坏了，"),
        ("added", "周三停水，"),
        ("same", "请走楼梯。"),
    ]


def test_no_text_takes_long_to_compare() -> None:
    draw = Random(1)
    han = [chr(0x4E00 + number) for number in range(2000)]
    prose = "".join(draw.choice([*han, "，" * 100]) for _ in range(BODY_MAX_CHARS))[:BODY_MAX_CHARS]
    edited = "".join(draw.choice(han) if draw.random() < 0.1 else it for it in prose)
    blocks = ["".join(draw.choice("ab") for _ in range(299)) + "，" for _ in range(33)]
    for before, after in (
        (prose, edited),
        (prose, prose[::-1]),
        ("a" * BODY_MAX_CHARS, "a" * (BODY_MAX_CHARS - 1) + "b"),
        ("ab" * (BODY_MAX_CHARS // 2), "ba" * (BODY_MAX_CHARS // 2)),
        ("a，" * (BODY_MAX_CHARS // 2), "b，" * (BODY_MAX_CHARS // 2)),
        ("a，" * (BODY_MAX_CHARS // 2), "a，b，" * (BODY_MAX_CHARS // 4)),
        ("".join(blocks[::2]), "".join(blocks[1::2])),
        ("甲，".join(blocks[::2]), "甲，".join(blocks[1::2])),
    ):
        began = time.process_time()
        difference(before[:BODY_MAX_CHARS], after[:BODY_MAX_CHARS])
        assert time.process_time() - began < SLOWEST_S


async def test_a_reviewers_edit_keeps_the_difference(office: Office) -> None:
    notice = await office.submitted(body="周三停水，请储水。")
    path = f"/notices/{notice}"
    async with office.house.statements(8):
        await done(office.moderator.patch(path, {"body": "周三停水，请提前储水。"}, headers=edit_of(1)))
    shown = await done(office.colleague.get(f"/desk{path}"))
    body = [(it["kind"], it["text"]) for it in shown["difference"]["body"]]
    assert body == [("same", "周三停水，请"), ("added", "提前"), ("same", "储水。")]
    assert [(it["number"], it["as_reviewer"]) for it in shown["versions"]] == [(2, True), (1, False)]
    mine = await done(office.wang.get(path))
    assert mine["body"] == "周三停水，请提前储水。" and mine["difference"] == shown["difference"]
    await done(office.moderator.put(f"/desk{path}/approval"))
    await done(office.admin.put(f"/desk{path}/publication"))
    neighbour = await office.house.resident(office.community, office.moderator, home=1)
    read = await done(neighbour.get(path))
    assert read["body"] == "周三停水，请提前储水。" and read["difference"] is None and read["steps"] == []
    edited = await fetch("SELECT actor, details FROM audit_line WHERE action = 'notice.edited'")
    assert [tuple(line) for line in edited] == [(office.moderator.account_id, '{"fields": ["body"]}')]


async def test_its_writers_next_wording_begins_a_new_difference(office: Office) -> None:
    notice = await office.submitted(body="周三停水。")
    path = f"/notices/{notice}"
    await done(office.moderator.patch(path, {"body": "周四停水。"}, headers=edit_of(1)))
    await done(office.moderator.put(f"/desk{path}/return", {"reason": "到底是周几"}))
    await done(office.wang.patch(path, {"body": "周五停水。"}, headers=edit_of(2)))
    await done(office.wang.put(f"{path}/submission"))
    assert (await done(office.moderator.get(f"/desk{path}")))["difference"] is None


async def test_a_reviewer_does_not_edit_their_own(office: Office) -> None:
    notice = await office.submitted(office.moderator, organisation_id=await office.committee())
    path = f"/notices/{notice}"
    answer = office.moderator.patch(path, {"title": "悄悄改"}, headers=edit_of(1))
    await refused(answer, 409, "notices.own_notice")
    await refused(office.worker.patch(path, {"title": "网格员改"}, headers=edit_of(1)), 404)
    answer = office.colleague.patch(path, {"organisation_id": None}, headers=edit_of(1))
    await refused(answer, 422)
    await done(office.colleague.patch(path, {"title": "同事改的"}, headers=edit_of(1)))


async def test_whoever_edits_what_is_approved_answers_for_it(office: Office) -> None:
    notice = await office.approved(priority="urgent")
    path = f"/notices/{notice}"
    await done(office.admin.put(f"/desk{path}/approval"))
    assert await column(notice, "seconded_by") == office.admin.account_id
    await done(office.colleague.patch(path, {"title": "改了标题"}, headers=edit_of(1)))
    assert await column(notice, "approved_by") == office.colleague.account_id
    assert await column(notice, "seconded_by") is None
    assert (await done(office.colleague.get(f"/desk{path}")))["why_not"] == ["second"]


async def test_a_correction_is_a_new_version(office: Office) -> None:
    notice = await office.published(ack_required=True)
    path = f"/notices/{notice}"
    neighbour = await office.house.resident(office.community, office.moderator, home=1)
    await done(neighbour.put(f"{path}/acknowledgement"))
    async with office.house.statements(8):
        revised = await done(office.moderator.patch(path, {"body": "改到周四。"}, headers=edit_of(1)))
    assert (revised["state"], revised["version"], revised["edits"]) == ("published", 2, 2)
    read = await done(neighbour.get(path))
    assert (read["read"], read["acknowledged_at"], read["can"]) == (False, None, ["acknowledge"])
    assert [tuple(row) for row in await fetch("SELECT actor FROM audit_line WHERE action = 'notice.revised'")] == [
        (office.moderator.account_id,)
    ]
    assert (await done(office.wang.get(path)))["difference"] is not None


async def test_dates_and_openness_ask_nobody_again(office: Office) -> None:
    notice = await office.published()
    path = f"/notices/{notice}"
    longer = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    changed = await done(
        office.moderator.patch(path, {"ends_at": longer, "pinned_until": longer, "is_public": True}, headers=edit_of(1))
    )
    assert (changed["version"], changed["edits"], changed["is_public"]) == (1, 2, True)
    armed = await fetchval("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'notices.end_notice'")
    assert armed == 2, "one for the end that was, one for the new one"


async def test_what_was_settled_with_publishing_stays(office: Office) -> None:
    notice = await office.published()
    path = f"/notices/{notice}"
    for fixed in ({"priority": "urgent"}, {"starts_at": (datetime.now(UTC) + timedelta(days=1)).isoformat()}):
        answer = await refused(office.moderator.patch(path, fixed, headers=edit_of(1)), 422)
        assert [error["field"] for error in answer["errors"]] == list(fixed)
    await refused(office.moderator.patch(path, {"ends_at": None}, headers=edit_of(1)), 422)
    await refused(office.wang.patch(path, {"title": "我自己改"}, headers=edit_of(1)), 409, "notices.not_editable")
    assert await column(notice, "edits") == 1
    news = await office.news()
    await done(office.moderator.put(f"/desk/notices/{news}/publication"))
    corrected = await done(office.moderator.patch(f"/notices/{news}", {"title": "更正"}, headers=edit_of(1)))
    assert corrected["version"] == 2, "the newsroom corrects its own"


async def test_an_urgent_one_is_corrected_by_who_decides(office: Office) -> None:
    notice = await office.published(priority="urgent")
    path = f"/notices/{notice}"
    await refused(office.colleague.patch(path, {"title": "换个说法"}, headers=edit_of(1)), 403)
    assert (await done(office.admin.patch(path, {"title": "换个说法"}, headers=edit_of(1))))["version"] == 2


async def test_what_is_over_is_not_edited(office: Office) -> None:
    notice = await office.published()
    await done(office.moderator.put(f"/notices/{notice}/withdrawal", {"reason": "过时"}))
    answer = office.moderator.patch(f"/notices/{notice}", {"title": "再改"}, headers=edit_of(1))
    await refused(answer, 409, "notices.not_editable")
    assert await standing(notice) == "withdrawn"
