"""Linli's own two programs as supervised children."""

import http.client
import sys
from collections.abc import Mapping
from pathlib import Path

from backend.parts.account import dying_with_us
from backend.parts.child import Child

READY_PATH = "/api/v1/health/ready"
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # listened on → called at


class Program(Child):
    """`linli NAME …` as a child of ours."""

    def __init__(self, home: Path, *words: str) -> None:
        super().__init__(home / "log")
        self._words = words

    def command(self) -> list[str]:
        # What it acknowledged is committed, so it may die at once with a supervisor that was killed,
        # and the next start finds the port free.
        return dying_with_us(linli_command(*self._words), death_signal="KILL")


class Api(Program):
    name = "api"
    start_timeout_s = 60
    stop_timeout_s = 20  # requests get 10 s to end

    def __init__(self, home: Path, *, host: str, port: int) -> None:
        super().__init__(home, "serve")
        self.host, self.port = EVERYWHERE.get(host, host), port

    @property
    def address(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def is_ready(self) -> bool:
        """Ready when all of Linli is: the answer looks at the database, Redis, the storage and the worker."""
        return self.is_running() and http_status(self.host, self.port, READY_PATH) == 200


class Worker(Program):
    name = "worker"
    stop_timeout_s = 30  # a running job gets time to end; a killed one is done again

    def __init__(self, home: Path) -> None:
        super().__init__(home, "worker")

    def is_ready(self) -> bool:
        """Its heart is asked for by the API's own readiness."""
        return self.is_running()


def linli_command(*words: str) -> list[str]:
    return [sys.executable, "-m", "backend.cli", *words]


def http_status(host: str, port: int, path: str, headers: Mapping[str, str] | None = None) -> int | None:
    """None when nobody answers."""
    connection = http.client.HTTPConnection(host, port, timeout=3)
    try:
        connection.request("GET", path, headers=dict(headers or {}))
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
