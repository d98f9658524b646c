"""The folders inside LINLI_HOME, and the lock that lets one supervisor use them."""

import fcntl
import os
from pathlib import Path
from typing import IO

from backend.parts.account import give_to_server
from backend.parts.trouble import Trouble

DISK_FREE_MIN_BYTES = 200 * 1024 * 1024


def prepare_home(home: Path) -> None:
    """Makes the folders. Touches nothing above `home`, and no permission of a folder it didn't make."""
    try:
        if not home.exists():
            # Others may pass through to the sockets' own 0700 folders, not look around.
            home.mkdir(mode=0o711, parents=True)
        for folder in (home / "log", home / "media", home / "run", home / "run" / "pg"):
            folder.mkdir(mode=0o700, exist_ok=True)
        give_to_server(home / "run")
        _try_writing(home)
    except (FileExistsError, NotADirectoryError):
        raise Trouble(f"LINLI_HOME={home} 不是目录。", f"LINLI_HOME={home} is not a folder.") from None
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise Trouble(f"无法写入 LINLI_HOME={home}:{why}。", f"LINLI_HOME={home} cannot be written: {why}.") from None


def lock_home(home: Path) -> IO[str]:
    """Held until the file is closed or the process dies; the kernel sees to the latter."""
    lock = (home / "lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "?"
        lock.close()
        raise Trouble(
            f"已有一个 linli(pid {holder})在使用 {home}。", f"Another linli (pid {holder}) already uses {home}."
        ) from None
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def _try_writing(home: Path) -> None:
    probe = home / ".writable"
    try:
        probe.write_bytes(b"\0" * 4096)
    finally:
        probe.unlink(missing_ok=True)
    free = os.statvfs(home)
    if free.f_bavail * free.f_frsize < DISK_FREE_MIN_BYTES:
        megabytes = DISK_FREE_MIN_BYTES // 1024 // 1024
        raise Trouble(
            f"LINLI_HOME={home} 所在磁盘剩余不足 {megabytes} MB,请先腾出空间。",
            f"The disk of LINLI_HOME={home} has less than {megabytes} MB left: make room first.",
        )
