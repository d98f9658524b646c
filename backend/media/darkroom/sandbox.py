"""Opens pictures and PDFs in child processes, a few at a time; a child that breaks takes one file with it."""

import asyncio
import os
import sys
from pathlib import Path
from weakref import WeakKeyDictionary

import msgspec

from backend.media.darkroom.pictures import (
    MAX_HEIGHT_PER_WIDTH,
    MAX_PAGES,
    WIDTHS_PX,
    Developed,
    ImageRefused,
    Variant,
)
from backend.settings import settings

WALL_S = 30
"""For a child starved of processor by others; its own time is bounded by its `CPU_S`."""
MAX_ANSWER_BYTES = 32 * 1024 * 1024
"""Three variants of pure noise take about 16 MB."""
MAX_HEADER_BYTES = 4096

_HOUSE = Path(__file__).resolve().parents[3]
# -I: neither environment nor current folder can put modules in the child's way.
_START = "import sys; sys.path.insert(0, sys.argv[1]); from backend.media.darkroom.{} import main; main()"
_PICTURE_CHILD, _PDF_CHILD = "child", "pdf_child"
_slots: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


class DarkroomBroken(Exception):
    """The child could not even start or answered nonsense by itself: our fault, worth a retry."""


class _VariantLine(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    width: int
    height: int
    bytes: int


class _Answer(msgspec.Struct, forbid_unknown_fields=True):
    thumbhash: str = ""
    variants: list[_VariantLine] = []
    pages: int = 0
    refused: str = ""


def slot() -> asyncio.Semaphore:
    """Hold it while developing, and before reading the file: that bounds processes and memory alike."""
    return _slots.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(settings().worker_processes))


async def develop(raw: bytes) -> Developed:
    """Raises ImageRefused when the picture is not taken, its child having been killed included."""
    return _read_answer(await _run_child(_PICTURE_CHILD, raw))


async def count_pages(raw: bytes) -> int:
    """Of a PDF that may be kept as it is. Raises ImageRefused as `develop` does."""
    return _read_pages(await _run_child(_PDF_CHILD, raw))


async def _run_child(module: str, raw: bytes) -> bytes:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-c",
        _START.format(module),
        str(_HOUSE),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=_environment(),
        cwd="/",
        # Ctrl-C at the terminal is for us to answer, not for the child to die of.
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(WALL_S):
            _, answer = await asyncio.gather(_feed(child, raw), _read_bounded(child))
            status = await child.wait()
    except TimeoutError:
        raise ImageRefused("media.too_heavy") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if status < 0:  # ended by a signal: a limit, or a decoder's crash
        raise ImageRefused("media.too_heavy")
    if status > 0:
        raise DarkroomBroken(f"the image process ended with status {status}")
    return answer


def _environment() -> dict[str, str]:
    # One malloc arena: each further one reserves 64 MB of the address space the picture needs.
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "TZ") if name in os.environ}
    return {"MALLOC_ARENA_MAX": "1", **kept}


async def _feed(child: asyncio.subprocess.Process, raw: bytes) -> None:
    assert child.stdin is not None
    try:
        child.stdin.write(raw)
        await child.stdin.drain()
    except (BrokenPipeError, ConnectionResetError):
        pass  # it ended before it had read all; its status says why
    child.stdin.close()


async def _read_bounded(child: asyncio.subprocess.Process) -> bytes:
    assert child.stdout is not None
    answer = bytearray()
    while chunk := await child.stdout.read(1024 * 1024):
        answer += chunk
        if len(answer) > MAX_ANSWER_BYTES:
            child.kill()
            break
    return bytes(answer)


def _read_answer(answer: bytes) -> Developed:
    """Believes nothing: a decoder taken over by its picture could answer anything."""
    header, end = _read_header(answer)
    try:
        thumbhash = msgspec.json.decode(msgspec.json.encode(header.thumbhash), type=bytes)
    except msgspec.DecodeError:
        raise DarkroomBroken("the image process gave a thumbhash that is none") from None
    made: list[Variant] = []
    position = end + 1
    for line, widest in zip(header.variants, WIDTHS_PX, strict=False):
        webp = answer[position : position + line.bytes] if line.bytes > 0 else b""
        position += len(webp)
        whole = len(webp) == line.bytes and webp[:4] == b"RIFF" and webp[8:12] == b"WEBP"
        fits = 0 < line.width <= widest and 0 < line.height <= widest * MAX_HEIGHT_PER_WIDTH
        if line.name != str(widest) or not fits or not whole:
            raise DarkroomBroken("the image process gave variants that don't fit their names")
        made.append(Variant(line.name, line.width, line.height, webp))
    if not made or len(made) != len(header.variants) or position != len(answer) or len(thumbhash) > 64:
        raise DarkroomBroken("the image process gave an answer of the wrong length")
    return Developed(made, thumbhash)


def _read_pages(answer: bytes) -> int:
    header, end = _read_header(answer)
    if not 0 < header.pages <= MAX_PAGES or header.variants or end + 1 != len(answer):
        raise DarkroomBroken("the PDF process gave an answer of the wrong shape")
    return header.pages


def _read_header(answer: bytes) -> tuple[_Answer, int]:
    """And where its line ends. Raises ImageRefused when it is a refusal."""
    end = answer.find(b"\n", 0, MAX_HEADER_BYTES)
    try:
        header = msgspec.json.decode(answer[: max(end, 0)], type=_Answer)
    except msgspec.DecodeError:
        raise DarkroomBroken("the child process gave an answer that cannot be read") from None
    if header.refused:
        raise ImageRefused(header.refused)
    return header, end
