"""Limits of an upload, each at n and at n + 1; those of pictures stand in test_images."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

from backend.core.database import execute
from backend.core.ids import new_id
from backend.media import rules
from tests.media.conftest import Album, rows, stored_files, until_stored
from tests.media.drawing import PNG_MAGIC, chunk, encoded, photo, png_chunks, png_of, scene
from tests.media.forms import FORM, part


async def test_file_bytes(worker: None, album: Album) -> None:
    most = padded_png(rules.MAX_FILE_BYTES)
    assert len(most) == 10 * 1024 * 1024
    assert (await album.upload(most)).status_code == 201
    answer = await album.upload(padded_png(rules.MAX_FILE_BYTES + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "media.file_too_large")
    assert "10 MB" in answer.json()["detail"]
    assert await rows() == 1


async def test_an_overlong_file_is_cut_while_it_arrives(album: Album) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield part("file", b"")[:-2] + photo()
        while True:
            sent += 65_536
            yield bytes(65_536)

    answer = await album.person.post("/media", content=endless(), headers=FORM)
    assert answer.status_code == 413
    assert sent <= rules.MAX_FILE_BYTES + 2 * 65_536
    assert (await rows(), stored_files()) == (0, [])


async def test_what_is_no_picture_is_cut_at_once(album: Album) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield part("file", b"")[:-2] + b"MZ\x90\0"
        while True:
            sent += 65_536
            yield bytes(65_536)

    answer = await album.person.post("/media", content=endless(), headers=FORM)
    assert answer.status_code == 415
    assert sent <= 2 * 65_536


async def test_a_long_preamble_is_cut_by_the_length_of_the_request(album: Album) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield part("purpose", b"")[:-2]
        while True:
            sent += 65_536
            yield b"\r\n" * 32_768

    answer = await album.person.post("/media", content=endless(), headers=FORM)
    assert answer.status_code in (400, 413, 422)
    assert sent <= rules.MAX_REQUEST_BYTES + 2 * 65_536


async def test_an_announced_length_is_believed(album: Album) -> None:
    headers = {**FORM, "Content-Length": str(rules.MAX_REQUEST_BYTES + 1)}
    answer = await album.person.post("/media", content=b"--b", headers=headers)
    assert answer.status_code == 413


async def test_files_of_one_person(worker: None, album: Album, stranger: Album) -> None:
    await kept(album, files=rules.MAX_FILES_PER_PERSON - 1, each_bytes=10)
    assert (await album.upload(photo())).status_code == 201
    answer = await album.upload(photo())
    assert (answer.status_code, answer.json()["code"]) == (413, "media.files_full")
    assert (await stranger.upload(photo())).status_code == 201


async def test_bytes_of_one_person(worker: None, album: Album, stranger: Album) -> None:
    data = photo()
    await kept(album, files=1, each_bytes=rules.MAX_BYTES_PER_PERSON - len(data) + 1)
    answer = await album.upload(data)
    assert (answer.status_code, answer.json()["code"]) == (413, "media.space_full")
    assert await until_stored(0) == []
    await execute("UPDATE medium SET stored_bytes = stored_bytes - 1")
    assert (await album.upload(data)).status_code == 201
    assert (await stranger.upload(data)).status_code == 201


async def test_two_at_once_do_not_both_get_the_last_place(worker: None, album: Album) -> None:
    await kept(album, files=rules.MAX_FILES_PER_PERSON - 1, each_bytes=10)
    answers = await asyncio.gather(*(album.upload(photo()) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 413, 413, 413]
    assert await rows() == rules.MAX_FILES_PER_PERSON


def padded_png(size: int) -> bytes:
    """A whole picture of exactly this many bytes, the most of them in a chunk that nobody reads."""
    head, *rest = png_chunks(encoded(scene(), "PNG"))
    whole = png_of([head, *rest])
    padding = chunk(b"juNk", bytes(size - len(whole) - 12))
    return PNG_MAGIC + chunk(*head) + padding + b"".join(chunk(*one) for one in rest)


async def kept(album: Album, *, files: int, each_bytes: int) -> None:
    """Pictures of the past: hundreds of real uploads would say no more."""
    for _ in range(files):
        await execute(
            """INSERT INTO medium (id, owner, file, purpose, state, stored_bytes, width, height, thumbhash, variants,
                                   digest, created_at, attached_at)
               VALUES ($1, $2, $3, 'public', 'ready', $4, 1, 1, 'AAAA', '{320}', '', now(), now())""",
            new_id(),
            album.person.account_id,
            uuid4(),
            each_bytes,
        )
