"""The audit log: a line commits with what it tells of, and nobody changes it afterwards."""

from uuid import uuid4

import asyncpg
import pytest

from backend.core import audit
from backend.core.database import execute, fetchrow, fetchval, transaction
from backend.core.errors import Conflict
from tests.house import House


async def test_a_line_commits_with_its_cause(house: House) -> None:
    actor, subject = uuid4(), uuid4()
    with pytest.raises(Conflict):
        async with transaction():
            await audit.record("thing.done", actor=actor, community=None, subject="thing", subject_id=subject)
            raise Conflict()
    assert await fetchval("SELECT count(*) FROM audit_line") == 0
    async with transaction():
        line = await audit.record(
            "thing.done",
            actor=actor,
            community=None,
            subject="thing",
            subject_id=subject,
            reason="因为",
            details={"n": 1},
        )
    row = await fetchrow("SELECT * FROM audit_line WHERE id = $1", line)
    assert row is not None and (row["actor"], row["reason"], row["details"]) == (actor, "因为", '{"n": 1}')


async def test_no_line_outside_a_transaction(house: House) -> None:
    with pytest.raises(RuntimeError):
        await audit.record("thing.done", actor=None, community=None, subject="thing", subject_id=None)
    assert await fetchval("SELECT count(*) FROM audit_line") == 0


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_line SET reason = 'other'",
        "UPDATE audit_line SET at = now() WHERE action = 'thing.done'",
        "DELETE FROM audit_line",
        "TRUNCATE audit_line",
        "TRUNCATE audit_line CASCADE",
        "INSERT INTO audit_line SELECT * FROM audit_line ON CONFLICT (id) DO UPDATE SET reason = 'other'",
        "MERGE INTO audit_line a USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    ],
)
async def test_no_statement_changes_a_line(house: House, change: str) -> None:
    async with transaction():
        await audit.record("thing.done", actor=None, community=None, subject="thing", subject_id=None, reason="因为")
    with pytest.raises(asyncpg.RestrictViolationError):
        await execute(change)
    assert await fetchval("SELECT reason FROM audit_line") == "因为"
