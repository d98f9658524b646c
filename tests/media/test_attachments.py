"""Attachments: pictures and PDFs that another domain shows to whom it chooses."""

import io
from uuid import UUID, uuid4

import asyncpg
import pytest
from pypdf import PdfReader

from backend.core.database import execute, fetchrow
from backend.core.errors import NotFound
from backend.media import errors, queries, rules, service
from tests.house import API, House
from tests.media.conftest import Album, rows, stored_files, until_stored
from tests.media.drawing import photo
from tests.media.forms import END, FORM, part
from tests.media.papers import padded, paper, refused, whole_papers


class TestPdf:
    async def test_it_is_kept_as_it_came(self, worker: None, album: Album) -> None:
        data = paper(3)
        answer = await album.upload(data, "attachment", name="停水通知.pdf")
        assert answer.status_code == 201, answer.text
        body = answer.json()
        assert (body["kind"], body["name"], body["pages"]) == ("pdf", "停水通知.pdf", 3)
        assert (body["state"], body["purpose"], body["variants"]) == ("ready", "attachment", ["file"])
        assert (body["width"], body["height"], body["thumbhash"]) == (None, None, None)
        (stored,) = await until_stored(1)
        assert stored.read_bytes() == data

    async def test_every_shape_is_taken(self, worker: None, album: Album) -> None:
        """pypdf loads parts of itself on first use: a forgotten one would show here."""
        for name, data in whole_papers().items():
            answer = await album.upload(data, "attachment")
            assert answer.status_code == 201, f"a PDF with {name}: {answer.text}"

    async def test_what_is_not_taken_leaves_nothing(self, worker: None, album: Album) -> None:
        wrong = []
        for name, (data, code) in refused().items():
            answer = await album.upload(data, "attachment")
            if (answer.status_code, answer.json()["code"]) != (422, code):
                wrong.append(f"a PDF {name}: {answer.status_code} {answer.text}")
        assert wrong == []
        assert await rows() == 0
        assert await until_stored(0) == []

    async def test_it_is_nothing_but_an_attachment(self, worker: None, album: Album) -> None:
        for purpose in ("public", "evidence"):
            answer = await album.upload(paper(), purpose)
            assert (answer.status_code, answer.json()["code"]) == (415, "media.unknown_kind")
        late = part("file", paper()) + part("purpose", b"public") + END
        assert (await album.person.post("/media", content=late, headers=FORM)).status_code == 415
        early = part("file", paper()) + part("purpose", b"attachment") + END
        assert (await album.person.post("/media", content=early, headers=FORM)).status_code == 201
        assert await rows() == 1

    async def test_its_bytes_tell_what_it_is(self, worker: None, album: Album) -> None:
        page = await album.upload(b"<html><script>alert(1)</script></html>", "attachment", name="a.pdf")
        assert (page.status_code, page.json()["code"]) == (415, "media.unknown_attachment")
        assert "PDF" in page.json()["detail"]
        behind = await album.upload(b"<html></html>" + paper(), "attachment", name="a.pdf")
        assert behind.status_code == 415
        assert (await album.upload(paper(), "attachment", name="photo.jpg")).json()["kind"] == "pdf"

    async def test_it_may_be_larger_than_a_picture(self, worker: None, album: Album) -> None:
        most = padded(rules.MAX_PDF_BYTES)
        assert len(most) == 20 * 1024 * 1024
        assert (await album.upload(most, "attachment")).status_code == 201
        answer = await album.upload(padded(rules.MAX_PDF_BYTES + 1), "attachment")
        assert (answer.status_code, answer.json()["code"]) == (413, "media.file_too_large")
        assert "20 MB" in answer.json()["detail"]
        picture = photo() + bytes(rules.MAX_FILE_BYTES)
        assert "10 MB" in (await album.upload(picture, "attachment")).json()["detail"]
        assert await rows() == 1


