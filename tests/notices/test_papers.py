"""What a notice takes along: its attachments and its poster, for whoever may read it and for nobody else."""

from io import BytesIO
from uuid import UUID

from pypdf import PdfReader

from backend.core.database import execute
from backend.core.ids import new_id
from backend.media.service.files import write_file
from tests.notices.office import Office, done
from tests.notices.paper import published

API = "/api/v1"


async def attach(owner: UUID, notice: UUID) -> UUID:
    """A PDF that hangs on the notice, as if it had been uploaded and read."""
    row = {"id": new_id(), "owner": owner, "file": new_id(), "purpose": "attachment"}
    size = await write_file(row, "file", b"%PDF-1.7 ...")
    await execute(
        """INSERT INTO medium (id, owner, file, purpose, kind, name, state, stored_bytes, pages, variants, digest,
                               attached_at)
           VALUES ($1, $2, $3, 'attachment', 'pdf', '平面图.pdf', 'ready', $4, 3, '{file}', '', now())""",
        row["id"], owner, row["file"], size,
    )  # fmt: skip
    await execute(
        "INSERT INTO notice_attachment (id, notice, medium, position) VALUES ($1, $2, $3, 1)",
        new_id(), notice, row["id"],
    )  # fmt: skip
    return row["id"]


async def test_attachments_go_to_whoever_reads_the_notice(office: Office) -> None:
    writer = office.moderator.account_id
    ours = await published(office.community, writer, places=[office.community.homes[0]])
    public = await published(office.community, writer, is_public=True)
    medium, other = await attach(writer, ours), await attach(writer, public)
    async with office.house.statements(3):
        body = await done(office.wang.get(f"/notices/{ours}"))
    (shown,) = body["attachments"]
    assert (shown["kind"], shown["name"], shown["pages"]) == ("pdf", "平面图.pdf", 3)
    path = f"{shown['url']}/file"
    answer = await office.wang.get(path)
    assert (answer.status_code, answer.content) == (200, b"%PDF-1.7 ...")
    assert answer.headers["content-type"] == "application/pdf"
    again = await office.wang.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    guest = await office.house.guest()
    assert (await guest.get(path)).status_code == 404
    assert (await guest.get(path, headers={"If-None-Match": answer.headers["etag"]})).status_code == 404
    assert (await office.house.http.get(f"{API}/notices/{public}/attachments/{other}/file")).status_code == 200
    # What hangs on another notice is not on this one.
    assert (await office.wang.get(f"/notices/{public}/attachments/{medium}/file")).status_code == 404
    assert (await office.wang.get(f"/notices/{ours}/attachments/{medium}/320")).status_code == 404


async def test_a_poster_for_the_lift(office: Office) -> None:
    notice = await published(office.community, office.moderator.account_id, is_public=True)
    answer = await office.house.http.get(f"{API}/notices/{notice}/poster")
    assert answer.status_code == 200, answer.text
    words = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert "停水通知" in words and "翠湖社区" in words


async def test_no_poster_of_what_one_may_not_read_or_what_is_not_out(office: Office) -> None:
    ours = await published(office.community, office.moderator.account_id)
    draft = await office.draft()
    guest = await office.house.guest()
    assert (await guest.get(f"/notices/{ours}/poster")).status_code == 404
    assert (await office.wang.get(f"/notices/{draft}/poster")).status_code == 404
