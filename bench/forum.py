"""The forum: `thread_page` beside its bare limit, `reply` from 200 accounts, `forum_growth` from 10⁴ to 10⁶ replies."""

import json
import os
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlsplit

import asyncpg
from rich.console import Console
from rich.status import Status

from backend.parts.postgres import Postgres
from bench import house, recording
from bench.forum_report import Grown, PageShown, Replied
from bench.load import Load, press, read_load
from bench.processor import connections_used_s
from bench.recording import Recording, blocks
from bench.shelves import build_shelves
from bench.square import Square, build_square

PAGE, REPLY, GROWTH, SEARCH = "thread_page", "reply", "forum_growth", "search_growth"
PROCESSES, CONNECTIONS = 2, 32
SMALL, LARGE, QUICK = 10_000, 1_000_000, 2_000
PAIRS, SECONDS, WARM_UP_S = 5, 4.0, 2.0
WRITERS, THREADS_WRITTEN_IN, REPLY_S = 200, 50, 30.0
GROWTH_PAIRS, GROWTH_S = 5, 2.0
REPLY_LUA = Path(__file__).with_name("reply.lua")


async def measure_page(postgres: Postgres, console: Console, *, quick: bool) -> PageShown:
    pairs, seconds = (1, 1.0) if quick else (PAIRS, SECONDS)
    with console.status("building a forum"):
        square = await build_square(await house.fresh_database(postgres, "square"), QUICK if quick else SMALL)
    path = f"/api/v1/threads/{square.thread}"
    said = await _second_reading(square, path)
    kept = postgres.data.parent / "page"
    recording.keep({PAGE: said}, kept)
    ours = [house.whole_application(square.dsn) for _ in range(PROCESSES)]
    bare = [house.bare_application(square.dsn, kept) for _ in range(PROCESSES)]
    async with house.serving(*ours, *bare):
        _press_all(ours, path, WARM_UP_S, square)
        _press_all(bare, f"/{PAGE}", WARM_UP_S, square)
        runs = [
            (_press_all(ours, path, seconds, square), _press_all(bare, f"/{PAGE}", seconds, square))
            for _ in range(pairs)
        ]
    ratios = [one.per_s / other.per_s for one, other in runs]
    return PageShown(
        per_s=statistics.median(one.per_s for one, _ in runs),
        bare_per_s=statistics.median(other.per_s for _, other in runs),
        ratio=statistics.median(ratios),
        lowest=min(ratios),
        highest=max(ratios),
        processor=statistics.median(other.processor_us / one.processor_us for one, other in runs),
        processor_us=statistics.median(one.processor_us for one, _ in runs),
        median_ms=statistics.median(one.median_ms for one, _ in runs),
        statements=len(said.statements),
        bytes=len(said.body),
    )


async def measure_replies(postgres: Postgres, console: Console, *, quick: bool) -> Replied:
    """Each acknowledged reply is looked up in the table afterwards."""
    with console.status("building a forum"):
        square = await build_square(await house.fresh_database(postgres, "answers"), QUICK if quick else SMALL)
    servers = [house.whole_application(square.dsn) for _ in range(PROCESSES)]
    database = await asyncpg.connect(square.dsn, user="postgres")
    try:
        threads = [
            row["id"]
            for row in await database.fetch("SELECT id FROM thread ORDER BY id DESC LIMIT $1", THREADS_WRITTEN_IN)
        ]
        before = await database.fetchval("SELECT count(*) FROM reply")
        asked = await _statements_of_a_reply(square, threads[0])
        with tempfile.TemporaryDirectory(prefix="linli-b", dir="/tmp") as folder:
            files = _reply_files(Path(folder), square, [str(thread) for thread in threads])
            async with house.serving(*servers):
                _reply_all(servers, files, 2.0, 0)
                done = _reply_all(servers, files, 3.0 if quick else REPLY_S, 10_000_000)
            acknowledged = [line for name in ("0.ids", "1.ids") for line in (Path(folder) / name).read_text().split()]
        found = await database.fetchval("SELECT count(*) FROM reply WHERE id = ANY($1::uuid[])", acknowledged)
        stored = await database.fetchval("SELECT count(*) FROM reply") - before
        wrong = await database.fetchval(
            """SELECT count(*) FROM thread t WHERE reply_count <> (
                   SELECT count(*) FROM reply r WHERE r.thread = t.id AND r.state = 'shown')"""
        )
    finally:
        await database.close()
    assert found == len(acknowledged) <= stored, f"{found} of {len(acknowledged)} acknowledged replies are there"
    assert wrong == 0, f"{wrong} threads count their replies wrong"
    return Replied(
        per_s=done.per_s,
        median_ms=done.median_ms,
        processor_us=done.processor_us,
        acknowledged=len(acknowledged),
        seconds=3.0 if quick else REPLY_S,
        writers=WRITERS,
        threads=len(threads),
        statements=asked,
    )


