"""What the hub needs to know of a socket."""

from typing import Protocol

from backend.core.auth import Caller
from backend.core.errors import Refusal
from backend.core.sentences import Locale


class Listener(Protocol):
    """Neither call waits: the hub serves everybody and may be held up by nobody."""

    caller: Caller
    locale: Locale

    def offer(self, frame: bytes) -> None:
        """Queues a frame. A listener that can't keep up refuses itself."""

    def refuse(self, refusal: Refusal) -> None:
        """Says why and ends the socket."""
