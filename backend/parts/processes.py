"""Which processes are alive, by what the kernel says and not by what a pid file claims."""

import ctypes
import os
import signal
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36  # <linux/prctl.h>


def processes_marked(mark: str) -> list[int]:
    """Living processes with `mark` in their command line or title, ours apart.

    Readable for every account, unlike a process's folder or files. A zombie's is empty.
    """
    wanted = os.fsencode(mark)
    return [pid for pid in _all_processes() if pid != os.getpid() and wanted in command_line(pid)]


def _all_processes() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def command_line(pid: int) -> bytes:
    """Empty when there is no such process, or only a zombie."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def adopt_orphans() -> None:
    """From now on a grandchild whose parent died is ours to reap; in a container nobody else may do it."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def reap_orphans(*, but: set[int]) -> None:
    """Reaps every dead child of ours apart from `but`, whose exit status somebody else waits for."""
    while True:
        try:
            # Peeked at first: taking the status of a supervised child would hide how it ended.
            dead = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if dead is None or dead.si_pid in but:
            return
        os.waitpid(dead.si_pid, os.WNOHANG)


def kill_and_reap(pid: int) -> None:
    """kill -9; reaped when it is ours, by birth or by adoption."""
    try:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    except (ProcessLookupError, ChildProcessError):
        return