async def measure_growth(postgres: Postgres, console: Console, *, search: bool, quick: bool) -> list[Grown]:
    """Of lists and pages; or of `search`, which has a forum of its own."""
    targets = SEARCHES if search else READS
    sizes = (QUICK, 5 * QUICK) if quick else (SMALL, LARGE)
    squares = []
    for size in sizes:
        with console.status(f"building a forum of {size:,} replies") as status:
            dsn = await house.fresh_database(postgres, f"forum{size}")
            tell = partial(_tell, status, size)
            squares.append(await (build_shelves(dsn, size, tell) if search else build_square(dsn, size)))
    said = []
    for square in squares:
        house.point_at(square.dsn)
        said.append({name: await _second_reading(square, path(square)) for name, path in targets.items()})
    servers = [house.whole_application(square.dsn) for square in squares]
    both = list(zip(servers, squares, strict=True))
    grown = []
    async with house.serving(*servers):
        for name, path in targets.items():
            runs = [
                [_press_one(server, path(square), square) for server, square in both]
                for _ in range(1 + (1 if quick else GROWTH_PAIRS))
            ][1:]
            pages = [await blocks(square.dsn, one[name]) for square, one in zip(squares, said, strict=True)]
            grown.append(
                Grown(
                    name=name,
                    times=statistics.median(many.median_ms / few.median_ms for few, many in runs),
                    few_ms=statistics.median(few.median_ms for few, _ in runs),
                    many_ms=statistics.median(many.median_ms for _, many in runs),
                    processor=statistics.median(many.processor_us / few.processor_us for few, many in runs),
                    blocks=pages[1] / pages[0],
                    statements=len(said[1][name].statements),
                    items=tuple(len(json.loads(one[name].body).get("items", ())) for one in said),
                )
            )
            console.print(f"  {grown[-1].words()}")
    return grown


def _press_one(server: house.Server, path: str, square: Square) -> Load:
    """`processor_us`: of the server and of its connections to the database."""
    database = urlsplit(square.dsn).path.removeprefix("/")
    used = server.processor_s() + connections_used_s(database)
    done = press(server.address + path, GROWTH_S, token=square.token())
    used = server.processor_s() + connections_used_s(database) - used
    return done._replace(processor_us=used / done.requests * 1e6)


def _tell(status: Status, size: int, what: str) -> None:
    status.update(f"building a forum of {size:,} replies: {what}")


def _searched(words: str, *, where: str = "search") -> Callable[[Square], str]:
    return lambda it: f"/api/v1/{where}?community_id={it.community}&q={quote(words)}"


