"""The child process: what it may not do, and that breaking it breaks one picture only."""

import asyncio
import io
import os
import resource
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from backend.media.darkroom import child, rights, sandbox
from backend.media.darkroom.pictures import Developed, ImageRefused
from tests.media.drawing import encoded, flat_png, photo, scene, whole_pictures

HOUSE = Path(__file__).parents[2]


async def refusal(raw: bytes) -> str:
    with pytest.raises(ImageRefused) as caught:
        await sandbox.develop(raw)
    return caught.value.code


async def test_a_picture_comes_back_as_from_the_pure_function() -> None:
    developed = await sandbox.develop(photo(6, width=900, height=600))
    sizes = [(made.name, made.width, made.height) for made in developed.variants]
    assert sizes == [("320", 320, 480), ("720", 600, 900)]
    assert Image.open(io.BytesIO(developed.variants[0].webp)).format == "WEBP"


async def test_every_shape_works_where_nothing_can_be_opened() -> None:
    """Pillow loads parts of itself on first use: a forgotten one would show here, not on a small machine later."""
    for picture in whole_pictures().values():
        assert await sandbox.develop(picture)


async def test_forty_megapixels_fit_into_the_childs_memory() -> None:
    for picture in (
        flat_png(8000, 5000),
        encoded(Image.new("LA", (8000, 5000), (9, 9)), "PNG", compress_level=1),
        encoded(Image.new("RGB", (8000, 5000), (9, 99, 9)), "WEBP", method=0),
    ):
        assert (await sandbox.develop(picture)).variants[-1].width == 1440


async def test_refusals_cross_the_pipe_with_their_reason() -> None:
    assert await refusal(b"<html>") == "media.unknown_kind"
    assert await refusal(flat_png(8000, 5001)) == "media.too_many_pixels"
    assert await refusal(photo()[:-40]) == "media.damaged"


def child_that(does: str, raw: bytes = b"", module: str = "child") -> subprocess.CompletedProcess[bytes]:
    """A child that has given up its rights and then does something that a decoder never should."""
    program = f"""
import os, socket, sys
sys.path.insert(0, {str(HOUSE)!r})
from backend.media.darkroom import {module} as child
from backend.media.darkroom.rights import give_up_rights
child.rehearse()
give_up_rights(child.CPU_S)
{does}
print("done")
"""
    return subprocess.run([sys.executable, "-I", "-c", program], input=raw, capture_output=True, timeout=150)


@pytest.mark.parametrize(
    "misdeed",
    [
        "open('/etc/passwd')",
        "socket.socket()",
        "os.pipe()",
        "bytearray(800 * 1024 * 1024)",
    ],
)
@pytest.mark.parametrize("module", ["child", "pdf_child"])
def test_the_child_reaches_nothing(misdeed: str, module: str) -> None:
    ended = child_that(misdeed, module=module)
    assert ended.returncode == 1
    assert b"done" not in ended.stdout
    assert b"Too many open files" in ended.stderr or b"MemoryError" in ended.stderr


def test_the_same_child_without_a_misdeed_ends_well() -> None:
    assert child_that("pass").stdout == b"done\n"


def test_the_pdf_child_still_knows_every_alphabet() -> None:
    """A codec is loaded on first use, and pypdf takes a string that it can't read for damage of the file."""
    ended = child_that(
        "[b'ab'.decode(name) for name in ('utf-16le', 'utf-16be', 'gbk', 'charmap')]", module="pdf_child"
    )
    assert ended.stdout == b"done\n"
    assert child_that("b'ab'.decode('big5')", module="pdf_child").returncode == 1


def test_the_child_is_stopped_after_its_processor_time() -> None:
    ended = child_that("while True: pass")
    assert ended.returncode in (-signal.SIGXCPU, -signal.SIGKILL)


async def test_a_killed_child_refuses_its_picture_and_the_next_one_works() -> None:
    """From outside, as the kernel does when memory runs out."""
    heavy = encoded(scene(64, 48).resize((7000, 5000)), "PNG", compress_level=1)
    killed = 0
    for _ in range(5):
        developing = asyncio.create_task(sandbox.develop(heavy))
        os.kill(await _first_child(), signal.SIGKILL)
        with pytest.raises(ImageRefused, match="media.too_heavy"):
            await developing
        killed += 1
        assert isinstance(await sandbox.develop(photo()), Developed)
    assert killed == 5


async def test_a_cancelled_development_leaves_no_process() -> None:
    heavy = encoded(scene(64, 48).resize((7000, 5000)), "PNG", compress_level=1)
    developing = asyncio.create_task(sandbox.develop(heavy))
    await _first_child()
    developing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await developing
    assert _children() == []


async def test_several_at_once_take_their_turns() -> None:
    async def one() -> int:
        async with sandbox.slot():
            running = len(_children())
            await sandbox.develop(photo())
            return running

    before = await asyncio.gather(*(one() for _ in range(6)))
    assert max(before) < 4


LINE = b'{"name": "320", "width": 9, "height": 9, "bytes": 12}'
WEBP = b"RIFFxxxxWEBP"


def answer(line: bytes = LINE, blob: bytes = WEBP, thumbhash: bytes = b"AAAA") -> bytes:
    return b'{"thumbhash": "' + thumbhash + b'", "variants": [' + line + b"]}\n" + blob


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"no json\n",
        b"{}\n",
        answer(line=b"", blob=b""),
        answer(blob=b"RIFFxxxxHTML"),
        answer(blob=b"<html><html>"),
        answer(blob=WEBP + b"more"),
        answer(blob=WEBP[:-1]),
        answer(line=LINE.replace(b"320", b"../..")),
        answer(line=LINE.replace(b"320", b"720")),
        answer(line=LINE.replace(b'"width": 9', b'"width": 321')),
        answer(line=LINE.replace(b'"height": 9', b'"height": 1281')),
        answer(line=LINE.replace(b'"height": 9', b'"height": 0')),
        answer(line=LINE.replace(b"12", b"-1")),
        answer(line=LINE.replace(b"12", b"99")),
        answer(line=b", ".join([LINE] * 4), blob=WEBP * 4),
        answer(thumbhash=b"!"),
        answer(thumbhash=b"A" * 200),
    ],
)
def test_a_child_taken_over_is_not_believed(given: bytes) -> None:
    with pytest.raises(sandbox.DarkroomBroken):
        sandbox._read_answer(given)


def test_a_right_answer_is_believed() -> None:
    assert sandbox._read_answer(answer()).variants[0].webp == WEBP


@pytest.mark.parametrize(
    "given", [b"", b"{}\n", b'{"pages": 0}\n', b'{"pages": 201}\n', b'{"pages": 2}\nmore', answer()]
)
def test_nor_is_a_pdf_child(given: bytes) -> None:
    assert sandbox._read_pages(b'{"pages": 2}\n') == 2
    with pytest.raises(sandbox.DarkroomBroken):
        sandbox._read_pages(given)


def test_the_limits_are_the_promised_ones() -> None:
    assert (rights.MEMORY_BYTES, child.CPU_S) == (768 * 1024 * 1024, 5)
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 0  # ours are untouched


async def _first_child() -> int:
    for _ in range(12_000):
        if children := _children():
            return children[0]
        await asyncio.sleep(0.005)
    raise AssertionError("no child was started")


def _children() -> list[int]:
    """Image processes of this test run; it has other children too, PostgreSQL among them."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        # Threads and children end while they are counted; what has ended isn't running.
        with suppress(FileNotFoundError, ProcessLookupError):
            for pid in (task / "children").read_text().split():
                if b"darkroom" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.append(int(pid))
    return found
