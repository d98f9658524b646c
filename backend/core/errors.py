"""How Linli says no: one class a kind of refusal, one stable code a reason, one sentence a code.

A domain subclasses these in its own `errors` room and gives a `code`; the sentence for each code
stands in backend/locales. Nothing here knows HTTP beyond the status number: `core.problems` turns
a refusal into an answer.
"""

from collections.abc import Sequence
from typing import ClassVar

import msgspec


class FieldError(msgspec.Struct, frozen=True):
    """One field that was refused. `detail` is filled from the code's sentence when left out."""

    field: str
    code: str
    detail: str | None = None
    params: dict[str, str | int] = {}


class Refusal(Exception):
    """The server understood and says no. Keyword arguments fill the sentence's `{placeholders}`.

    `keeps_writes`: `transaction()` commits what was written before the refusal was raised (a
    counted failure must outlive the refusal that it leads to). False for everything else.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "core.malformed"
    keeps_writes: bool = False

    def __init__(
        self,
        *,
        fields: Sequence[FieldError] = (),
        retry_after_s: int | None = None,
        keeps_writes: bool | None = None,
        **params: str | int,
    ) -> None:
        super().__init__(self.code)
        self.params = params
        self.fields = tuple(fields)
        self.retry_after_s = retry_after_s
        if keeps_writes is not None:
            self.keeps_writes = keeps_writes


class Malformed(Refusal):
    status = 400
    code = "core.malformed"


class FrameUnknown(Malformed):
    """A type of frame that this server doesn't take."""

    code = "core.frame_unknown"


class CursorInvalid(Malformed):
    code = "core.cursor_invalid"


class Unauthenticated(Refusal):
    status = 401
    code = "core.unauthenticated"


class Forbidden(Refusal):
    status = 403
    code = "core.forbidden"


class SocketDisplaced(Forbidden):
    """The account opened more sockets than one person needs."""

    code = "core.socket_displaced"


class RightsChanged(Forbidden):
    """A role was lost while the socket was open."""

    code = "core.rights_changed"


class NotFound(Refusal):
    """Absent, or not yours to know: the two must read the same."""

    status = 404
    code = "core.not_found"


class MethodNotAllowed(Refusal):
    status = 405
    code = "core.method_not_allowed"


class TooSlow(Refusal):
    """The body did not arrive in time."""

    status = 408
    code = "core.too_slow"


class SocketTooSlow(TooSlow):
    """The other end reads less than there is for it."""

    code = "core.socket_too_slow"


class Conflict(Refusal):
    status = 409
    code = "core.conflict"


class KeyReused(Conflict):
    code = "core.key_reused"


class Gone(Refusal):
    status = 410
    code = "core.gone"


class CursorExpired(Gone):
    code = "core.cursor_expired"


class PreconditionFailed(Refusal):
    status = 412
    code = "core.precondition_failed"


class TooLarge(Refusal):
    status = 413
    code = "core.too_large"


class UnsupportedType(Refusal):
    status = 415
    code = "core.unsupported_type"


class Invalid(Refusal):
    """Well-formed, but values are refused: `Invalid(fields=[FieldError("phone", "field.pattern")])`."""

    status = 422
    code = "core.invalid"


class KeyRequired(Refusal):
    status = 428
    code = "core.key_required"


class PreconditionRequired(Refusal):
    status = 428
    code = "core.precondition_required"


class TooMany(Refusal):
    """Always carries `retry_after_s`, which is also the sentence's `{retry_after_s}`."""

    status = 429
    code = "core.too_many"

    def __init__(
        self,
        *,
        retry_after_s: int = 60,
        fields: Sequence[FieldError] = (),
        keeps_writes: bool | None = None,
        **params: str | int,
    ) -> None:
        super().__init__(fields=fields, retry_after_s=retry_after_s, keeps_writes=keeps_writes, **params)
        self.params.setdefault("retry_after_s", retry_after_s)


class HeadTooLarge(Refusal):
    status = 431
    code = "core.head_too_large"


class Unavailable(Refusal):
    """A part is away and will be back; asking again is right."""

    status = 503
    code = "core.unavailable"

    def __init__(
        self,
        *,
        retry_after_s: int = 2,
        fields: Sequence[FieldError] = (),
        keeps_writes: bool | None = None,
        **params: str | int,
    ) -> None:
        super().__init__(fields=fields, retry_after_s=retry_after_s, keeps_writes=keeps_writes, **params)
