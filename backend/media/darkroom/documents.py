"""Reads a stranger's PDF and says how many pages it has, or why it is not taken. It draws nothing and changes nothing.

Pure: bytes in, a number out. As with `images`, nothing but the child process (and tests) may call it.
"""

import errno
import io
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from backend.media.darkroom.pictures import MAX_PAGES, ImageRefused

END_WITHIN_BYTES = 1024
"""Of the last byte: what readers allow to lie behind the end mark."""
RUNS_SOMETHING = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE"})
"""Actions that run code, start a program, or carry data out or in. Links (`/URI`, `/GoTo`) are none."""


def read(data: bytes) -> int:
    """How many pages. Raises ImageRefused: damaged, encrypted, running something, holding other files, too long."""
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-END_WITHIN_BYTES:]:
        raise ImageRefused("media.damaged")
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise ImageRefused("media.encrypted")
        _refuse_what_acts(reader)
        pages = len(reader.pages)
    except ImageRefused:
        raise
    except MemoryError:
        raise ImageRefused("media.too_heavy") from None
    except ImportError:
        raise  # ours: something was not loaded before the child gave up its rights
    except Exception as problem:
        if isinstance(problem, OSError) and problem.errno == errno.EMFILE:
            raise
        raise ImageRefused("media.damaged") from None
    if pages == 0:
        raise ImageRefused("media.damaged")
    if pages > MAX_PAGES:
        raise ImageRefused("media.too_many_pages")
    return pages


def _refuse_what_acts(reader: PdfReader) -> None:
    """Walks every object that can be reached; none of its streams is unpacked."""
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [reader.trailer]
    while waiting:
        found = waiting.pop()
        if isinstance(found, IndirectObject):
            address = (found.idnum, found.generation)
            if address in seen:
                continue
            seen.add(address)
            found = found.get_object()
        if isinstance(found, DictionaryObject):
            _refuse_if_it_acts(found)
            waiting.extend(found.raw_get(key) for key in found)
        elif isinstance(found, ArrayObject):
            waiting.extend(list.__iter__(found))


def _refuse_if_it_acts(found: DictionaryObject) -> None:
    if "/JS" in found or "/XFA" in found or found.get("/S") in RUNS_SOMETHING:
        raise ImageRefused("media.scripted")
    if "/EmbeddedFiles" in found or "/EF" in found or found.get("/Type") == "/EmbeddedFile":
        raise ImageRefused("media.files_inside")
