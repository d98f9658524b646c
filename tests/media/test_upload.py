"""POST /media, through the real application, database, queue and object store."""

import asyncio
import io
from uuid import uuid4

import pytest
from PIL import Image

from backend.core.database import fetchrow
from backend.media import rules
from tests.house import API, House
from tests.media.conftest import Album, rows, stored_files, until_stored
from tests.media.damaged import damaged
from tests.media.drawing import encoded, flat_png, photo, png_chunks, png_of, scene, whole_pictures
from tests.media.forms import END, FORM, part


async def test_a_photo_becomes_three_variants(worker: None, album: Album, house: House) -> None:
    answer = await album.upload(photo(6, width=2000, height=1500))
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {
        "id", "state", "purpose", "kind", "name", "pages", "width", "height", "thumbhash", "variants",
    }  # fmt: skip
    assert (body["kind"], body["name"], body["pages"]) == ("image", None, None)
    assert (body["state"], body["purpose"]) == ("ready", "public")
    assert (body["width"], body["height"], body["variants"]) == (1440, 1920, ["320", "720", "1440"])
    assert 7 <= len(body["thumbhash"]) <= 36
    assert answer.headers["cache-control"] == "no-store"
    for variant, width in (("320", 320), ("720", 720), ("1440", 1440)):
        shown = await house.http.get(f"{API}/media/{body['id']}/{variant}")
        assert shown.status_code == 200
        picture = Image.open(io.BytesIO(shown.content))
        assert (picture.format, picture.width) == ("WEBP", width)
        assert b"SecretCameraMaker" not in shown.content and not picture.getexif()
    names = [path.name for path in await until_stored(3)]
    assert names == ["1440", "320", "720"]


async def test_a_small_picture_answers_for_every_width(worker: None, album: Album, house: House) -> None:
    body = await album.ready(encoded(scene(500, 400), "PNG"))
    assert (body["width"], body["height"], body["variants"]) == (500, 400, ["320", "720"])
    wide = await house.http.get(f"{API}/media/{body['id']}/1440")
    assert wide.status_code == 200
    assert Image.open(io.BytesIO(wide.content)).size == (500, 400)


@pytest.mark.parametrize(
    "name", ["png", "gif animated", "webp animated", "jpeg of several pictures", "png transparent"]
)
async def test_what_it_is_called_does_not_matter(worker: None, album: Album, name: str) -> None:
    answer = await album.upload(whole_pictures()[name], name="invoice.exe")
    assert answer.status_code == 201, answer.text


async def test_a_html_page_behind_a_photo_is_left_out(worker: None, album: Album, house: House) -> None:
    body = await album.ready(photo() + b"<html><script>alert(document.cookie)</script></html>")
    shown = await house.http.get(f"{API}/media/{body['id']}/320")
    assert b"script" not in shown.content
    for path in await until_stored(1):
        assert b"script" not in path.read_bytes()


async def test_the_same_page_before_the_photo_is_refused(worker: None, album: Album) -> None:
    answer = await album.upload(b"<html><script>alert(document.cookie)</script></html>" + photo())
    assert (answer.status_code, answer.json()["code"]) == (415, "media.unknown_kind")
    assert (await rows(), stored_files()) == (0, [])


@pytest.mark.timeout(900)
async def test_every_kind_of_damage_is_refused_and_leaves_nothing(worker: None, album: Album) -> None:
    """One of each kind by HTTP; how far a file is cut makes no kind of its own here."""
    corpus = {name: sample for name, sample in damaged().items() if " cut at " not in name}
    assert len(corpus) >= 100
    waiting = iter(corpus.items())
    wrong: list[str] = []

    async def take_turns() -> None:
        for name, (data, code) in waiting:
            answer = await album.upload(data)
            if answer.status_code not in (415, 422) or answer.json()["code"] != code:
                wrong.append(f"{name}: {answer.status_code} {answer.text}")

    await asyncio.gather(*(take_turns() for _ in range(3)))
    assert wrong == []
    assert await rows() == 0
    assert await until_stored(0) == []


async def test_a_bomb_is_refused_and_the_next_picture_works(worker: None, album: Album) -> None:
    """672 kB that decode to 1.4 GB."""
    bomb = png_of(
        [
            (b"IHDR", b"\0\0\x33\xf4\0\0\x33\xf4\x08\x06\0\0\0"),
            (b"IDAT", png_chunks(flat_png(8000, 5000))[1][1]),
            (b"IEND", b""),
        ]
    )
    answer = await album.upload(bomb)
    assert (answer.status_code, answer.json()["code"]) == (422, "media.too_many_pixels")
    assert (await album.upload(photo())).status_code == 201
    assert await rows() == 1


