"""`linli import addresses FILE --community NAME`: the same import as at the desk, with a progress bar."""

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from backend.app import register_domains
from backend.commands.database import database_in_reach
from backend.core.auth import Caller, Grant
from backend.core.database import close_pool, fetchval, open_pool
from backend.core.errors import Refusal
from backend.core.ids import new_id
from backend.core.sentences import sentence
from backend.identity.permissions import COMMITTEE_ADMIN
from backend.identity.queries.imports import error_file, one
from backend.identity.schemas.imports import ImportOut
from backend.identity.service.imports import run_import, store
from backend.parts.trouble import Trouble


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="linli import", description=__doc__)
    parser.add_argument("what", choices=["addresses"])
    parser.add_argument("file", type=Path, help="CSV or XLSX with the columns 小区, 楼栋, 单元, 户 and, if known, 面积")
    parser.add_argument("--community", required=True, help="its name or id")
    parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
    parser.add_argument("--errors", type=Path, help="where refused rows go; default: FILE.errors.csv")
    chosen = parser.parse_args(words)
    errors = chosen.errors or chosen.file.with_name(f"{chosen.file.name}.errors.csv")
    try:
        content = chosen.file.read_bytes()
        with database_in_reach():
            ended, refused = asyncio.run(
                import_addresses(content, chosen.community, file_name=chosen.file.name, dry_run=chosen.dry_run)
            )
        if refused is not None:
            errors.write_bytes(refused)
    except OSError as error:
        what = error.filename or chosen.file
        raise Trouble(f"无法读写 {what}:{error.strerror}。", f"{what} cannot be used: {error.strerror}.") from error
    except Refusal as refusal:
        raise Trouble(*(sentence(refusal.code, locale, **refusal.params) for locale in ("zh-CN", "en"))) from refusal
    show(ended, errors)
    return 0 if ended.state == "done" and ended.errors == 0 else 1


async def import_addresses(
    content: bytes, community: str, *, file_name: str, dry_run: bool
) -> tuple[ImportOut, bytes | None]:
    """How it went, and a table of the rows that were refused, if any: they don't keep the others out."""
    register_domains()
    await open_pool()
    try:
        community_id = await _community(community)
        started = await store(community_id, content=content, file_name=file_name, dry_run=dry_run, started_by=None)
        await _run(started)
        operator = _operator(community_id)
        ended = await one(operator, started, "zh-CN")
        return ended, await error_file(operator, started, "zh-CN") if ended.errors else None
    finally:
        await close_pool()


def show(ended: ImportOut, errors: Path) -> None:
    console = Console(highlight=False, soft_wrap=True, markup=False)
    trial = "(试运行,未写入 · dry run, nothing written)" if ended.dry_run else ""
    if ended.state != "done":
        console.print(f"✗ {ended.detail}")
        return
    console.print(
        f"共 {ended.rows_total} 行:新增 {ended.created},更新 {ended.updated},未变 {ended.unchanged},"
        f"错误 {ended.errors} {trial}\n"
        f"{ended.rows_total} rows: {ended.created} new, {ended.updated} updated, {ended.unchanged} unchanged, "
        f"{ended.errors} refused"
    )
    if ended.errors:
        console.print(f"错误行见 · refused rows are in {errors}")


async def _community(name_or_id: str) -> UUID:
    found = await fetchval("SELECT id FROM community WHERE name = $1 OR id::text = lower($1)", name_or_id)
    if found is None:
        raise Trouble(f"没有社区 {name_or_id}。", f"There is no community {name_or_id}.")
    return UUID(str(found))


async def _run(import_id: UUID) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as progress:
        bar = progress.add_task("导入地址 · importing", total=None)
        await run_import(import_id, lambda done, total: progress.update(bar, completed=done, total=total))


def _operator(community_id: UUID) -> Caller:
    """Who may run commands on this machine reads its imports as the committee's admin would."""
    return Caller(new_id(), new_id(), (Grant(COMMITTEE_ADMIN, community_id),))
