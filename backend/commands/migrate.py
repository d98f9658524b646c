"""`linli migrate`: brings the database schema up to date. Repeats harmlessly."""

import argparse
import asyncio
from collections.abc import Sequence

from backend.commands.demo import fill_demo
from backend.migrate import migrate


def main(words: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="linli migrate", description=__doc__)
    parser.add_argument("--demo", action="store_true", help="then fill the demo neighbourhood, unless it is there")
    chosen = parser.parse_args(words)
    asyncio.run(bring_up(demo=chosen.demo))


async def bring_up(*, demo: bool) -> None:
    await migrate()
    if demo:
        await fill_demo()