class TestTheForm:
    async def test_both_orders_of_the_fields(self, worker: None, album: Album) -> None:
        for parts in (("purpose", "file"), ("file", "purpose")):
            body = b"".join(part(name, b"public" if name == "purpose" else photo()) for name in parts) + END
            answer = await album.person.post("/media", content=body, headers=FORM)
            assert answer.status_code == 201, answer.text

    async def test_a_wrong_field_is_named(self, album: Album) -> None:
        for fields, field, code in (
            (["purpose=public"], "file", "field.required"),
            (["file"], "purpose", "field.required"),
            (["file", "purpose=private"], "purpose", "field.value"),
            (["file", "purpose="], "purpose", "field.value"),
            (["file", "owner=me"], "owner", "field.unknown"),
        ):
            parts = [one.partition("=") for one in fields]
            body = b"".join(part(name, photo() if name == "file" else value.encode()) for name, _, value in parts) + END
            answer = await album.person.post("/media", content=body, headers=FORM)
            assert answer.status_code == 422, answer.text
            assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [(field, code)]
        assert (await rows(), stored_files()) == (0, [])

    async def test_a_broken_form_is_refused(self, album: Album) -> None:
        file = part("file", photo())
        for body in (
            b"",
            b"--b--\r\n",
            b"no form at all",
            b"--b\r\n\r\nno name\r\n--b--\r\n",
            b"--b\r\nContent-Disposition: form-data; name=file",
            file,
            file + file + END,
            b"--b\r\n" + b"X: y\r\n" * 50 + b"Content-Disposition: form-data; name=file\r\n\r\n\r\n--b--\r\n",
            b"--b\r\nContent-Disposition: form-data; name=purpose\r\n\r\n" + b"public" * 50 + b"\r\n--b--\r\n",
        ):
            answer = await album.person.post("/media", content=body, headers=FORM)
            assert answer.status_code in (400, 422), (body[:80], answer.text)
        assert (await rows(), stored_files()) == (0, [])

    async def test_json_is_no_upload(self, album: Album) -> None:
        answer = await album.person.post("/media", {"file": "x", "purpose": "public"})
        assert answer.status_code == 415

    async def test_nobody_uploads_without_signing_in(self, album: Album, house: House) -> None:
        answer = await house.http.post(f"{API}/media", files={"file": photo()}, data={"purpose": "public"})
        assert answer.status_code == 401
        assert (await rows(), stored_files()) == (0, [])


class TestAgain:
    """`Idempotency-Key`: a phone that lost the answer sends the picture once more."""

    async def test_the_same_key_gives_the_same_picture(self, worker: None, album: Album) -> None:
        key = {"Idempotency-Key": str(uuid4())}
        first = await album.upload(photo(), headers=key)
        again = await album.upload(photo(), headers=key)
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json() == again.json()
        assert await rows() == 1

    async def test_at_once_too(self, worker: None, album: Album) -> None:
        key = {"Idempotency-Key": str(uuid4())}
        answers = await asyncio.gather(*(album.upload(photo(), headers=key) for _ in range(4)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert len(await until_stored(1)) == 1

    async def test_another_picture_under_the_key_is_refused(self, worker: None, album: Album) -> None:
        key = {"Idempotency-Key": str(uuid4())}
        await album.upload(photo(), headers=key)
        other = await album.upload(photo(6), headers=key)
        assert (other.status_code, other.json()["code"]) == (409, "core.key_reused")
        assert (await album.upload(photo(), "evidence", headers=key)).status_code == 409
        assert await rows() == 1

    async def test_another_person_may_use_the_key(self, worker: None, album: Album, stranger: Album) -> None:
        key = {"Idempotency-Key": str(uuid4())}
        mine = await album.upload(photo(), headers=key)
        theirs = await stranger.upload(photo(), headers=key)
        assert mine.json()["id"] != theirs.json()["id"]

    async def test_no_key_at_all_is_refused(self, album: Album) -> None:
        assert (await album.upload(photo(), headers={"Idempotency-Key": "soon"})).status_code == 422


class TestALateWorker:
    async def test_the_answer_is_202_and_the_picture_comes_later(self, album: Album, house: House) -> None:
        answer = await album.upload(photo())
        assert (answer.status_code, answer.json()["state"]) == (202, "processing")
        assert [path.name for path in stored_files()] == ["staged"]
        late = answer.json()["id"]
        shown = await album.person.get(f"/media/{late}")
        assert (shown.status_code, shown.json()["state"], shown.json()["variants"]) == (200, "processing", [])
        assert (await house.http.get(f"{API}/media/{late}/320")).status_code == 404
        await house.drain()
        shown = await album.person.get(f"/media/{late}")
        assert (shown.json()["state"], shown.json()["variants"]) == ("ready", ["320"])
        assert (await house.http.get(f"{API}/media/{late}/320")).status_code == 200

    async def test_a_refusal_that_comes_late_is_told_at_the_next_question(self, album: Album, house: House) -> None:
        late = await album.staged(photo()[:-30])
        await house.drain()
        shown = await album.person.get(f"/media/{late}")
        assert (shown.status_code, shown.json()["code"]) == (422, "media.damaged")
        assert stored_files() == []
        row = await fetchrow("SELECT state, stored_bytes FROM medium WHERE id = $1", late)
        assert row is not None and tuple(row) == ("refused", 0)


async def test_an_upload_takes_few_statements(
    worker: None, album: Album, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Caller, room twice, lock, insert, job, and looks until it is ready: those are bounded by the wait."""
    # So seldom that even a slow machine is ready after few.
    monkeypatch.setattr(rules, "LOOK_EVERY_S", 2)
    async with house.statements(most=8 + 8):
        assert (await album.upload(photo())).status_code == 201
