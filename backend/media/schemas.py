"""What crosses the wire about pictures."""

from typing import Literal
from uuid import UUID

import msgspec

from backend.media.rules import Purpose


class MediaOut(msgspec.Struct, forbid_unknown_fields=True):
    """`width` and `height` are the widest variant's, in px; empty while `processing`.

    `variants` are the widths that are stored. All of 320, 720 and 1440 can be asked for: nothing is enlarged, so a
    small picture's widest variant answers for the wider ones. `thumbhash` is base64.
    """

    id: UUID
    state: Literal["processing", "ready"]
    purpose: Purpose
    width: int | None
    height: int | None
    thumbhash: str | None
    variants: list[Literal["320", "720", "1440"]]
