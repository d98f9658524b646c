"""`linli migrate`: brings the database schema up to date. Repeats harmlessly."""

import argparse
import asyncio
from collections.abc import Sequence

import asyncpg

from backend.migrate import MigrationFailed, migrate
from backend.parts.trouble import Trouble


def main(words: Sequence[str]) -> None:
    argparse.ArgumentParser(prog="linli migrate", description=__doc__).parse_args(words)
    try:
        asyncio.run(migrate())
    except MigrationFailed as failed:
        raise Trouble(
            f"数据库结构更新失败,未作改动:{failed}", f"The schema could not be brought up to date: {failed}"
        ) from failed
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Trouble(f"无法使用数据库:{error}。", f"The database cannot be used: {error}.") from error
