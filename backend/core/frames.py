"""What a socket says: the frames that a client may send, and what answers them.

A domain declares its frames as it declares its reactions: `FRAMES = {Typing: show_typing}`.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec

from backend.core.auth import Caller
from backend.core.errors import FrameUnknown, Invalid, Malformed, TooLarge, UnsupportedType
from backend.core.strict_json import NotStrictJSON, check_json

FRAME_MAX_BYTES = 32 * 1024
"""A chat message of 4,000 characters is 12 KB. The server itself closes at 64 KiB, with 1009 and without a word."""
TOKEN_MAX_CHARS = 2048
DEVICE_MAX_CHARS = 60
CURSORS_MAX = 500
"""Conversations that one phone keeps."""


class Frame(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag=str.lower):
    """From a client. The class's name in small letters is its `type`."""


class Device(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As in `POST /auth/sessions`."""

    platform: Annotated[str, msgspec.Meta(max_length=10)]
    name: Annotated[str, msgspec.Meta(max_length=DEVICE_MAX_CHARS)]


class Hello(Frame, frozen=True):
    """The first frame. `cursors` holds what the client has of each conversation, by its id."""

    token: Annotated[str, msgspec.Meta(min_length=1, max_length=TOKEN_MAX_CHARS)]
    device: Annotated[str, msgspec.Meta(max_length=DEVICE_MAX_CHARS)] | Device | None = None
    cursors: Annotated[dict[UUID, Annotated[int, msgspec.Meta(ge=0)]], msgspec.Meta(max_length=CURSORS_MAX)] = {}


class Ping(Frame, frozen=True):
    n: int


class _Kind(msgspec.Struct):
    type: str


AnyFrame = TypeVar("AnyFrame", bound=Frame)
Answer = Callable[[Caller, Any], Awaitable[Mapping[str, Any] | None]]
"""Takes the caller and the frame; what it returns is sent back to the one socket. Raises refusals like a service."""


async def pong(_: Caller, frame: Ping) -> Mapping[str, Any]:
    return {"type": "pong", "n": frame.n}


_answers: dict[str, tuple[type[Frame], Answer]] = {}


def register_frames(frames: Mapping[type[Frame], Answer]) -> None:
    """Adds a domain's frames. Registering the same one twice changes nothing."""
    _answers.update({str(kind.__struct_config__.tag): (kind, answer) for kind, answer in frames.items()})


def read_hello(message: Mapping[str, Any]) -> Hello:
    """The frame in an ASGI message. Raises what `read_frame` raises."""
    return _decoded(_checked(message), Hello)


def read_frame(message: Mapping[str, Any]) -> tuple[Frame, Answer]:
    """The frame and what answers it. Raises UnsupportedType for bytes, TooLarge, Malformed, FrameUnknown, Invalid."""
    body = _checked(message)
    try:
        known = _answers.get(msgspec.json.decode(body, type=_Kind).type)
    except msgspec.ValidationError:
        raise Malformed() from None
    if known is None:
        raise FrameUnknown()
    kind, answer = known
    return _decoded(body, kind), answer


def _checked(message: Mapping[str, Any]) -> bytes:
    text = message.get("text")
    if text is None:
        raise UnsupportedType()
    body: bytes = text.encode()
    if len(body) > FRAME_MAX_BYTES:
        raise TooLarge()
    try:
        check_json(body)
    except NotStrictJSON:
        raise Malformed() from None
    return body


def _decoded(body: bytes, kind: type[AnyFrame]) -> AnyFrame:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError:
        raise Invalid() from None


FRAMES: Mapping[type[Frame], Answer] = {Ping: pong}
