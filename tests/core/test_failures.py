"""Whatever the database or Redis raises is one of four things, and leaves as the answer that this one has."""

import asyncpg
import pytest
from redis import exceptions as redis_errors

from backend.core.failures import classify, is_value_refused
from backend.core.problems import refusal_for


def asyncpg_exceptions() -> list[type[BaseException]]:
    """All that asyncpg can raise, found by walking down from its four roots."""
    found: list[type[BaseException]] = []
    waiting: list[type[BaseException]] = [
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,
    ]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting += kind.__subclasses__()
    return found


# What each class of SQLSTATE may be at all. A code that isn't here is a bug of ours.
EXPECTED_BY_CLASS = {
    "08": {"unknown", "retryable", "bug"},
    "0A": {"retryable", "bug"},
    "22": {"refused"},
    "23": {"refused", "bug"},
    "25": {"retryable", "bug"},
    "40": {"retryable", "unknown", "refused"},
    "53": {"retryable"},
    "55": {"retryable", "bug"},
    "57": {"unknown", "retryable"},
    "58": {"unknown"},
}

EXPECTED = {
    asyncpg.SerializationError: "retryable",
    asyncpg.DeadlockDetectedError: "retryable",
    asyncpg.LockNotAvailableError: "retryable",
    asyncpg.QueryCanceledError: "retryable",
    asyncpg.TooManyConnectionsError: "retryable",
    asyncpg.CannotConnectNowError: "retryable",
    asyncpg.DiskFullError: "retryable",
    asyncpg.InvalidCachedStatementError: "retryable",
    asyncpg.ReadOnlySQLTransactionError: "retryable",
    asyncpg.IdleInTransactionSessionTimeoutError: "retryable",
    asyncpg.AdminShutdownError: "unknown",
    asyncpg.CrashShutdownError: "unknown",
    asyncpg.ConnectionDoesNotExistError: "unknown",
    asyncpg.ConnectionFailureError: "unknown",
    asyncpg.TransactionResolutionUnknownError: "unknown",
    asyncpg.StatementCompletionUnknownError: "unknown",
    asyncpg.InternalClientError: "unknown",
    asyncpg.UniqueViolationError: "refused",
    asyncpg.ForeignKeyViolationError: "refused",
    asyncpg.CheckViolationError: "refused",
    asyncpg.ExclusionViolationError: "refused",
    asyncpg.NotNullViolationError: "bug",
    asyncpg.NumericValueOutOfRangeError: "refused",
    asyncpg.CharacterNotInRepertoireError: "refused",
    asyncpg.UndefinedTableError: "bug",
    asyncpg.PostgresSyntaxError: "bug",
    asyncpg.RaiseError: "bug",
    asyncpg.InsufficientPrivilegeError: "bug",
    asyncpg.InternalServerError: "bug",
    asyncpg.InterfaceError: "bug",
}


@pytest.mark.parametrize("kind", asyncpg_exceptions(), ids=lambda kind: kind.__name__)
def test_every_asyncpg_exception_is_classified(kind: type[BaseException]) -> None:
    error = kind("some words")
    verdict = classify(error)
    sqlstate = getattr(kind, "sqlstate", None)
    if kind in EXPECTED:
        assert verdict == EXPECTED[kind]
    elif sqlstate:
        assert verdict in EXPECTED_BY_CLASS.get(sqlstate[:2], {"bug"})
    refusal = refusal_for(error) if isinstance(error, Exception) else None
    status = {"retryable": 503, "unknown": 503, "bug": None}.get(verdict, 422 if is_value_refused(error) else 409)
    assert (refusal.status if refusal else None) == status


def test_the_walk_sees_them_all() -> None:
    assert len(asyncpg_exceptions()) > 200


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (asyncpg.InterfaceError("connection is closed"), "retryable"),
        (asyncpg.InterfaceError("pool is closing"), "retryable"),
        (asyncpg.InterfaceError("cannot perform operation: another operation is in progress"), "bug"),
        (asyncpg.exceptions._base.DataError("invalid input for query argument $1"), "refused"),
        (TimeoutError(), "unknown"),
        (ConnectionRefusedError(111, "refused"), "unknown"),
        (FileNotFoundError(2, "no such socket"), "unknown"),
        (FileNotFoundError(2, "no such file", "/some/file"), "bug"),
        (OSError(24, "too many open files"), "unknown"),
        (redis_errors.TimeoutError(), "retryable"),
        (redis_errors.BusyLoadingError(), "retryable"),
        (KeyError("x"), "bug"),
        (AssertionError(), "bug"),
    ],
)
def test_others_are_classified(error: Exception, verdict: str) -> None:
    assert classify(error) == verdict
