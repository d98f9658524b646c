"""The house as separate processes that can be killed and come back: PostgreSQL (durable), Valkey, API, worker."""

import asyncio
import os
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx

from backend.parts.account import dying_with_us
from backend.parts.child import Child
from backend.parts.processes import command_line
from backend.parts.programs import linli_command
from tests.parts.running import on_this_machine
from tests.parts_fixture import Parts, start_parts

ROOT = Path(__file__).parents[2]
RESTART_AFTER_S = 0.1
LOOK_EVERY_S = 0.02
BACK_MAX_S = 15.0


@dataclass(frozen=True)
class Death:
    """One process that ended, and how: -9 is SIGKILL."""

    part: str
    pid: int
    status: int | None
    at: float


class Program(Child):
    """`linli WORDS…` with exactly the LINLI_* variables given, whatever this process has of its own."""

    def __init__(self, name: str, log_folder: Path, variables: dict[str, str], *words: str) -> None:
        self.name = name
        super().__init__(log_folder)
        self._variables, self._words = variables, words

    def command(self) -> list[str]:
        return dying_with_us([*with_variables(self._variables), *linli_command(*self._words)], death_signal="KILL")

    def is_ready(self) -> bool:
        """Asked over HTTP or in the database by whoever needs to know."""
        return self.is_running()


def with_variables(variables: dict[str, str]) -> list[str]:
    """`env …`, the front of a command."""
    forgotten = [word for name in os.environ if name.startswith("LINLI_") for word in ("-u", name)]
    given = {**variables, "PYTHONPATH": str(ROOT)}
    return ["env", *forgotten, *(f"{name}={value}" for name, value in given.items())]


class Pieces:
    """The running parts by name, and every death among them."""

    def __init__(
        self, servers: Parts, variables: dict[str, str], ports: dict[str, int], workers: tuple[str, ...]
    ) -> None:
        self.servers = servers
        self.deaths: list[Death] = []
        self._ports = ports
        log = servers.home / "log"
        self.children: dict[str, Child] = {"postgres": servers.postgres, "valkey": servers.valkey}
        for name, port in ports.items():
            self.children[name] = Program(name, log, variables, "serve", "--port", str(port))
        for name in workers:
            self.children[name] = Program(name, log, variables, "worker")
        self._seen: set[int] = set()
        self._started: dict[str, float] = {}

    @property
    def dsn(self) -> str:
        return self.servers.dsn

    def address(self, part: str = "api") -> str:
        return f"http://127.0.0.1:{self._ports[part]}"

    async def wait_serving(self, *parts: str) -> None:
        """Until these API processes answer."""
        deadline = time.monotonic() + on_this_machine(BACK_MAX_S)
        for part in parts or self._ports:
            async with httpx.AsyncClient(base_url=self.address(part)) as client:
                while not await _answers(client):
                    assert time.monotonic() < deadline, self.children[part].last_words()
                    await asyncio.sleep(0.05)

    def pid(self, part: str) -> int | None:
        return self.children[part].pid

    def kill(self, part: str) -> int:
        """kill -9 of the living process, and for PostgreSQL of every process it has; the pid that was hit."""
        child = self.children[part]
        pid = child.pid
        assert pid is not None, f"{part} is not running"
        assert (b"postgres" if part == "postgres" else part_word(part)) in command_line(pid), "somebody else's pid"
        child.kill()
        self._note(part, child)
        return pid

    def age_s(self, part: str) -> float:
        """Since its last start by `start`."""
        return time.time() - self._started[part]

    def start(self, part: str) -> None:
        self._started[part] = time.time()
        self.children[part].start()

    async def keep(self) -> None:
        """Starts again whatever ended, for ever: what a supervisor does, without its growing waits."""
        while True:
            for part, child in self.children.items():
                if not child.is_running():
                    self._note(part, child)
                    await asyncio.sleep(RESTART_AFTER_S)
                    self.start(part)
            await asyncio.sleep(LOOK_EVERY_S)

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        keeping = asyncio.create_task(self.keep())
        try:
            yield
        finally:
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping

    async def wait_back(self, part: str, killed: int) -> int:
        """The pid of the process that took the killed one's place, once there is one."""
        deadline = time.monotonic() + on_this_machine(BACK_MAX_S)
        while (pid := self.pid(part)) in (None, killed) or not self.children[part].is_ready():
            assert time.monotonic() < deadline, f"{part} did not come back"
            await asyncio.sleep(LOOK_EVERY_S)
        assert pid is not None
        return pid

    async def wait_worker(self) -> None:
        """Until the worker that runs now has beaten in the database."""
        deadline = time.monotonic() + on_this_machine(BACK_MAX_S)
        while True:
            pid, since = self.pid("worker"), self._started["worker"]
            beaten = await self._database_value("SELECT max(at) > to_timestamp($1) FROM worker_beat", since)
            if beaten and pid is not None and self.pid("worker") == pid:
                return
            assert time.monotonic() < deadline, "no worker beats"
            await asyncio.sleep(LOOK_EVERY_S)

    def stop(self) -> None:
        for child in reversed(self.children.values()):
            child.stop()

    async def _database_value(self, sql: str, *args: object) -> object:
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            connection = await asyncpg.connect(self.dsn, timeout=2)
            try:
                return await connection.fetchval(sql, *args)
            finally:
                await connection.close()
        return None

    def _note(self, part: str, child: Child) -> None:
        pid = child.started_pid
        if pid is not None and pid not in self._seen:
            self._seen.add(pid)
            self.deaths.append(Death(part, pid, child.exit_status, time.monotonic()))


async def _answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/api/v1/health/live")).is_success
    except httpx.TransportError:
        return False


def part_word(part: str) -> bytes:
    return next((word for word in (b"valkey", b"worker") if part.startswith(word.decode())), b"serve")


def start_pieces(home: Path, ports: dict[str, int], workers: tuple[str, ...] = ("worker",), **more: str) -> Pieces:
    """Everything started and migrated; `ports` names the API processes. Call from the main thread."""
    servers = start_parts(home, durable=True)
    variables = {"LINLI_HOME": str(home), "LINLI_DEMO": "1", "LINLI_LOG_LEVEL": "WARNING", **more}
    try:
        subprocess.run([*with_variables(variables), *linli_command("migrate")], check=True, cwd=ROOT)
        pieces = Pieces(servers, variables, ports, workers)
        for part in (*ports, *workers):
            pieces.start(part)
    except BaseException:
        servers.stop()
        raise
    return pieces
