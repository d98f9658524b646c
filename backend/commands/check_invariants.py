"""`linli check-invariants`: exits 0 when every rule of `backend.invariants` holds, 1 when one doesn't."""

import argparse
import asyncio
from collections.abc import Sequence
from typing import NamedTuple

import asyncpg
from rich.console import Console

from backend.commands.database import database_in_reach
from backend.invariants import INVARIANTS, Invariant
from backend.settings import settings

OFFENDERS_SHOWN_MAX = 20
# In production beside real work: a check that takes longer has to wait for a quieter hour.
STATEMENT_TIMEOUT_MS = 60_000


class Verdict(NamedTuple):
    invariant: Invariant
    offenders: list[str]


def main(words: Sequence[str]) -> int:
    argparse.ArgumentParser(prog="linli check-invariants", description=__doc__).parse_args(words)
    with database_in_reach():
        verdicts = asyncio.run(check_all(settings().dsn))
    show(verdicts)
    return 1 if any(verdict.offenders for verdict in verdicts) else 0


async def check_all(dsn: str, invariants: Sequence[Invariant] = INVARIANTS) -> list[Verdict]:
    """All in one snapshot that cannot write. At most OFFENDERS_SHOWN_MAX offenders each."""
    # tidy: allow connecting, because it reads one long snapshot beside the pool
    connection = await asyncpg.connect(dsn, server_settings={"statement_timeout": str(STATEMENT_TIMEOUT_MS)})
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return [Verdict(invariant, await _offenders(connection, invariant)) for invariant in invariants]
    finally:
        await connection.close()


def show(verdicts: Sequence[Verdict]) -> None:
    console = Console(highlight=False, soft_wrap=True, markup=False)
    for invariant, offenders in verdicts:
        console.print(f"{'✗' if offenders else '✓'} {invariant.name}: {invariant.rule}")
        for offender in offenders:
            console.print(f"    {offender}")


async def _offenders(connection: asyncpg.Connection, invariant: Invariant) -> list[str]:
    rows = await connection.fetch(f"SELECT * FROM ({invariant.offenders}) AS found LIMIT {OFFENDERS_SHOWN_MAX}")
    return [str(row[0]) for row in rows]
