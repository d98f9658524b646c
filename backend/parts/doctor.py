"""`linli doctor`: looks at every part and says plainly what is wrong and how to mend it."""

import argparse
import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

from rich.console import Console
from rich.markup import escape

from backend.parts import checks
from backend.parts.child import Child
from backend.parts.home import lock_home, prepare_home
from backend.parts.ports import refuse_taken_port
from backend.parts.postgres import Postgres
from backend.parts.trouble import Trouble
from backend.parts.valkey import Valkey
from backend.settings import Settings, settings

Check = Callable[[Settings], Coroutine[None, None, str]]


class Finding(NamedTuple):
    """`zh` and `en` say what is so, or what is wrong and how to mend it."""

    part: str
    good: bool
    zh: str
    en: str


PARTS: tuple[tuple[str, Check], ...] = (
    ("keys 密钥", checks.keys),
    ("database 数据库", checks.database),
    ("jobs 任务", checks.jobs),
    ("redis 缓存", checks.redis),
    ("storage 文件", checks.storage),
    ("web 网页", checks.web),
    ("posters 海报", checks.posters),
    ("sms 短信", checks.sms),
    ("search 搜索", checks.search),
    ("push 推送", checks.push),
)


def main(words: Sequence[str]) -> int:
    argparse.ArgumentParser(prog="linli doctor", description=__doc__).parse_args(words)
    findings = list(examine(settings()))
    show(findings)
    return 0 if all(finding.good for finding in findings) else 1


def examine(chosen: Settings) -> Iterator[Finding]:
    """A stopped Linli's embedded servers are started for the look and stopped again."""
    try:
        prepare_home(chosen.home.absolute())
    except Trouble as trouble:
        yield Finding("home 数据目录", False, trouble.zh, trouble.en)
        return
    yield Finding("home 数据目录", True, str(chosen.home.absolute()), "")
    with ExitStack() as borrowed:
        yield _running_or_borrowed(chosen, borrowed)
        for part, check in PARTS:
            yield _look(part, check, chosen)


def show(findings: Sequence[Finding]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for finding in findings:
        mark = "[green]✓[/]" if finding.good else "[red]✗[/]"
        console.print(f"{mark} {finding.part}: {escape(finding.zh)}")
        if not finding.good:
            console.print(f"  [dim]{escape(finding.en)}[/]")


def _running_or_borrowed(chosen: Settings, borrowed: ExitStack) -> Finding:
    home = chosen.home.absolute()
    try:
        borrowed.enter_context(lock_home(home))
    except Trouble:
        return _look("linli", checks.running, chosen)
    try:
        for server in _embedded(chosen):
            borrowed.enter_context(_started(server))
        refuse_taken_port(chosen.host, chosen.port)
    except Trouble as trouble:
        return Finding("linli", False, trouble.zh, trouble.en)
    return Finding("linli", True, f"未运行,端口 {chosen.port} 空闲 · not running, the port is free", "")


def _embedded(chosen: Settings) -> Iterator[Child]:
    home = chosen.home.absolute()
    # No cluster yet is no fault, and looking must not make one.
    if not chosen.database_url and (home / "pg").exists():
        yield Postgres(home)
    if not chosen.redis_url:
        yield Valkey(home)


@contextmanager
def _started(server: Child) -> Iterator[None]:
    try:
        server.start()
        server.wait_ready()
        yield
    finally:
        server.stop()


def _look(part: str, check: Check, chosen: Settings) -> Finding:
    try:
        return Finding(part, True, asyncio.run(check(chosen)), "")
    except Trouble as trouble:
        return Finding(part, False, trouble.zh, trouble.en)
