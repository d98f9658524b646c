"""The supervisor with small real children: a sleeper, a crasher, one that won't listen."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.parts.account import dying_with_us
from backend.parts.child import LOG_MAX_BYTES, Child
from backend.parts.processes import command_line
from backend.parts.supervisor import BACKOFF_FIRST_S, StopAsked, Supervisor
from backend.parts.trouble import Trouble

ROOT = Path(__file__).parents[2]


class Script(Child):
    """A shell script; ready as soon as it runs, or never."""

    def __init__(self, folder: Path, script: str, name: str = "script", *, ever_ready: bool = True) -> None:
        self.name = name
        self._ever_ready = ever_ready
        super().__init__(folder)
        self._script = script

    def command(self) -> list[str]:
        return dying_with_us(["/bin/sh", "-c", self._script], death_signal="KILL")

    def is_ready(self) -> bool:
        return self._ever_ready and self.is_running()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(said: list[str]) -> Iterator[Supervisor]:
    before = {wish: signal.getsignal(wish) for wish in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    with Supervisor(lambda _zh, en: said.append(en)) as entered:
        yield entered
    for wish, handler in before.items():
        signal.signal(wish, handler)


def watch_until(supervisor: Supervisor, happened: Callable[[], bool]) -> None:
    """Watches until it happened, at most a minute, and then asks to stop as a terminal would."""

    def ask() -> None:
        deadline = time.monotonic() + 60
        while not happened() and time.monotonic() < deadline:
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGTERM)

    asking = threading.Thread(target=ask)
    asking.start()
    with pytest.raises(StopAsked):
        supervisor.watch()
    asking.join()
    assert happened()


def test_crashed_child_is_started_again_and_said_so(supervisor: Supervisor, said: list[str], tmp_path: Path) -> None:
    child = Script(tmp_path, "sleep 60")
    supervisor.start(child)
    first = child.pid
    assert first
    os.kill(first, signal.SIGKILL)
    watch_until(supervisor, lambda: any("is back" in line for line in said))
    assert child.pid not in (None, first)
    assert said[0] == f"script ended (SIGKILL); starting it again in {BACKOFF_FIRST_S:g} s"


def test_waits_grow_while_a_child_keeps_crashing(supervisor: Supervisor, said: list[str], tmp_path: Path) -> None:
    supervisor.start(Script(tmp_path, "sleep 0.05; echo no luck; exit 3"))
    watch_until(supervisor, lambda: sum("ended" in line for line in said) >= 4)
    ended = [line for line in said if "ended" in line]
    assert ended[0].startswith("script ended (exit 3: no luck)")
    assert [line.rsplit(" ", 2)[1] for line in ended[:4]] == ["0.2", "0.4", "0.8", "1.6"]


def test_children_stop_in_the_opposite_order(said: list[str], tmp_path: Path) -> None:
    order = tmp_path / "order"
    script = "trap 'echo {0} >> {1}; exit 0' TERM; touch {1}.{0}; while :; do sleep 0.01; done"
    with Supervisor(lambda _zh, en: said.append(en)) as supervisor:
        for name in ("first", "second", "third"):
            supervisor.start(Script(tmp_path, script.format(name, order), name))
            while not Path(f"{order}.{name}").exists():
                time.sleep(0.01)
    assert order.read_text().split() == ["third", "second", "first"]


def test_deaf_child_and_its_own_children_are_killed(tmp_path: Path) -> None:
    deaf = Script(tmp_path, "trap '' TERM; sleep 61 & echo $! > grandchild; while :; do sleep 0.1; done")
    deaf.stop_timeout_s = 0.5
    os.chdir(tmp_path)
    deaf.start()
    noted = tmp_path / "grandchild"
    while not (noted.exists() and noted.read_text().strip()):
        time.sleep(0.01)
    began = time.monotonic()
    deaf.stop()
    assert time.monotonic() - began < 30
    assert deaf.exit_status == -signal.SIGKILL
    with pytest.raises(ProcessLookupError):
        _wait_until_gone(int(noted.read_text()))


def test_a_wish_to_stop_is_heard_between_two_looks_alone(supervisor: Supervisor, tmp_path: Path) -> None:
    child = Script(tmp_path, "sleep 60")
    supervisor.start(child)
    for wish in (signal.SIGTERM, signal.SIGINT):
        os.kill(os.getpid(), wish)
        # In the middle of asking or starting it would leave a lock taken, or a child that nobody knows.
        assert child.is_running()
    with pytest.raises(StopAsked):
        supervisor.pause(0)


def test_a_command_that_runs_once_ends_with_us(supervisor: Supervisor, tmp_path: Path) -> None:
    assert supervisor.run_once(["/bin/sh", "-c", "exit 3"]) == 3
    noted = tmp_path / "pid"

    def ask() -> None:
        while not (noted.exists() and noted.read_text().strip()):
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    asking = threading.Thread(target=ask)
    asking.start()
    with pytest.raises(StopAsked):
        supervisor.run_once(["/bin/sh", "-c", f"echo $$ > {noted}; exec sleep 63"])
    asking.join()
    assert not command_line(int(noted.read_text()))


def test_child_that_ends_at_once_is_a_trouble_with_its_last_words(supervisor: Supervisor, tmp_path: Path) -> None:
    waiting = Script(tmp_path, "sleep 60", "waiting", ever_ready=False)
    with pytest.raises(Trouble, match="script did not start: exit status 1 · out of luck"):
        supervisor.start(Script(tmp_path, "echo out of luck; exit 1", ever_ready=False), waiting)


def test_child_that_never_gets_ready_is_a_trouble(supervisor: Supervisor, tmp_path: Path) -> None:
    child = Script(tmp_path, "sleep 60", ever_ready=False)
    child.start_timeout_s = 0.4
    with pytest.raises(Trouble, match="script did not start: not ready within 0 s"):
        supervisor.start(child)


def test_log_is_bounded(tmp_path: Path) -> None:
    child = Script(tmp_path, "exit 0")
    child.log_path.write_bytes(b"x" * (LOG_MAX_BYTES + 1))
    child.bound_log()
    assert child.log_path.stat().st_size == 0
    assert (tmp_path / "script.log.1").stat().st_size == LOG_MAX_BYTES + 1


def test_log_is_bounded_where_the_older_part_cannot_be_written(tmp_path: Path) -> None:
    """As on a full disk, where the supervisor must not be the next to end."""
    child = Script(tmp_path, "exit 0")
    (tmp_path / "script.log.1").mkdir()
    child.log_path.write_bytes(b"x" * (LOG_MAX_BYTES + 1))
    child.bound_log()
    assert child.log_path.stat().st_size == 0


def test_a_signal_without_a_name_is_an_end_like_others(supervisor: Supervisor, said: list[str], tmp_path: Path) -> None:
    child = Script(tmp_path, "sleep 60")
    supervisor.start(child)
    assert child.pid
    os.kill(child.pid, signal.SIGRTMIN + 5)
    watch_until(supervisor, lambda: any("is back" in line for line in said))
    assert said[0].startswith(f"script ended (signal {signal.SIGRTMIN + 5});")


def test_children_die_with_a_killed_supervisor(tmp_path: Path) -> None:
    program = tmp_path / "supervise.py"
    program.write_text(
        "from pathlib import Path\n"
        "from backend.parts.supervisor import Supervisor\n"
        "from tests.parts.test_supervisor import Script\n"
        "with Supervisor(print) as supervisor:\n"
        # It tells its number itself: before its script runs, nothing ties it to the supervisor yet.
        f"    supervisor.start(Script(Path({str(tmp_path)!r}), 'echo $$ >pid; exec sleep 62'))\n"
        "    supervisor.watch()\n"
    )
    outer = Script(tmp_path, f"cd {tmp_path} && PYTHONPATH={ROOT} exec {sys.executable} {program}", "outer")
    outer.start()
    try:
        noted = tmp_path / "pid"
        while not (noted.exists() and noted.read_text().strip()):
            assert outer.is_running(), outer.last_words()
            time.sleep(0.02)
        assert outer.pid
        os.kill(outer.pid, signal.SIGKILL)
        with pytest.raises(ProcessLookupError):
            _wait_until_gone(int(noted.read_text()))
    finally:
        outer.stop()


def _wait_until_gone(pid: int) -> None:
    """Raises ProcessLookupError as soon as the process is gone or only a zombie; returns after 30 s if it isn't."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if not command_line(pid):
            raise ProcessLookupError(pid)
        time.sleep(0.02)
