"""A process that we start as our own child, wait for, stop and reap."""

import contextlib
import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path

from backend.parts.trouble import Trouble

LOG_MAX_BYTES = 20 * 1024 * 1024
POLL_S = 0.02


class Child(ABC):
    """One supervised process; a subclass says what to run and when it is ready."""

    name: str
    start_timeout_s: float = 30
    stop_timeout_s: float = 10
    stop_signal: signal.Signals = signal.SIGTERM

    def __init__(self, log_folder: Path) -> None:
        self.log_path = log_folder / f"{self.name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0

    @abstractmethod
    def command(self) -> list[str]:
        """The program and its arguments."""

    def prepare(self) -> None:  # noqa: B027 — most children need nothing made first
        """Makes what the process needs, and clears away what a killed one left. Before every start."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether it serves by now; asked until it does or `start_timeout_s` is over."""

    @property
    def pid(self) -> int | None:
        return self._process.pid if self.is_running() and self._process else None

    @property
    def started_pid(self) -> int | None:
        """The last one, running or not."""
        return self._process.pid if self._process else None

    @property
    def exit_status(self) -> int | None:
        return self._process.poll() if self._process else None

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Starts without waiting. Call from a thread that outlives the child: the kernel ties it to us by thread."""
        self._end_group()
        self.prepare()
        self._started_at = time.monotonic()
        self.bound_log()
        with self.log_path.open("ab") as log:
            # Its own session: Ctrl-C in the terminal reaches only the supervisor, which stops all in order.
            self._process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )

    def wait_ready(self) -> None:
        while not self.is_up():
            time.sleep(POLL_S)

    def is_up(self) -> bool:
        """Ready? Raises Trouble when it has ended instead, or takes longer than `start_timeout_s`."""
        if self.is_ready():
            return True
        if not self.is_running():
            raise self._start_trouble(f"exit status {self.exit_status}")
        if time.monotonic() - self._started_at > self.start_timeout_s:
            raise self._start_trouble(f"not ready within {self.start_timeout_s:.0f} s")
        return False

    def stop(self) -> None:
        """Asks, waits, then insists; returns once the process is reaped."""
        if self._process is None:
            return
        if self.is_running():
            self._process.send_signal(self.stop_signal)
        try:
            self._process.wait(self.stop_timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()
        self._end_group()

    def kill(self) -> None:
        """kill -9, and reap."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._end_group()

    def _end_group(self) -> None:
        """A child may have had children of its own; none outlives it."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def bound_log(self) -> None:
        """Keeps the log and one older part. The child appends, so emptying its file under it is safe."""
        if self.log_path.exists() and self.log_path.stat().st_size > LOG_MAX_BYTES:
            # A full disk has no room for the older part, and is the fuller for this one: emptied all the same.
            with contextlib.suppress(OSError):
                self.log_path.with_suffix(".log.1").write_bytes(self.log_path.read_bytes())
            os.truncate(self.log_path, 0)

    def _start_trouble(self, what: str) -> Trouble:
        why = " · ".join(filter(None, (what, self.last_words())))
        return Trouble(
            f"{self.name} 未能启动:{why}(日志:{self.log_path})。",
            f"{self.name} did not start: {why} (log: {self.log_path}).",
        )

    def last_words(self) -> str:
        if not self.log_path.exists():
            return ""
        lines = self.log_path.read_bytes()[-4096:].decode(errors="replace").strip().splitlines()
        return lines[-1].strip().rstrip(".") if lines else ""
