"""What moderators tell each other about a case, which nobody else reads; and what else waits of the same author."""

from backend.core.database import execute, fetchval
from backend.moderation.rules.desk import NOTES_MOST
from backend.moderation.schemas.cases import NOTE_MAX_CHARS
from tests.house import key
from tests.moderation.court import KEEP, Court
from tests.notices.office import done, refused

SAID = "问过物业，那几天电梯确实停过。"


async def test_a_note_is_for_the_other_moderators(court: Court) -> None:
    case = await court.reported(await court.notice())
    path, again = f"/desk/cases/{case}/notes", key()
    async with court.house.statements(8):
        made = await court.moderator.post(path, {"text": f"  {SAID}\n"}, headers=again)
    assert made.status_code == 201, made.text
    assert (made.json()["text"], made.json()["mine"]) == (SAID, True)
    assert (await court.moderator.post(path, {"text": f"  {SAID}\n"}, headers=again)).json() == made.json()
    seen = await done(court.colleague.get(f"/desk/cases/{case}"))
    assert [(note["text"], note["mine"]) for note in seen["notes"]] == [(SAID, False)]
    assert seen["notes"][0]["writer_name"] and not seen["own"]
    (item,) = (await done(court.colleague.get(f"/desk/cases?community_id={court.community.id}")))["items"]
    assert item["notes"] == 1
    # Decided, it is still there for whoever answers an appeal.
    await court.decide(case)
    await done(court.colleague.post(path, {"text": "作者打电话来过。"}))
    after = await done(court.admin.get(f"/desk/cases/{case}"))
    assert [note["text"] for note in after["notes"]] == [SAID, "作者打电话来过。"]
    for person in (court.wang, court.neighbours[0]):
        await refused(person.post(path, {"text": SAID}), 403)
        for page in ("/me/sanctions", "/me/reports", "/me/export", "/inbox"):
            assert SAID not in (await person.get(page)).text
    elsewhere = await court.house.officer(await court.house.open_community("别处"), "moderator")
    await refused(elsewhere.post(path, {"text": SAID}), 404)


async def test_a_note_has_its_limits(court: Court) -> None:
    case = await court.reported(await court.notice())
    path = f"/desk/cases/{case}/notes"
    for text in ("", "\u200b", " \n ", "好" * (NOTE_MAX_CHARS + 1)):
        await refused(court.moderator.post(path, {"text": text}), 422)
    await done(court.moderator.post(path, {"text": "好" * NOTE_MAX_CHARS}))
    await execute(
        """INSERT INTO case_note (id, community, moderation_case, writer, text)
           SELECT gen_random_uuid(), $1, $2, $3, '又问了一次' FROM generate_series(3, $4)""",
        court.community.id,
        case,
        court.moderator.account_id,
        NOTES_MOST,
    )
    await done(court.moderator.post(path, {"text": "第一百条"}))
    await refused(court.moderator.post(path, {"text": "再来一条"}), 409, "moderation.too_many_notes")
    assert await fetchval("SELECT count(*) FROM case_note") == NOTES_MOST


async def test_who_wrote_it_reads_neither_notes_nor_comments(court: Court) -> None:
    """A moderator whose own words were reported could tell by them who it was."""
    mine = await court.office.submitted(court.moderator, organisation_id=await court.office.committee())
    await done(court.admin.put(f"/desk/notices/{mine}/approval"))
    await done(court.admin.put(f"/desk/notices/{mine}/publication"))
    await court.report(court.neighbours[0], mine, comment="她上次也这样说我家")
    case = await court.case_of(mine)
    await done(court.colleague.post(f"/desk/cases/{case}/notes", {"text": SAID}))
    own = await done(court.moderator.get(f"/desk/cases/{case}"))
    assert (own["own"], own["notes"], own["can"]) == (True, [], [])
    assert [(report["reason"], report["comment"]) for report in own["reports"]] == [("abuse", "")]
    await refused(court.moderator.post(f"/desk/cases/{case}/notes", {"text": SAID}), 409, "moderation.own_case")
    other = await done(court.colleague.get(f"/desk/cases/{case}"))
    assert other["reports"][0]["comment"] == "她上次也这样说我家" and len(other["notes"]) == 1


async def test_what_else_waits_of_the_same_author(court: Court) -> None:
    titles = ["转让婴儿车", "求购二手书", "丢失猫咪启事"]
    cases = [await court.reported(await court.notice(title=title)) for title in titles]
    theirs = await court.office.published(court.neighbours[3], title="别人写的公告")
    await court.report(court.neighbours[0], theirs)
    base = f"/desk/cases?community_id={court.community.id}"
    assert len((await done(court.moderator.get(base)))["items"]) == 4
    seen = await done(court.moderator.get(f"/desk/cases/{cases[0]}"))
    assert (seen["author_id"], seen["others"]) == (str(court.wang.account_id), 2)
    async with court.house.statements(3):
        page = await done(court.moderator.get(f"{base}&author_id={seen['author_id']}&sort=oldest"))
    assert [item["title"] for item in page["items"]] == titles
    await court.decide(cases[1], **KEEP, rule=None)
    assert (await done(court.moderator.get(f"/desk/cases/{cases[0]}")))["others"] == 1
    await refused(court.moderator.get(f"{base}&author_id=nobody"), 422)
