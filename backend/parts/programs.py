"""Linli's own two programs as supervised children."""

import http.client
import sys
from pathlib import Path

import msgspec

from backend.parts.account import dying_with_us
from backend.parts.child import Child

READY_PATH = "/api/v1/health/ready"
HEALTH_TIMEOUT_S = 5
ANSWER_MAX_BYTES = 65_536
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
        answer = readiness(self.host, self.port) if self.is_running() else None
        return answer is not None and answer.state == "ready"


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


class Readiness(msgspec.Struct):
    """What we read of the answer of `/health/ready`."""

    state: str
    parts: dict[str, str] = {}


def readiness(host: str, port: int) -> Readiness | None:
    """None when nobody answers, or not in our words. `ready` means every part is up."""
    connection = http.client.HTTPConnection(EVERYWHERE.get(host, host), port, timeout=HEALTH_TIMEOUT_S)
    try:
        connection.request("GET", READY_PATH)
        return msgspec.json.decode(connection.getresponse().read(ANSWER_MAX_BYTES), type=Readiness)
    except (OSError, http.client.HTTPException, msgspec.DecodeError, msgspec.ValidationError):
        return None
    finally:
        connection.close()
