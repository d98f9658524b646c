"""Keeps children running: starts them in order, restarts what crashed, stops them in the opposite order."""

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Self

from backend.parts.child import POLL_S, Child
from backend.parts.processes import adopt_orphans, reap_orphans
from backend.parts.trouble import Trouble

LOOK_EVERY_S = 0.1
LOG_LOOK_EVERY_S = 60
BACKOFF_FIRST_S = 0.2
BACKOFF_MAX_S = 30.0
STEADY_AFTER_S = 60  # running this long, a crash counts as the first one again

Say = Callable[[str, str], None]


class StopAsked(BaseException):
    """SIGINT, SIGTERM or SIGHUP came. Like KeyboardInterrupt a wish, not an error."""


@dataclass
class Watch:
    """What the supervisor remembers about one child."""

    child: Child
    started_at: float
    backoff_s: float = BACKOFF_FIRST_S
    restart_at: float | None = None
    was_ready: bool = True


class Supervisor:
    """Children in the order of their start. `say` takes a sentence in Chinese and in English.

    A wish to stop is noted when it comes and heard in `pause` alone: raised just anywhere, it could leave a lock of
    `subprocess` taken, or a child that was started and not yet known, and nobody would ever stop that.
    """

    def __init__(self, say: Say) -> None:
        self._say = say
        self._watches: list[Watch] = []
        self._stop_asked = False

    def __enter__(self) -> Self:
        adopt_orphans()
        for wish in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(wish, self._note_wish)
        return self

    def __exit__(self, *_: object) -> None:
        for watch in reversed(self._watches):
            try:
                watch.child.stop()
            except Trouble as trouble:
                self._say(trouble.zh, trouble.en)
        self._reap()

    def start(self, *children: Child) -> None:
        """Starts them side by side and returns when all are ready."""
        for child in children:
            self._watches.append(Watch(child, time.monotonic()))
            child.start()
        # Each look is at all of them: what one waits for may be another that has ended.
        while [child for child in children if not child.is_up()]:
            self.pause(POLL_S)

    def run_once(self, command: list[str]) -> int:
        """A command that ends by itself, on our terminal; its exit status. It is ended with us."""
        with subprocess.Popen(command, stdin=subprocess.DEVNULL) as process:
            try:
                while process.poll() is None:
                    self.pause(POLL_S)
            except StopAsked:
                process.kill()
                raise
        return process.returncode

    def pause(self, seconds: float) -> None:
        """Raises StopAsked when somebody has asked."""
        time.sleep(seconds)
        if self._stop_asked:
            raise StopAsked

    def watch(self) -> None:
        """For ever, or until StopAsked."""
        logs_looked_at = time.monotonic()
        while True:
            now = time.monotonic()
            for watch in self._watches:
                self._look_at(watch, now)
            self._reap()
            if now - logs_looked_at > LOG_LOOK_EVERY_S:
                logs_looked_at = now
                for watch in self._watches:
                    watch.child.bound_log()
            self.pause(LOOK_EVERY_S)

    def _look_at(self, watch: Watch, now: float) -> None:
        child = watch.child
        if watch.restart_at is not None:
            if now >= watch.restart_at:
                self._restart(watch, now)
        elif not child.is_running():
            self._plan_restart(watch, now, _how_it_ended(child))
        elif not watch.was_ready and child.is_ready():
            watch.was_ready = True
            self._say(f"{child.name} 已恢复(pid {child.pid})", f"{child.name} is back (pid {child.pid})")

    def _plan_restart(self, watch: Watch, now: float, why: str) -> None:
        if now - watch.started_at > STEADY_AFTER_S:
            watch.backoff_s = BACKOFF_FIRST_S
        name, wait = watch.child.name, watch.backoff_s
        self._say(f"{name} 已退出({why}),{wait:g} 秒后重启", f"{name} ended ({why}); starting it again in {wait:g} s")
        watch.restart_at = now + wait
        watch.backoff_s = min(wait * 2, BACKOFF_MAX_S)

    def _restart(self, watch: Watch, now: float) -> None:
        watch.restart_at, watch.started_at, watch.was_ready = None, now, False
        try:
            watch.child.start()
        except (Trouble, OSError) as trouble:
            self._plan_restart(watch, now, str(trouble))

    def _reap(self) -> None:
        supervised = {watch.child.started_pid for watch in self._watches}
        reap_orphans(but={pid for pid in supervised if pid is not None})

    def _note_wish(self, _signal: int, _frame: FrameType | None) -> None:
        self._stop_asked = True


def _how_it_ended(child: Child) -> str:
    status = child.exit_status
    if status is not None and status < 0:
        # Most real-time signals have no name.
        named = {known.value: known.name for known in signal.Signals}
        return named.get(-status, f"signal {-status}")
    return f"exit {status}: {child.last_words()}"
