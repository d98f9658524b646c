"""`notice_opened`: 12,000 accounts each open one urgent notice and say that they have read it, as fast as it goes.

Beside it the bare limit: for each of them the same statements with their own ids, the same bytes, and nothing else.
"""

import pickle
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import uvicorn
from litestar import Litestar, Response, get, put
from rich.console import Console

from backend.commands.serve import server_config
from backend.core.auth import Caller, Grant
from backend.core.database import close_pool, open_pool, pool
from backend.core.ids import new_id
from backend.notices.queries.coverage import coverage
from backend.parts.postgres import Postgres
from backend.settings import settings
from bench import house, recording
from bench.bare import JSON, live, running_bare
from bench.crowd import ACCOUNTS, Crowd, build_crowd
from bench.recording import Recording
from bench.report import Opening

LUA = Path(__file__).with_name("opened.lua")
CONNECTIONS = 32
RUN_MOST_S = 240
PAIRS = 3
QUICK_ACCOUNTS = 500
LOOKS = 15
RECORDED = 1
"""Not the first, who wrote it and is shown more."""


@dataclass(frozen=True)
class Run:
    per_s: float
    p99_ms: float
    processor_us: float


async def measure_opening(postgres: Postgres, console: Console, *, quick: bool) -> Opening:
    pairs, readers = (1, QUICK_ACCOUNTS) if quick else (PAIRS, ACCOUNTS)
    with console.status("building a neighbourhood of 12,000"):
        crowd = await build_crowd(await house.fresh_database(postgres, "crowd"))
    paths = {"GET": f"/api/v1/notices/{crowd.notice}", "PUT": f"/api/v1/notices/{crowd.notice}/read"}
    async with recording.listening() as client:
        token = crowd.tokens()[RECORDED]
        said = {method: await recording.record(client, method, path, token) for method, path in paths.items()}
    kept = postgres.data.parent / "opening"
    kept.write_bytes(pickle.dumps((crowd, {method: tuple(it) for method, it in said.items()})))
    whole, bare = house.whole_application(crowd.dsn), _bare(crowd.dsn, kept)
    opened = dict.fromkeys(paths, "/opened")
    async with house.serving(whole, bare):
        runs = [
            (await _open(crowd, readers, whole, paths), await _open(crowd, readers, bare, opened)) for _ in range(pairs)
        ]
    ours, limit = [one for one, _ in runs], [other for _, other in runs]
    seen, of_group = await _looked_at(crowd)
    return Opening(
        accounts=readers,
        per_s=statistics.median(it.per_s for it in ours),
        bare_per_s=statistics.median(it.per_s for it in limit),
        ratio=statistics.median(one.per_s / other.per_s for one, other in runs),
        processor=statistics.median(other.processor_us / one.processor_us for one, other in runs),
        p99_ms=statistics.median(it.p99_ms for it in ours),
        bare_p99_ms=statistics.median(it.p99_ms for it in limit),
        statements=sum(len(it.statements) for it in said.values()),
        coverage_ms=seen,
        coverage_of_group_ms=of_group,
    )


async def _open(crowd: Crowd, readers: int, server: house.Server, paths: dict[str, str]) -> Run:
    """All of them once, from where nobody has read it."""
    database = await asyncpg.connect(crowd.dsn, user="postgres")
    try:
        for statement in ("TRUNCATE notice_receipt", "UPDATE inbox_item SET read_at = NULL", "VACUUM inbox_item"):
            await database.execute(statement)
        done = _press(crowd.tokens()[:readers], server, paths)
        read = await database.fetchval("SELECT count(*) FROM notice_receipt WHERE read_version = 1")
        assert read >= readers - CONNECTIONS, f"{read} of {readers} receipts"
        return done
    finally:
        await database.close()


def _press(tokens: list[str], server: house.Server, paths: dict[str, str]) -> Run:
    used = server.processor_s()
    with tempfile.NamedTemporaryFile("w", suffix=".tokens") as file:
        file.write("\n".join(tokens) + "\n")
        file.flush()
        output = subprocess.run(
            ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{RUN_MOST_S}s", "--timeout", "10s", "-s", str(LUA), server.address],
            env={"PATH": "/usr/bin:/bin", "TOKENS": file.name, "GET_PATH": paths["GET"], "PUT_PATH": paths["PUT"]},
            text=True,
            capture_output=True,
            check=True,
        ).stdout
    requests = int(_found(output, r"(\d+) requests in"))
    assert requests >= 2 * len(tokens) and "Non-2xx" not in output, output
    return Run(
        per_s=float(_found(output, r"Requests/sec:\s+([\d.]+)")),
        p99_ms=int(_found(output, r"p99 (\d+) us")) / 1000,
        processor_us=(server.processor_s() - used) / requests * 1e6,
    )


async def _looked_at(crowd: Crowd) -> tuple[float, float]:
    """Milliseconds of a look at coverage when everybody has read it, and of one by an age group."""
    house.point_at(crowd.dsn)
    caller = Caller(*crowd.desk, (Grant("committee_admin", crowd.community),))
    await open_pool(size=2)
    try:
        found = []
        for groups in ([], ["age:60"]):
            async with pool().acquire() as connection:
                await connection.execute("UPDATE notice SET groups = $2 WHERE id = $1", crowd.notice, groups)
                await connection.execute("ANALYZE notice_receipt")
            times = []
            for _ in range(LOOKS):
                began = time.perf_counter()
                await coverage(caller, crowd.notice)
                times.append((time.perf_counter() - began) * 1000)
            found.append(statistics.median(times))
    finally:
        await close_pool()
    return found[0], found[1]


def _found(text: str, pattern: str) -> str:
    match = re.search(pattern, text)
    assert match, f"wrk said nothing of {pattern}: {text}"
    return match[1]


def _bare(dsn: str, kept: Path) -> house.Server:
    port = house.free_port()
    command = [sys.executable, "-m", "bench.opening", str(port), str(kept)]
    return house.Server("bare", command, {"LINLI_DATABASE_URL": dsn}, port)


def create_bare(crowd: Crowd, said: dict[str, Recording]) -> Litestar:
    """Everybody's ids stand in for the recorded person's, in turn; a new row gets an id of its own."""
    turns = {method: cycle(crowd.people) for method in said}

    async def speak(method: str) -> Response[bytes]:
        one = dict(zip(crowd.people[RECORDED], next(turns[method]), strict=True))
        async with pool().acquire() as connection:
            for way, sql, args in said[method].statements:
                await getattr(connection, way)(sql, *(_instead(arg, one, crowd.notice) for arg in args))
        return Response(said[method].body, media_type=JSON)

    @get("/opened")
    async def opened() -> Response[bytes]:
        return await speak("GET")

    @put("/opened")
    async def read() -> Response[bytes]:
        return await speak("PUT")

    return Litestar(
        route_handlers=[opened, read, live], lifespan=[running_bare], openapi_config=None, logging_config=None
    )


def _instead(arg: Any, one: dict[UUID, UUID], notice: UUID) -> Any:
    if not isinstance(arg, UUID) or arg == notice:
        return arg
    return one.get(arg) or new_id()


def main(port: int, kept: Path) -> None:
    crowd, said = pickle.loads(kept.read_bytes())
    recordings = {
        method: Recording([recording.Statement(*it) for it in statements], *rest)
        for method, (statements, *rest) in said.items()
    }
    config = server_config(settings(), port=port)
    config.app, config.factory = create_bare(crowd, recordings), False
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
