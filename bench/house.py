"""The processes of a run: durable PostgreSQL and Valkey of its own, and servers in front of them."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
import httpx

from backend.core import crypto
from backend.parts.account import dying_with_us
from backend.parts.home import prepare_home
from backend.parts.postgres import Postgres
from backend.parts.processes import adopt_orphans
from backend.parts.programs import linli_command
from backend.parts.valkey import Valkey
from backend.settings import settings

START_MAX_S = 30.0


class Server:
    """One server process that answers on `port`; `words` is the command behind the interpreter's."""

    def __init__(self, name: str, command: list[str], variables: dict[str, str], port: int) -> None:
        self.name, self.port = name, port
        self._command, self._variables = command, variables

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> float:
        """Seconds until it answered."""
        began = time.monotonic()
        self.process = subprocess.Popen(
            dying_with_us(self._command, death_signal="KILL"), env=os.environ | self._variables
        )
        while not self._answers():
            assert self.process.poll() is None, f"{self.name} ended"
            assert time.monotonic() - began < START_MAX_S, f"{self.name} does not answer"
            time.sleep(0.01)
        return time.monotonic() - began

    def processor_s(self) -> float:
        """Processor time that the process has used; a busy machine stretches it far less than it does waiting."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rest_mb(self) -> float:
        """Resident memory, with every library page counted whole although other processes share it."""
        lines = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Rss:")) / 1024

    def stop(self) -> None:
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(15)
        self.process.kill()
        self.process.wait()

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.address}/api/v1/health/live", timeout=1).status_code < 500
        except httpx.TransportError:
            return False


@contextmanager
def servers(home: Path) -> Iterator[Postgres]:
    """PostgreSQL (fsync on, as in production) and Valkey; this process's settings point at them."""
    adopt_orphans()
    prepare_home(home)
    os.environ.update(LINLI_HOME=str(home), LINLI_LOG_LEVEL="WARNING", LINLI_RATE_SCALE="100000", LINLI_DEMO="0")
    children = (Postgres(home), Valkey(home))
    try:
        for child in children:
            child.start()
        for child in children:
            child.wait_ready()
        yield children[0]
    finally:
        for child in reversed(children):
            child.stop()


def point_at(dsn: str) -> None:
    """This process's own settings, for what it stores and records itself."""
    os.environ["LINLI_DATABASE_URL"] = dsn
    settings.cache_clear()
    crypto.ring.cache_clear()


async def fresh_database(postgres: Postgres, name: str) -> str:
    """A migrated database of that name; its dsn."""
    server = await asyncpg.connect(postgres.dsn)
    await server.execute(f"CREATE DATABASE {name}")
    await server.close()
    dsn = postgres.dsn.replace("/linli?", f"/{name}?")
    point_at(dsn)
    migrating = await asyncio.create_subprocess_exec(*linli_command("migrate"))
    assert await migrating.wait() == 0
    return dsn


@asynccontextmanager
async def serving(*wanted: Server) -> AsyncIterator[None]:
    try:
        for server in wanted:
            server.start()
        yield
    finally:
        for server in wanted:
            if hasattr(server, "process"):
                server.stop()


def whole_application(dsn: str) -> Server:
    port = free_port()
    return Server("linli", linli_command("serve", "--port", str(port)), {"LINLI_DATABASE_URL": dsn}, port)


def bare_application(dsn: str, recordings: Path) -> Server:
    port = free_port()
    command = [sys.executable, "-m", "bench.bare", str(port), str(recordings)]
    return Server("bare", command, {"LINLI_DATABASE_URL": dsn}, port)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
