"""The id of the request being served, for answers, audit lines and log lines alike."""

from contextvars import ContextVar

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def current_request_id() -> str | None:
    """None outside a request."""
    return _request_id.get()


def set_request_id(value: str | None) -> None:
    _request_id.set(value)
