"""How media says no."""

from typing import Any

from backend.core.errors import Invalid, Refusal, TooLarge, UnsupportedType
from backend.media import rules
from backend.media.darkroom import pictures


class FileTooLarge(TooLarge):
    code = "media.file_too_large"


class PdfTooLarge(FileTooLarge):
    """As any other file, with a number of its own."""


class SpaceFull(TooLarge):
    """This person's pictures fill their share of the disk."""

    code = "media.space_full"


class FilesFull(TooLarge):
    code = "media.files_full"


class UnknownKind(UnsupportedType):
    """By its bytes neither JPEG, PNG, WebP nor GIF, whatever its name says."""

    code = "media.unknown_kind"


class UnknownAttachment(UnsupportedType):
    """As UnknownKind, and no PDF either."""

    code = "media.unknown_attachment"


class Damaged(Invalid):
    """Cut short, contradicting itself, or not decodable."""

    code = "media.damaged"


class TooManyPixels(Invalid):
    code = "media.too_many_pixels"


class SideTooLong(Invalid):
    code = "media.side_too_long"


class TooManyFrames(Invalid):
    code = "media.too_many_frames"


class TooHeavy(Invalid):
    """Its decoding took more memory or time than any honest picture does."""

    code = "media.too_heavy"


class Encrypted(Invalid):
    """A PDF that asks for a password, or forbids something."""

    code = "media.encrypted"


class Scripted(Invalid):
    """A PDF that runs something when it is opened or touched: JavaScript, a program, another file."""

    code = "media.scripted"


class FilesInside(Invalid):
    """A PDF with other files in it."""

    code = "media.files_inside"


class TooManyPages(Invalid):
    code = "media.too_many_pages"


class NotUsable(Invalid):
    """One of the named media is absent, somebody else's, of another purpose, not ready, or in use already."""

    code = "media.not_usable"


_MEGABYTE = 1024 * 1024

_PARAMS: dict[type[Refusal], dict[str, Any]] = {
    FileTooLarge: {"megabytes": rules.MAX_FILE_BYTES // _MEGABYTE},
    PdfTooLarge: {"megabytes": rules.MAX_PDF_BYTES // _MEGABYTE},
    SpaceFull: {"megabytes": rules.MAX_BYTES_PER_PERSON // _MEGABYTE},
    FilesFull: {"files": rules.MAX_FILES_PER_PERSON},
    TooManyPixels: {"megapixels": pictures.MAX_PIXELS // 1_000_000},
    SideTooLong: {"pixels": pictures.MAX_SIDE_PX},
    TooManyFrames: {"frames": pictures.MAX_FRAMES},
    TooManyPages: {"pages": pictures.MAX_PAGES},
}
_OF_PICTURES = (UnknownKind, Damaged, TooManyPixels, SideTooLong, TooManyFrames, TooHeavy)
_OF_PDFS = (Encrypted, Scripted, FilesInside, TooManyPages)
REASONS: dict[str, type[Refusal]] = {kind.code: kind for kind in (*_OF_PICTURES, *_OF_PDFS)}
"""What an upload can be refused for once it is looked at, by the code that its row keeps."""


def refusal(kind: type[Refusal]) -> Refusal:
    """With the numbers that its sentence names."""
    return kind(**_PARAMS.get(kind, {}))


def refusal_of(code: str) -> Refusal:
    return refusal(REASONS.get(code, Damaged))
