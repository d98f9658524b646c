"""The house rules that a tree shows. Each with a bad example that it must catch and a good one that it must not."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.tidy.source import Source, dotted

Finding = tuple[int, str]
"""A line, and what to write there instead."""

TALK_TO_A_TERMINAL = ("backend/cli.py", "backend/commands/", "backend/parts/", "backend/demo/")
NAMELESS = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common", "stuff"}
WAITS_OUTSIDE = re.compile(
    r"(^|\.)(gather|create_task|ensure_future|TaskGroup|to_thread|sleep)$|^(httpx|aiohttp|requests|sms|storage)\.|^redis\("
)
TIME_WORD = re.compile(r"(TIMEOUT|LIFE|WAIT|DELAY|DEADLINE|EVERY|AFTER|KEPT|PERIOD)(_|$)")
SIZE_WORD = re.compile(r"(SIZE|LENGTH|WIDTH|HEIGHT)(_|$)")
TIME_UNITS = ("_S", "_MS", "_H", "_MINUTES", "_HOURS", "_DAYS", "_YEARS")
SIZE_UNITS = ("_BYTES", "_CHARS", "_CHARACTERS", "_PX", "_DIGITS", "_CM2", "_PER_WIDTH")


@dataclass(frozen=True)
class Rule:
    """`name` is the word of the way out; `path` is where the examples are taken to stand."""

    name: str
    check: Callable[[Source], Iterator[Finding]]
    bad: str
    good: str
    path: str = "backend/forum/service/replies.py"


def imports_at_the_top(source: Source) -> Iterator[Finding]:
    for function in _functions(source.tree):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield node.lineno, "import at the top of the file: a cycle says that two modules are one"


def own_transactions(source: Source) -> Iterator[Finding]:
    for call, name in source.calls():
        if (
            name.endswith("DB.transaction")
            or name.endswith("ENGINE.transaction")
            or name.endswith("._meta.db.transaction")
        ):
            yield (
                call.lineno,
                "use backend.core.database.transaction(): Piccolo's keeps the connection of a failed COMMIT",
            )
        if name.endswith(".get_or_create"):
            yield call.lineno, "use INSERT … ON CONFLICT: two get_or_create at once make two rows"
        if name.endswith(".save") and not call.args and not call.keywords:
            yield call.lineno, "use update({…}).where(…): a bare save() writes back every column as it was read"


def whole_fen(source: Source) -> Iterator[Finding]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.alias) and node.name in ("Numeric", "Real", "DoublePrecision"):
            yield node.lineno, "money is BigInt of fen: Numeric takes NaN and rounds without a word"
        if isinstance(node, ast.AnnAssign | ast.arg) and node.annotation is not None:
            named = node.arg if isinstance(node, ast.arg) else dotted(node.target)
            if named.endswith("_fen") and "float" in ast.dump(node.annotation):
                yield node.lineno, "money is an int of fen"


def nothing_waits_in_a_transaction(source: Source) -> Iterator[Finding]:
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.AsyncWith) or not any(_opens_transaction(item) for item in node.items):
            continue
        for inner in ast.walk(node):
            if isinstance(inner, ast.Call) and WAITS_OUTSIDE.search(dotted(inner.func)):
                yield (
                    inner.lineno,
                    "emit an event and let a reaction do it: a transaction holds locks and one connection",
                )


def one_door_to_the_database(source: Source) -> Iterator[Finding]:
    if source.path == "backend/core/database.py":
        return
    for call, name in source.calls():
        if name in ("asyncpg.connect", "asyncpg.create_pool", "PostgresEngine"):
            yield call.lineno, "use backend.core.database: its limits, its counting, its one pool"


def sql_keeps_to_itself(source: Source) -> Iterator[Finding]:
    for line, text in source.strings():
        if re.match(r"\s*SET\s+(?!LOCAL\b)\w+\s*(=|TO)\s", text, re.IGNORECASE):
            yield line, "SET LOCAL: the pool gives the connection to the next request as it is"
        if re.search(r"\bOFFSET\s+(\$\d|\d|\{)", text):
            yield line, "keyset paging (backend.core.paging): OFFSET reads what it throws away"


def services_emit(source: Source) -> Iterator[Finding]:
    if "service" in source.parts or source.path.startswith("backend/core/"):
        return
    for call, name in source.calls():
        if name in ("emit", "events.emit"):
            yield call.lineno, "emit in the service function, with the rows that make it true"


def answers_say_all(source: Source) -> Iterator[Finding]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and node.name.endswith("Out"):
            for field in node.body:
                if isinstance(field, ast.AnnAssign) and field.value is not None:
                    yield field.lineno, "no default in what goes out: a forgotten value would be sent as if it were one"


def one_clock(source: Source) -> Iterator[Finding]:
    if source.path in ("backend/core/clock.py", "backend/core/ids.py"):
        return
    for call, name in source.calls():
        if name in ("datetime.now", "datetime.utcnow", "date.today", "datetime.datetime.now", "time.time"):
            yield call.lineno, "backend.core.clock.now(): a test must be able to move it"
        if name in ("uuid4", "uuid.uuid4", "uuid1", "uuid.uuid1"):
            yield call.lineno, "backend.core.ids.new_id(): ids in the order of their making keep an index small"


def no_printing(source: Source) -> Iterator[Finding]:
    if source.path.startswith(TALK_TO_A_TERMINAL):
        return
    for call, name in source.calls():
        if name == "print":
            yield call.lineno, "backend.core.logs.get_logger: a log line never carries a person"


def limits_name_their_unit(source: Source) -> Iterator[Finding]:
    for name, line, value in _constants(source.tree):
        if not isinstance(value, ast.Constant | ast.BinOp) or not _is_number(value):
            continue
        if TIME_WORD.search(name) and not name.endswith(TIME_UNITS):
            yield line, f"end {name} with its unit ({', '.join(TIME_UNITS)}), or make it a timedelta"
        if SIZE_WORD.search(name) and not name.endswith(SIZE_UNITS):
            yield line, f"end {name} with its unit ({', '.join(SIZE_UNITS)})"


def limits_give_a_reason(source: Source) -> Iterator[Finding]:
    if "rules" not in source.parts:
        return
    for name, line, value in _constants(source.tree):
        if not (_is_number(value) or isinstance(value, ast.Call) and dotted(value.func) == "StrictLimit"):
            continue
        if not _is_explained(source, value):
            yield line, f"say why {name} is what it is, in a docstring below it"


def names_that_say_something(source: Source) -> Iterator[Finding]:
    for part in source.parts:
        if part in NAMELESS:
            yield 1, f"{part!r} says nothing: name the module after what it does"


RULES = (
    Rule("imports", imports_at_the_top, "def f():\n    import json\n", "import json\n"),
    Rule("transactions", own_transactions, "async def f():\n    async with DB.transaction():\n        pass\n",
         "async def f():\n    async with transaction():\n        pass\n"),
    Rule("get-or-create", own_transactions, "await Board.objects().get_or_create(Board.name == 'x')\n",
         "await execute('INSERT … ON CONFLICT DO NOTHING')\n"),
    Rule("saving", own_transactions, "async def f(board):\n    await board.save()\n",
         "async def f(picture):\n    picture.save(out, 'WEBP')\n"),
    Rule("money", whole_fen, "def pay(amount_fen: float) -> None: ...\n", "def pay(amount_fen: int) -> None: ...\n"),
    Rule("numeric", whole_fen, "from piccolo.columns import Numeric\n", "from piccolo.columns import BigInt\n"),
    Rule("waiting", nothing_waits_in_a_transaction,
         "async def f():\n    async with transaction():\n        await asyncio.gather(a(), b())\n",
         "async def f():\n    async with transaction():\n        await a()\n    await asyncio.gather(a(), b())\n"),
    Rule("connecting", one_door_to_the_database, "async def f():\n    await asyncpg.connect('x')\n",
         "async def f():\n    await fetch('SELECT 1')\n"),
    Rule("set", sql_keeps_to_itself, "await execute('SET statement_timeout = 5')\n",
         "await execute('SET LOCAL statement_timeout = 5')\nawait execute('UPDATE a SET b = 1')\n"),
    Rule("offset", sql_keeps_to_itself, "await fetch('SELECT * FROM thread OFFSET $1')\n",
         "await fetch('SELECT * FROM thread WHERE id > $1 LIMIT $2')\n"),
    Rule("emitting", services_emit, "async def f():\n    await emit(Replied())\n",
         "async def f():\n    await reply()\n", "backend/forum/routes.py"),
    Rule("defaults", answers_say_all, "class ReplyOut(Struct):\n    body: str = ''\n",
         "class ReplyOut(Struct):\n    body: str\n"),
    Rule("clock", one_clock, "def f():\n    return datetime.now(UTC)\n", "def f():\n    return now()\n"),
    Rule("ids", one_clock, "def f():\n    return uuid4()\n", "def f():\n    return new_id()\n"),
    Rule("printing", no_printing, "def f():\n    print('x')\n", "def f():\n    log.info('x')\n"),
    Rule("units", limits_name_their_unit, "SEND_TIMEOUT = 5\n", "SEND_TIMEOUT_S = 5\nLIFE = timedelta(days=1)\n"),
    Rule("reasons", limits_give_a_reason, "\nREPLIES_MOST = 5\n", 'REPLIES_MOST = 5\n"""A page on a phone."""\n',
         "backend/forum/rules.py"),
    Rule("names", names_that_say_something, "\n", "\n", "backend/forum/utils.py"),
)  # fmt: skip
"""One check may serve several rules: each word of the way out has its own example."""


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _opens_transaction(item: ast.withitem) -> bool:
    return isinstance(item.context_expr, ast.Call) and dotted(item.context_expr.func).split(".")[-1] == "transaction"


def _constants(tree: ast.Module) -> Iterator[tuple[str, int, ast.expr]]:
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(target, ast.Name) and target.id.isupper() and value is not None:
            yield target.id, node.lineno, value


def _is_number(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_number(node.left) and _is_number(node.right)
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _is_explained(source: Source, value: ast.expr) -> bool:
    """A docstring below, a comment above, or one at the end of the line."""
    first, last = value.lineno, value.end_lineno or value.lineno
    below = source.lines[last].strip() if last < len(source.lines) else ""
    above = source.lines[first - 2].strip() if first > 1 else ""
    return below.startswith('"""') or above.startswith("#") or "#" in source.lines[last - 1]
