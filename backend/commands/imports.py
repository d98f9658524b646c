"""`linli import addresses`: a community's homes from a CSV or XLSX, in this process and before your eyes."""

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from backend.app import register_domains
from backend.commands.database import database_in_reach
from backend.core.database import close_pool, open_pool
from backend.core.errors import Refusal
from backend.core.sentences import sentence
from backend.identity.queries import imports as queries
from backend.identity.rules.address_files import FILE_MAX_BYTES
from backend.identity.schemas.imports import ImportOut
from backend.identity.service import imports as service
from backend.parts.trouble import Trouble

CONNECTIONS_MAX = 2
COUNTS = (
    ("rows_total", "行", "rows"),
    ("created", "新增", "created"),
    ("updated", "更新面积", "floor area updated"),
    ("unchanged", "未变", "unchanged"),
    ("errors", "有误", "with errors"),
)


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="linli import", description=__doc__)
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="addresses")
    addresses = kinds.add_parser(
        "addresses", help="小区,楼栋,单元,户[,面积] / estate,building,entrance,home[,floor_area]"
    )
    addresses.add_argument("file", type=Path)
    addresses.add_argument("--community", required=True, help="name or id")
    addresses.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
    chosen = parser.parse_args(words)
    console = Console()
    content = read_file(chosen.file)
    with database_in_reach():
        told, errors = asyncio.run(import_file(chosen.file, content, chosen.community, chosen.dry_run, console))
    show(told, console)
    if told.errors:
        save_errors(chosen.file, errors, console)
    return 0 if told.state == "done" and not told.errors else 1


def read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(FILE_MAX_BYTES + 1)
    except OSError as error:
        raise Trouble(f"无法读取 {path}:{error.strerror}。", f"{path} cannot be read: {error.strerror}.") from error
    if len(content) > FILE_MAX_BYTES:
        megabytes = FILE_MAX_BYTES // 1024 // 1024
        raise Trouble(f"{path} 超过 {megabytes} MB,请分成几份。", f"{path} is over {megabytes} MB: please split it.")
    return content


async def import_file(
    path: Path, content: bytes, name_or_id: str, dry_run: bool, console: Console
) -> tuple[ImportOut, bytes]:
    register_domains()
    await open_pool(size=CONNECTIONS_MAX)
    try:
        community = await queries.community_called(name_or_id)
        if community is None:
            raise Trouble(f"没有名为“{name_or_id}”的社区。", f"There is no community called {name_or_id!r}.")
        import_id = await _stored(community, content, path.name, dry_run)
        with Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
        ) as progress:
            bar = progress.add_task(f"{path.name}", total=None)
            try:
                await service.run_import(
                    import_id, lambda done, total: progress.update(bar, completed=done, total=total)
                )
            except asyncio.CancelledError:
                await service.give_up(import_id)
                raise
        return await queries.for_operator(import_id, "zh-CN")
    finally:
        await close_pool()


def show(told: ImportOut, console: Console) -> None:
    table = Table(title="试运行,未作改动 · dry run, nothing written" if told.dry_run else None, title_justify="left")
    for _, zh, en in COUNTS:
        table.add_column(f"{zh} {en}", justify="right")
    table.add_row(*(str(getattr(told, name)) for name, _, _ in COUNTS))
    console.print(table)
    if told.state != "done":
        console.print(f"✗ {told.detail or told.state}", highlight=False, markup=False)


def save_errors(path: Path, errors: bytes, console: Console) -> None:
    """Beside where the command runs, never over the file that was read."""
    target = Path(f"{path.stem}-errors.csv")
    target.write_bytes(errors)
    console.print(f"有误的行见 {target} · rows with errors: {target}", highlight=False, markup=False)


async def _stored(community: UUID, content: bytes, name: str, dry_run: bool) -> UUID:
    try:
        return await service.store(community, content=content, file_name=name, dry_run=dry_run, started_by=None)
    except Refusal as refusal:
        raise Trouble(sentence(refusal.code, "zh-CN"), sentence(refusal.code, "en")) from refusal
