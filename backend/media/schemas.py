"""What crosses the wire about pictures and attached files."""

from typing import Literal
from uuid import UUID

import msgspec

from backend.media.rules import Kind, Purpose

Variant = Literal["320", "720", "1440", "file"]


class MediaOut(msgspec.Struct, forbid_unknown_fields=True):
    """`width` and `height` are the widest variant's, in px; empty while `processing`.

    `variants` are the widths that are stored. All of 320, 720 and 1440 can be asked for: nothing is enlarged, so a
    small picture's widest variant answers for the wider ones. `thumbhash` is base64. A PDF has `pages` in place of a
    size, and the one variant `file`. Only attachments keep a `name`.
    """

    id: UUID
    state: Literal["processing", "ready"]
    purpose: Purpose
    kind: Kind
    name: str | None
    pages: int | None
    width: int | None
    height: int | None
    thumbhash: str | None
    variants: list[Variant]


class Attachment(msgspec.Struct, frozen=True):
    """What a screen of another domain needs to show one. As in MediaOut; `size_bytes` is what is stored."""

    id: UUID
    kind: Kind
    name: str
    size_bytes: int
    pages: int | None
    width: int | None
    height: int | None
    thumbhash: str | None
    variants: list[Variant]
