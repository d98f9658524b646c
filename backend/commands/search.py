"""`linli search rebuild`: makes every searched document anew, while searches go on answering."""

import argparse
import asyncio
from collections.abc import Sequence

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from backend.app import register_domains
from backend.commands.database import database_in_reach
from backend.core.database import close_pool, open_pool
from backend.parts.trouble import Trouble
from search import document
from search.engines import EngineAway
from search.service import rebuilding

CONNECTIONS_MAX = 2


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="linli search", description=__doc__)
    parser.add_argument("what", choices=["rebuild"])
    parser.parse_args(words)
    console = Console()
    with database_in_reach():
        own, outside = asyncio.run(rebuild(console))
    console.print(f"PostgreSQL: {own}" + (f" · Meilisearch: {outside}" if outside else ""))
    return 0


async def rebuild(console: Console) -> tuple[int, int]:
    """How many documents PostgreSQL and the outside engine have now."""
    register_domains()
    await open_pool(size=CONNECTIONS_MAX)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed:.0f}"),
        TimeElapsedColumn(),
    )
    try:
        with Progress(*columns, console=console) as progress:
            bars = {kind: progress.add_task(kind, total=None) for kind in document.kinds()}

            def tell(kind: str, count: int) -> None:
                progress.advance(bars[kind], count)

            own = await rebuilding.rebuild_own(tell)
            return own, await rebuilding.rebuild_outside(lambda _kind, _count: None)
    except EngineAway as away:
        raise Trouble(
            f"PostgreSQL 的索引已重建,Meilisearch 没有响应:{away}。",
            f"PostgreSQL's index is rebuilt; Meilisearch did not answer: {away}.",
        ) from away
    finally:
        await close_pool()
