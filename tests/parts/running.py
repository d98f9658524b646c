"""`linli up` as its own process, watched from outside as an operator would."""

import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

from backend.parts.processes import processes_marked
from backend.parts.programs import readiness

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120.0
STALL_S = 3.0
"""So long a machine that others use may stand still, whatever its load was a minute ago."""


class Running:
    """One `linli up` over `home`; use as a context, which ends it."""

    def __init__(self, home: Path, port: int, **variables: str) -> None:
        self.home, self.port = home, port
        self._output = home.parent / f"up-{port}.txt"
        surroundings = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
        surroundings |= {"LINLI_HOME": str(home), "LINLI_PORT": str(port), "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
        self._surroundings = surroundings | variables
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "backend.cli", "up"],
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._surroundings,
                cwd=home.parent,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.stop()

    def linli(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Another linli command, over the same home."""
        return subprocess.run(
            [sys.executable, "-m", "backend.cli", *words],
            capture_output=True,
            text=True,
            env=self._surroundings | variables,
            cwd=self.home.parent,
            check=False,
        )

    @property
    def output(self) -> str:
        return self._output.read_text()

    def wait_for(self, text: str, *, times: int = 1) -> None:
        self.wait_until(lambda: self.output.count(text) >= times, text)

    def wait_ready(self) -> float:
        """Seconds that the start took, by its own words."""
        self.wait_for("Linli is ready after")
        assert self.is_ready()
        found = re.search(r"Linli is ready after ([\d.]+) s", self.output)
        assert found
        return float(found[1])

    def is_ready(self) -> bool:
        answer = readiness("127.0.0.1", self.port)
        return answer is not None and answer.state == "ready"

    def wait_until(self, happened: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not happened():
            assert self.process.poll() is None, self.output
            assert time.monotonic() < deadline, f"waited in vain for: {what}\n{self.output}"
            time.sleep(0.05)

    def pid_of(self, name: str) -> int | None:
        """The supervised process itself, found by what it was started as."""
        needle = {
            "postgres": "cluster_name=linli-",
            "valkey": f"unixsocket:{self.home}/run/valkey.sock",
            "api": "backend.cli\0serve",
            "worker": "backend.cli\0worker",
        }[name]
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return next((pid for pid in processes_marked(needle) if str(pid) in children), None)

    def kill_child(self, name: str) -> int:
        pid = self.pid_of(name)
        assert pid is not None, f"no {name} among the children"
        os.kill(pid, signal.SIGKILL)
        return pid

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(60)


def on_this_machine(budget_s: float) -> float:
    """A budget for a machine that does nothing else, stretched by what this one does beside us, and one stall."""
    return budget_s * slower_by() + STALL_S


def slower_by() -> float:
    """How many times longer than on a machine that does nothing else a thing takes here."""
    # The load is a minute's mean, which knows nothing yet of what another worker of this run has just begun.
    least = 2.0 if "PYTEST_XDIST_WORKER" in os.environ else 1.0
    return max(least, os.getloadavg()[0] / (os.cpu_count() or 1))


def free_port() -> int:
    """Below those that the kernel gives to outgoing connections: one might take it before the server does."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def processes_of(home: Path) -> list[int]:
    """Every living process that LINLI_HOME, its environment or its command line ties to `home`."""
    return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if _belongs(pid, home)]


def _belongs(pid: int, home: Path) -> bool:
    try:
        known = Path(f"/proc/{pid}/cmdline").read_bytes()
        known += Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return False
    return os.fsencode(home) in known and pid != os.getpid()