class TestName:
    @pytest.mark.parametrize(
        ("given", "shown"),
        [
            ("停水通知.pdf", "停水通知.pdf"),
            ("plan.PDF", "plan.pdf"),
            ("plan.exe", "plan.exe.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            (r"C:\Users\王\plan.pdf", "plan.pdf"),
            ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie x=1.pdf"),
            ("gpj.\u202efdp.exe", "gpj.fdp.exe.pdf"),
            ('a"b<c>.pdf', "a b c.pdf"),
            ("...", "文件.pdf"),
            ("\x00\u200b", "文件.pdf"),
            ("", "文件.pdf"),
            ("楼" * 76 + ".pdf", "楼" * 76 + ".pdf"),
            ("楼" * 77 + ".pdf", "楼" * 76 + ".pdf"),
        ],
    )
    def test_one_safe_line(self, given: str, shown: str) -> None:
        assert rules.shown_name(given, rules.PDF) == shown
        assert len(shown) <= rules.NAME_MAX_CHARS == 80

    def test_of_a_picture(self) -> None:
        assert rules.shown_name("", rules.IMAGE) == "图片"
        assert rules.shown_name("/" + "n" * 81, rules.IMAGE) == "n" * 80

    async def test_it_is_kept_for_attachments_alone(self, worker: None, album: Album) -> None:
        named = await album.upload(photo(), "attachment", name="现场照片.jpg")
        assert named.json()["name"] == "现场照片.jpg"
        for purpose in ("public", "evidence"):
            assert (await album.ready(photo(), purpose))["name"] is None

    def test_as_a_header(self) -> None:
        assert rules.inline("plan.pdf") == 'inline; filename="plan.pdf"'
        header = rules.inline("停水 1.pdf")
        assert header == "inline; filename=\"__ 1.pdf\"; filename*=UTF-8''%E5%81%9C%E6%B0%B4%201.pdf"
        assert rules.inline('"; x="1.pdf').count('"') == 2


class TestWhoSeesIt:
    async def test_its_owner_and_nobody_else(self, worker: None, album: Album, stranger: Album, house: House) -> None:
        body = (await album.upload(paper(), "attachment", name="通知.pdf")).json()
        path = f"/media/{body['id']}/file"
        shown = await album.person.get(path)
        assert (shown.status_code, shown.content) == (200, paper())
        assert shown.headers["content-type"] == "application/pdf"
        assert shown.headers["content-disposition"].endswith("filename*=UTF-8''%E9%80%9A%E7%9F%A5.pdf")
        assert shown.headers["cache-control"] == "no-store"
        assert shown.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in shown.headers["content-security-policy"]
        for answer in (await stranger.person.get(path), await house.http.get(API + path)):
            assert answer.status_code == 404

    async def test_a_picture_too(self, worker: None, album: Album, stranger: Album) -> None:
        body = await album.ready(photo(), "attachment")
        assert (await album.person.get(f"/media/{body['id']}/320")).status_code == 200
        assert (await stranger.person.get(f"/media/{body['id']}/320")).status_code == 404

    async def test_no_other_variant_of_a_pdf_exists(self, worker: None, album: Album) -> None:
        body = await album.ready(paper(), "attachment")
        for variant in ("320", "1440", "staged", "file.pdf"):
            assert (await album.person.get(f"/media/{body['id']}/{variant}")).status_code == 404
        picture = await album.ready(photo(), "attachment")
        assert (await album.person.get(f"/media/{picture['id']}/file")).status_code == 404

    async def test_another_domain_opens_it_after_its_own_check(self, worker: None, album: Album) -> None:
        body = await album.ready(paper(), "attachment")
        opened = await service.open_attachment(UUID(body["id"]), "file")
        assert (opened.content, opened.media_type) == (paper(), "application/pdf")
        assert opened.headers == {"Content-Disposition": 'inline; filename="photo.jpg.pdf"'}
        picture = await album.ready(photo(), "attachment")
        shown = await service.open_attachment(UUID(picture["id"]), "1440")
        assert (shown.content[8:12], shown.media_type) == (b"WEBP", "image/webp")

    async def test_but_nothing_that_is_no_attachment(self, worker: None, album: Album) -> None:
        public = await album.ready(photo())
        evidence = await album.ready(photo(), "evidence")
        for media_id in (public["id"], evidence["id"], uuid4()):
            with pytest.raises(NotFound):
                await service.open_attachment(media_id, "320")


async def test_what_a_screen_needs_of_them(worker: None, album: Album) -> None:
    data = paper(2)
    document = UUID((await album.upload(data, "attachment", name="a.pdf")).json()["id"])
    picture = UUID((await album.ready(photo(), "attachment"))["id"])
    public = UUID((await album.ready(photo()))["id"])
    found = await queries.attachments([document, picture, public, uuid4()])
    assert set(found) == {document, picture}
    shown = found[document]
    assert (shown.kind, shown.name, shown.size_bytes, shown.pages) == ("pdf", "a.pdf", len(data), 2)
    assert (found[picture].kind, found[picture].width, found[picture].variants) == ("image", 64, ["320"])
    assert document not in await queries.pictures([document, picture])


async def test_attaching(worker: None, album: Album) -> None:
    document = UUID((await album.ready(paper(), "attachment"))["id"])
    picture = UUID((await album.ready(photo(), "attachment"))["id"])
    public = UUID((await album.ready(photo()))["id"])
    owner = album.person.account_id
    for purpose, media in (("public", [document]), ("attachment", [document, public])):
        with pytest.raises(errors.NotUsable):
            await service.attach(owner, media, purpose)
    await service.attach(owner, [document, picture], "attachment")
    row = await fetchrow("SELECT count(*) FROM medium WHERE attached_at IS NOT NULL")
    assert row is not None and row[0] == 2


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("pages", None),
        ("pages", 0),
        ("variants", []),
        ("kind", "image"),
        ("purpose", "public"),
        ("name", None),
        ("name", ""),
    ],
)
async def test_the_database_refuses_half_a_pdf(worker: None, album: Album, column: str, value: object) -> None:
    media_id = (await album.ready(paper(), "attachment"))["id"]
    with pytest.raises(asyncpg.CheckViolationError):
        await execute(f"UPDATE medium SET {column} = $2 WHERE id = $1", media_id, value)


async def test_a_late_refusal_is_told_too(album: Album, house: House) -> None:
    answer = await album.upload(refused()["encrypted"][0], "attachment")
    assert (answer.status_code, answer.json()["state"], answer.json()["kind"]) == (202, "processing", "pdf")
    await house.drain()
    told = await album.person.get(f"/media/{answer.json()['id']}")
    assert (told.status_code, told.json()["code"]) == (422, "media.encrypted")
    assert stored_files() == []


def test_the_papers_are_what_they_say() -> None:
    assert len(PdfReader(io.BytesIO(padded(50_000))).pages) == 2
