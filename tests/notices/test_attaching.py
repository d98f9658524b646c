"""Pictures and PDFs that hang on a notice: whose they are, how many, and what becomes of those taken away."""

from typing import Any
from uuid import UUID

from backend.core.database import execute, fetchval
from backend.core.ids import new_id
from backend.notices.schemas.notices import ATTACHMENTS_MOST
from tests.house import Neighbour, at_once, key
from tests.notices.office import WORDS, Office, done, edit_of, refused


async def uploaded(owner: Neighbour, *, purpose: str = "attachment", state: str = "ready") -> str:
    """A PDF that its owner has uploaded and nothing uses yet."""
    made = new_id()
    kind, name = ("pdf", "平面图.pdf") if purpose == "attachment" else ("image", None)
    await execute(
        """INSERT INTO medium (id, owner, file, purpose, kind, name, state, stored_bytes, pages, width, height,
                               thumbhash, variants, digest)
           VALUES ($1, $2, $3, $4, $5, $6, $7, 10, 3, 1, 1, '', '{file}', '')""",
        made, owner.account_id, new_id(), purpose, kind, name, state,
    )  # fmt: skip
    return str(made)


async def attached(medium: str) -> bool:
    return bool(await fetchval("SELECT attached_at IS NOT NULL FROM medium WHERE id = $1", UUID(medium)))


def ids(notice: dict[str, Any]) -> list[str]:
    return [it["id"] for it in notice["attachments"]]


async def test_they_hang_in_the_order_given(office: Office) -> None:
    first, second, third = [await uploaded(office.wang) for _ in range(3)]
    made = await done(office.wang.post(office.path, {**WORDS, "attachment_media_ids": [second, first]}, headers=key()))
    assert ids(made) == [second, first] and await attached(first)
    path = f"/notices/{made['id']}"
    changed = await done(office.wang.patch(path, {"attachment_media_ids": [third, second]}, headers=edit_of(1)))
    assert ids(changed) == [third, second]
    assert await fetchval("SELECT count(*) FROM medium WHERE id = $1", UUID(first)) == 0, "what is taken away is gone"
    same = await done(office.wang.patch(path, {"attachment_media_ids": [third, second]}, headers=edit_of(2)))
    assert same["edits"] == 2
    assert ids(await done(office.wang.patch(path, {"attachment_media_ids": []}, headers=edit_of(2)))) == []


async def test_nobody_hangs_up_what_is_not_theirs(office: Office) -> None:
    mine = await uploaded(office.wang)
    for other in (
        await uploaded(office.moderator),
        await uploaded(office.wang, purpose="public"),
        await uploaded(office.wang, state="processing"),
        str(new_id()),
    ):
        body = {**WORDS, "attachment_media_ids": [mine, other]}
        await refused(office.wang.post(office.path, body, headers=key()), 422, "media.not_usable")
        assert not await attached(mine)
    assert await fetchval("SELECT count(*) FROM notice") == 0
    body = {**WORDS, "attachment_media_ids": [mine, mine]}
    made = await done(office.wang.post(office.path, body, headers=key()))
    assert ids(made) == [mine]
    path = f"/notices/{made['id']}"
    assert ids(await done(office.wang.patch(path, {"attachment_media_ids": [mine] * 3}, headers=edit_of(1)))) == [mine]


async def test_one_medium_hangs_once(office: Office) -> None:
    medium = await uploaded(office.wang)
    body = {**WORDS, "attachment_media_ids": [medium]}
    answers = await at_once(*(office.wang.post(office.path, body, headers=key()) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 422, 422, 422]


async def test_there_are_nine_at_most(office: Office) -> None:
    media = [await uploaded(office.wang) for _ in range(ATTACHMENTS_MOST + 1)]
    body = {**WORDS, "attachment_media_ids": media}
    await refused(office.wang.post(office.path, body, headers=key()), 422)
    made = await done(
        office.wang.post(office.path, {**body, "attachment_media_ids": media[:ATTACHMENTS_MOST]}, headers=key())
    )
    assert len(ids(made)) == ATTACHMENTS_MOST


async def test_a_reviewer_adds_and_takes_away(office: Office) -> None:
    hers, his = await uploaded(office.wang), await uploaded(office.moderator)
    notice = await office.submitted(attachment_media_ids=[hers])
    changed = await done(
        office.moderator.patch(f"/notices/{notice}", {"attachment_media_ids": [hers, his]}, headers=edit_of(1))
    )
    assert ids(changed) == [hers, his]
    changed = await done(
        office.colleague.patch(f"/notices/{notice}", {"attachment_media_ids": [his]}, headers=edit_of(2))
    )
    assert ids(changed) == [his]


async def test_other_papers_make_a_new_version(office: Office) -> None:
    notice = await office.published()
    plan = await uploaded(office.moderator)
    revised = await done(
        office.moderator.patch(f"/notices/{notice}", {"attachment_media_ids": [plan]}, headers=edit_of(1))
    )
    assert (revised["version"], ids(revised)) == (2, [plan])
