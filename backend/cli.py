"""`linli COMMAND …`: finds the command, runs it, and turns what went wrong into one sentence and an exit status."""

import importlib
import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple, cast

from backend.parts.trouble import ToldAlready, Trouble
from backend.settings import SettingsError

TROUBLE_STATUS = 1
USAGE_STATUS = 2
INTERRUPTED_STATUS = 130


class Command(NamedTuple):
    """Named, not imported: `linli up` must start at once, and `backend` may not import `workers`."""

    main: str
    """module:function, called with the words after the command; it returns the exit status or None."""
    zh: str
    en: str


COMMANDS = {
    "up": Command("backend.parts.up:main", "启动全部,直到 Ctrl-C", "start everything, until Ctrl-C"),
    "serve": Command("backend.commands.serve:main", "只启动接口与网页", "the API and the web client alone"),
    "worker": Command("workers.main:main", "只启动后台任务", "the background worker alone"),
    "migrate": Command("backend.commands.migrate:main", "更新数据库结构", "bring the database schema up to date"),
    "demo": Command("backend.commands.demo:main", "填充演示社区", "fill the demo neighbourhood"),
    "doctor": Command("backend.parts.doctor:main", "检查各部分并说明问题", "check every part and say what is wrong"),
    "check-invariants": Command(
        "backend.commands.check_invariants:main", "核对数据中的不变规则", "check the rules that the data must keep"
    ),
    "import": Command("backend.commands.imports:main", "导入地址表", "import addresses from a table"),
    "search": Command("backend.commands.search:main", "重建搜索索引", "make the search index anew"),
    "postgres": Command(
        "backend.commands.postgres:main", "psql、pg_dump、pg_restore", "psql, pg_dump or pg_restore over our database"
    ),
    "keys": Command("backend.commands.keys:main", "更换加密密钥", "rotate the sealing key"),
    "openapi": Command("backend.commands.openapi:main", "写出接口说明文件", "write the API description"),
}


def main(words: Sequence[str] | None = None) -> int:
    given = list(sys.argv[1:] if words is None else words)
    if not given or given[0] in ("-h", "--help", "help"):
        print(usage())
        return 0 if given else USAGE_STATUS
    command = COMMANDS.get(given[0])
    if command is None:
        print(f"没有命令 {given[0]!r} · There is no command {given[0]!r}.\n\n{usage()}", file=sys.stderr)
        return USAGE_STATUS
    return run(command, given[1:])


def run(command: Command, words: Sequence[str]) -> int:
    try:
        return load(command)(words) or 0
    except Trouble as trouble:
        print(f"✗ {trouble.zh}\n  {trouble.en}", file=sys.stderr)
    except SettingsError as wrong:
        print(f"✗ {wrong}", file=sys.stderr)
    except ToldAlready:
        pass
    except KeyboardInterrupt:
        return INTERRUPTED_STATUS
    return TROUBLE_STATUS


def load(command: Command) -> Callable[[Sequence[str]], int | None]:
    module, _, function = command.main.partition(":")
    return cast(Callable[[Sequence[str]], int | None], getattr(importlib.import_module(module), function))


def usage() -> str:
    lines = [f"  {name:<18}{command.zh} · {command.en}" for name, command in COMMANDS.items()]
    return "\n".join(["用法 usage: linli COMMAND [--help]", "", *lines])


if __name__ == "__main__":
    sys.exit(main())
