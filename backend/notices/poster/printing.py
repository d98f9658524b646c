"""Asks a child process for a poster, a few at a time."""

import asyncio
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from weakref import WeakKeyDictionary

import msgspec

from backend.core.logs import get_logger
from backend.notices.poster.content import NO_FONT_STATUS, Poster, plain
from backend.notices.poster.errors import FontMissing, PosterFailed
from backend.settings import Settings, settings

WALL_S = 30
"""For a child starved of processor by others; its own time is bounded by its `CPU_S`."""
POSTERS_AT_ONCE = 2
"""Each takes some 150 MB for half a second to two."""
FONT_WHEEL = "manimgx_fonts_cjk"
"""Noto Sans CJK as its makers publish it, all weights in one file (docs/decisions/0010)."""

_HOUSE = Path(__file__).resolve().parents[3]
# -I: neither environment nor current folder can put modules in the child's way.
_START = "import sys; sys.path.insert(0, sys.argv[1]); from backend.notices.poster.child import main; main()"
_slots: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

log = get_logger(__name__)


async def poster_pdf(content: Poster) -> bytes:
    """An A4 PDF of one page, or of as many as the text needs at 16 pt. Raises FontMissing, PosterFailed.

    A character that the font lacks is printed as 〓, and the poster says so.
    """
    return await print_poster(content, font_folder(settings()))


async def print_poster(content: Poster, fonts: Path) -> bytes:
    """As `poster_pdf`, with the fonts of this folder."""
    request = msgspec.json.encode({"content": plain(content), "font_folder": str(fonts)})
    slots = _slots.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(POSTERS_AT_ONCE))
    async with slots:
        return await _printed(request)


def font_folder(chosen: Settings) -> Path:
    """Where the fonts should be; whether the right one is there only the child looks. Raises FontMissing."""
    if chosen.font_folder is not None:
        folder = chosen.font_folder.absolute()
    else:
        wheel = find_spec(FONT_WHEEL)
        if wheel is None or not wheel.submodule_search_locations:
            raise FontMissing()
        folder = Path(wheel.submodule_search_locations[0])
    if not folder.is_dir():
        raise FontMissing()
    return folder


async def _printed(request: bytes) -> bytes:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-c",
        _START,
        str(_HOUSE),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={name: os.environ[name] for name in ("LD_LIBRARY_PATH", "TZ") if name in os.environ},
        cwd="/",
        # Ctrl-C at the terminal is for us to answer, not for the child to die of.
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(WALL_S):
            pdf, _ = await child.communicate(request)
    except TimeoutError:
        log.error("poster took too long")
        raise PosterFailed() from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode == NO_FONT_STATUS:
        raise FontMissing()
    if child.returncode != 0 or not pdf.startswith(b"%PDF-"):
        log.error("poster failed", status=child.returncode)
        raise PosterFailed()
    return pdf
