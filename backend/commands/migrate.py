"""`linli migrate`: brings the database schema up to date. Repeats harmlessly."""

import argparse
import asyncio
from collections.abc import Sequence

from backend.commands.database import database_in_reach
from backend.migrate import MigrationFailed, migrate
from backend.parts.trouble import Trouble


def main(words: Sequence[str]) -> None:
    argparse.ArgumentParser(prog="linli migrate", description=__doc__).parse_args(words)
    try:
        with database_in_reach():
            asyncio.run(migrate())
    except MigrationFailed as failed:
        raise Trouble(
            f"数据库结构更新失败,未作改动:{failed}", f"The schema could not be brought up to date: {failed}"
        ) from failed
