"""`linli demo`: fills the demo neighbourhood, the first time only."""

import argparse
import asyncio
from collections.abc import Sequence

from backend.commands.database import database_in_reach
from backend.demo import fill
from backend.parts.trouble import Trouble
from backend.settings import settings


def main(words: Sequence[str]) -> None:
    """Refuses unless LINLI_DEMO=1: invented people have no business among real ones."""
    argparse.ArgumentParser(prog="linli demo", description=__doc__).parse_args(words)
    if not settings().demo:
        raise Trouble("演示数据只在 LINLI_DEMO=1 时填充。", "Demo data is filled only when LINLI_DEMO=1.")
    with database_in_reach():
        asyncio.run(fill())