READS: dict[str, Callable[[Square], str]] = {
    "thread list of a board": lambda it: f"/api/v1/boards/{it.board}/threads",
    "thread list, hottest": lambda it: f"/api/v1/communities/{it.community}/threads?order=hot",
    "thread page": lambda it: f"/api/v1/threads/{it.thread}",
}
SEARCHES: dict[str, Callable[[Square], str]] = {
    "search, a word in every tenth": _searched("门口"),
    "search, a word of titles, too": _searched("电梯"),
    "search, a word in one of 420": _searched("曳引机"),
    "search, a word that stands once": _searched("猫头鹰"),
    "search, two frequent words, never together": _searched("垃圾桶 监控"),
    "search, a door that nobody named": _searched("9号楼9单元909"),
    "search, a frequent word misspelt": _searched("消防拴"),
    "search, a sentence that nobody wrote": _searched("请问快递柜密码忘了怎么取件"),
    "search, suggestions": _searched("充电", where="search/suggestions"),
}
"""As bench.shelves writes: the same shares of both forums have these words."""


async def _second_reading(square: Square, path: str) -> Recording:
    """What a page asks and answers while its caller is remembered, as all but the first request of a second are."""
    async with recording.listening() as client:
        await recording.record(client, "GET", path, square.token())
        return await recording.record(client, "GET", path, square.token())


async def _statements_of_a_reply(square: Square, thread: object) -> int:
    async with recording.listening() as client:
        path = f"/api/v1/threads/{thread}/replies"
        for number in (1, 2):
            said = await recording.record(
                client, "POST", path, square.token(number), {"body": f"第{number}次:门口的灯还是不亮,请物业看看。"}
            )
    return len(said.statements)


def _press_all(servers: list[house.Server], path: str, seconds: float, square: Square) -> Load:
    """All of them at once, each over its share of the connections."""
    used = [server.processor_s() for server in servers]
    with ThreadPoolExecutor(len(servers)) as several:
        loads = list(
            several.map(
                lambda server: press(
                    server.address + path, seconds, token=square.token(), connections=CONNECTIONS // len(servers)
                ),
                servers,
            )
        )
    return _together(servers, used, loads)


def _together(servers: list[house.Server], used: list[float], loads: list[Load]) -> Load:
    spent = sum(server.processor_s() for server in servers) - sum(used)
    requests = sum(load.requests for load in loads)
    return Load(
        per_s=sum(load.per_s for load in loads),
        requests=requests,
        median_ms=statistics.mean(load.median_ms for load in loads),
        processor_us=spent / requests * 1e6,
    )


def _reply_files(folder: Path, square: Square, threads: list[str]) -> Path:
    share = WRITERS // PROCESSES
    for server in range(PROCESSES):
        tokens = [square.token(number) for number in range(server * share, (server + 1) * share)]
        (folder / f"{server}.tokens").write_text("\n".join(tokens) + "\n")
        (folder / f"{server}.ids").touch()
    (folder / "threads").write_text("\n".join(threads) + "\n")
    return folder


def _reply_all(servers: list[house.Server], files: Path, seconds: float, start: int) -> Load:
    used = [server.processor_s() for server in servers]
    with ThreadPoolExecutor(len(servers)) as several:
        loads = list(several.map(lambda at: _reply(servers[at], files, at, seconds, start), range(len(servers))))
    return _together(servers, used, loads)


def _reply(server: house.Server, files: Path, at: int, seconds: float, start: int) -> Load:
    said = subprocess.run(
        [
            "wrk",
            "-t1",
            f"-c{CONNECTIONS // PROCESSES}",
            f"-d{seconds:g}s",
            "--latency",
            "-s",
            str(REPLY_LUA),
            server.address,
        ],
        env={
            "PATH": "/usr/bin:/bin",
            "TOKENS": str(files / f"{at}.tokens"),
            "THREADS": str(files / "threads"),
            "IDS": str(files / f"{at}.ids"),
            "FROM": str(start + at * 1_000_000),
            **({"LOUD": "1"} if os.environ.get("BENCH_LOUD") else {}),
        },
        text=True,
        capture_output=True,
        check=True,
    )
    return read_load(said.stdout)
