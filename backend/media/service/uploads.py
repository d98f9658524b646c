"""Reads an upload's multipart body while it arrives: the file to disk, the rest nowhere.

Too long, of the wrong kind or of a strange shape: refused at the byte where that is known, not after the last one.
"""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import IO, Any

from litestar import Request
from multipart import (
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
    parse_options_header,
)

from backend.core.errors import FieldError, Invalid, Malformed, UnsupportedType
from backend.media import errors, rules
from backend.media.darkroom import containers
from backend.settings import settings

MAX_PARTS = 4
"""Two are asked for; a few more let the answer name the unknown field."""
MAX_TEXT_BYTES = 64
WRITE_BYTES = 256 * 1024
"""Gathered before a thread writes them: a thread for every 64 kB piece would cost more than the writing."""
PRIVATE_FOLDER_MODE = 0o700


@dataclass(slots=True)
class Upload:
    """`file` stands at its start and has no name on disk: it is gone with the process, however that ends."""

    file: IO[bytes]
    size: int
    digest: bytes
    purpose: rules.Purpose
    kind: rules.Kind = rules.IMAGE
    name: str | None = None


@asynccontextmanager
async def received(request: Request[Any, Any, Any]) -> AsyncIterator[Upload]:
    """The upload, for as long as the block lasts. Raises Malformed, Invalid, FileTooLarge, UnknownKind."""
    media_type, options = parse_options_header(request.headers.get("content-type", ""))
    if media_type != "multipart/form-data" or not options.get("boundary"):
        raise UnsupportedType()
    with await asyncio.to_thread(_unnamed_file) as file:
        form = _Form(file)
        parser = PushMultipartParser(options["boundary"], max_segment_count=MAX_PARTS, strict=True)
        try:
            async for piece in _body(request):
                for event in parser.parse(piece):
                    await form.take(event)
            parser.close()
        except MultipartError:
            raise Malformed() from None
        yield await form.finished()


class _Form:
    """What has come so far."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._waiting = bytearray()
        self._head = b""
        self._digest = hashlib.sha256()
        self._size = 0
        self._texts: dict[str, bytearray] = {}
        self._names: set[str] = set()
        self._name = ""
        self._file_name = ""
        self._kind: rules.Kind | None = None

    async def take(self, event: MultipartSegment | bytearray | bytes | None) -> None:
        if isinstance(event, MultipartSegment):
            self._begin(event)
        elif event is None:
            if self._name == "file":
                self._tell_kind()
        elif self._name == "file":
            await self._add(event)
        else:
            self._add_text(event)

    async def finished(self) -> Upload:
        purpose = self._purpose()
        missing = [FieldError(name, "field.required") for name in ("file", "purpose") if name not in self._names]
        if missing:
            raise Invalid(fields=missing)
        if purpose not in rules.PURPOSES:
            raise Invalid(fields=[FieldError("purpose", "field.value")])
        kind = self._kind or rules.IMAGE
        if kind == rules.PDF and purpose != rules.ATTACHMENT:
            raise errors.refusal(errors.UnknownKind)
        await self._write()
        self._file.seek(0)
        name = rules.shown_name(self._file_name, kind) if purpose == rules.ATTACHMENT else None
        return Upload(self._file, self._size, self._digest.digest(), purpose, kind, name)

    def _begin(self, segment: MultipartSegment) -> None:
        name = segment.name or ""
        if name not in ("file", "purpose"):
            raise Invalid(fields=[FieldError(name[:MAX_TEXT_BYTES], "field.unknown")])
        if name in self._names:
            raise Malformed()
        self._names.add(name)
        self._name = name
        if name == "file":
            self._file_name = segment.filename or ""

    def _add_text(self, piece: bytes | bytearray) -> None:
        text = self._texts.setdefault(self._name, bytearray())
        text += piece
        if len(text) > MAX_TEXT_BYTES:
            raise Invalid(fields=[FieldError(self._name, "field.length")])

    async def _add(self, piece: bytes | bytearray) -> None:
        self._size += len(piece)
        if len(self._head) < containers.HEAD_BYTES:
            self._head += piece[: containers.HEAD_BYTES]
            if len(self._head) >= containers.HEAD_BYTES:
                self._tell_kind()
        if self._size > (rules.MAX_PDF_BYTES if self._kind == rules.PDF else rules.MAX_FILE_BYTES):
            raise errors.refusal(errors.PdfTooLarge if self._kind == rules.PDF else errors.FileTooLarge)
        self._digest.update(piece)
        self._waiting += piece
        if len(self._waiting) >= WRITE_BYTES:
            await self._write()

    async def _write(self) -> None:
        waiting, self._waiting = self._waiting, bytearray()
        await asyncio.to_thread(self._file.write, waiting)

    def _purpose(self) -> str:
        return self._texts.get("purpose", bytearray()).decode("utf-8", "replace")

    def _tell_kind(self) -> None:
        """By its head. A PDF whose purpose has not come yet may go on: it is asked at the end."""
        found = containers.kind_of(self._head)
        purpose = self._purpose()
        if found is None:
            raise errors.refusal(errors.UnknownAttachment if purpose == rules.ATTACHMENT else errors.UnknownKind)
        if found == containers.PDF and purpose in (rules.PUBLIC, rules.EVIDENCE):
            raise errors.refusal(errors.UnknownKind)
        self._kind = rules.PDF if found == containers.PDF else rules.IMAGE


async def _body(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    """The guard in front of us has bounded its length and its pauses."""
    while True:
        message = await request.receive()
        if message["type"] != "http.request":
            raise Malformed()  # the caller has left; nobody reads this
        if piece := message.get("body", b""):
            yield piece
        if not message.get("more_body", False):
            return


def _unnamed_file() -> IO[bytes]:
    folder = settings().home / "tmp"
    folder.mkdir(mode=PRIVATE_FOLDER_MODE, parents=True, exist_ok=True)
    return tempfile.TemporaryFile(dir=folder)
