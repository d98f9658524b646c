"""The one place that knows what a database or Redis error means for the caller."""

from typing import Literal

import asyncpg
from redis.exceptions import RedisError

Failure = Literal["retryable", "unknown", "refused", "bug"]
"""retryable: it did not happen, asking again is right. unknown: it may have happened; asking again is right with the
same idempotency key. refused: the database will never take these values. bug: ours."""

# By SQLSTATE, longest prefix first (PostgreSQL 18, appendix A).
_BY_SQLSTATE: dict[str, Failure] = {
    "08": "unknown",
    "08001": "retryable",
    "08004": "retryable",
    "08P01": "bug",
    "0A000": "bug",
    "22": "refused",
    "23": "refused",
    # A missing value is our code's omission: what people send is checked before.
    "23502": "bug",
    # The server says so by name: an idle transaction was ours to end.
    "25P03": "retryable",
    "25006": "retryable",
    "40": "retryable",
    "40002": "refused",
    "40003": "unknown",
    "53": "retryable",
    "55006": "retryable",
    "55P03": "retryable",
    "57": "unknown",
    "57014": "retryable",
    "57P03": "retryable",
    "58": "unknown",
}

# asyncpg says these before a byte has left, so nothing can have happened.
_NOT_SENT = (
    "connection is closed",
    "connection was closed",
    "underlying connection is closed",
    "pool is closed",
    "pool is closing",
    "another operation is cancelling",
    "connection has been released",
)


def classify(error: BaseException) -> Failure:
    """What an exception out of asyncpg, redis-py or the socket below them means. Anything else is a bug."""
    if isinstance(error, asyncpg.InvalidCachedStatementError | asyncpg.OutdatedSchemaCacheError):
        # A migration ran beside us: the next try plans anew.
        return "retryable"
    if isinstance(error, asyncpg.PostgresError):
        return _by_sqlstate(error.sqlstate)
    if isinstance(error, asyncpg.InterfaceError):
        return _by_interface_error(error)
    if isinstance(error, asyncpg.InternalClientError):
        # Neither PostgresError nor InterfaceError: how asyncpg reports a connection lost at an awkward moment.
        return "unknown"
    if isinstance(error, RedisError):
        return "retryable"
    if isinstance(error, TimeoutError | ConnectionError | EOFError):
        return "unknown"
    if isinstance(error, OSError) and error.filename is None:
        # A socket that isn't there is FileNotFoundError too, but only a file has a name.
        return "unknown"
    return "bug"


def is_value_refused(error: BaseException) -> bool:
    """Among `refused`: the value itself is impossible (422), not in conflict with what is stored (409)."""
    if isinstance(error, asyncpg.PostgresError):
        return (error.sqlstate or "").startswith("22")
    return isinstance(error, asyncpg.InterfaceError)


def _by_sqlstate(sqlstate: str | None) -> Failure:
    for length in (5, 2):
        found = _BY_SQLSTATE.get((sqlstate or "")[:length])
        if found is not None:
            return found
    return "bug"


def _by_interface_error(error: asyncpg.InterfaceError) -> Failure:
    if isinstance(error, ValueError) and not isinstance(error, asyncpg.ClientConfigurationError):
        # "invalid input for query argument": asyncpg could not encode the value.
        return "refused"
    text = str(error)
    return "retryable" if any(words in text for words in _NOT_SENT) else "bug"
