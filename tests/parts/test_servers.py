"""The embedded PostgreSQL and Valkey, started, killed and met again."""

import asyncio
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from redis import Redis

from backend.parts.account import SERVER_UID
from backend.parts.home import prepare_home
from backend.parts.postgres import Postgres, binary
from backend.parts.processes import command_line, processes_marked
from backend.parts.trouble import Trouble
from backend.parts.valkey import Valkey
from tests.parts_fixture import Parts, start_parts

ROOT = Path(__file__).parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives up rights")


@pytest.fixture
def parts(home: Path) -> Iterator[Parts]:
    running = start_parts(home, durable=True)
    yield running
    running.stop()


def value(parts: Parts, query: str) -> object:
    async def ask() -> object:
        connection = await asyncpg.connect(parts.dsn)
        try:
            return await connection.fetchval(query)
        finally:
            await connection.close()

    return asyncio.run(ask())


def test_settings_are_the_durable_ones(parts: Parts) -> None:
    wanted = {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "listen_addresses": "",
        "TimeZone": "UTC",
    }
    assert {name: value(parts, f"SHOW {name}") for name in wanted} == wanted


def test_the_application_owns_its_database_and_is_no_superuser(parts: Parts) -> None:
    assert value(parts, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    value(parts, "CREATE EXTENSION pg_trgm")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        value(parts, "SELECT pg_read_file('/etc/passwd')")


def test_nothing_of_a_refused_row_is_logged(parts: Parts) -> None:
    value(parts, "CREATE TABLE resident (phone text UNIQUE)")
    value(parts, "INSERT INTO resident VALUES ('13800001234')")
    with pytest.raises(asyncpg.UniqueViolationError):
        value(parts, "INSERT INTO resident VALUES ('13800001234')")
    log = parts.postgres.log_path.read_text()
    assert "duplicate key" in log
    assert "13800001234" not in log


def test_only_the_owner_may_enter_the_folders(parts: Parts) -> None:
    for folder in ("pg", "run", "run/pg", "log", "media"):
        assert stat.S_IMODE((parts.home / folder).stat().st_mode) == 0o700, folder
    assert not (parts.home / "run" / "valkey.sock").stat().st_mode & 0o077


@as_root
def test_servers_run_under_an_account_that_owns_nothing_else(parts: Parts) -> None:
    for pid in parts.pids.values():
        assert os.stat(f"/proc/{pid}").st_uid == SERVER_UID


@as_root
def test_root_only_folders_are_entered_without_being_opened() -> None:
    """One capability lets the servers through; the folder above stays as it was."""
    outside = Path("/root/.linli-test")
    outside.mkdir(mode=0o700)
    try:
        before = stat.S_IMODE(Path("/root").stat().st_mode), stat.S_IMODE(outside.stat().st_mode)
        running = start_parts(outside / "home", durable=False)
        try:
            assert value(running, "SELECT 1") == 1
            held = Path(f"/proc/{running.pids['postgres']}/status").read_text()
            assert f"CapEff:\t{1 << 2:016x}" in held  # CAP_DAC_READ_SEARCH alone
        finally:
            running.stop()
        assert before == (stat.S_IMODE(Path("/root").stat().st_mode), stat.S_IMODE(outside.stat().st_mode))
    finally:
        shutil.rmtree(outside)


@as_root
@pytest.mark.parametrize("above", ["/root", "/tmp"])
def test_servers_start_with_the_few_capabilities_of_a_container(above: str) -> None:
    """Docker's default set lacks CAP_DAC_READ_SEARCH and CAP_SYS_PTRACE."""
    held = "chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service net_raw sys_chroot mknod"
    bounding = ",".join(["-all", *(f"+{name}" for name in held.split())])
    with tempfile.TemporaryDirectory(prefix="linli-", dir=above) as base:
        program = (
            "from pathlib import Path; from tests.parts_fixture import start_parts\n"
            f"parts = start_parts(Path({base!r}) / 'home', durable=False)\n"
            "parts.kill('postgres'); parts.start('postgres'); parts.stop()"
        )
        command = ["setpriv", f"--bounding-set={bounding}", sys.executable, "-c", program]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_nothing_listens_on_tcp(parts: Parts) -> None:
    listening = subprocess.run(["ss", "-ltnp"], capture_output=True, text=True, check=True).stdout
    for pid in parts.pids.values():
        assert f"pid={pid}," not in listening


@pytest.mark.parametrize("name", ["postgres", "valkey"])
def test_killed_server_comes_back_with_its_data(parts: Parts, name: str) -> None:
    value(parts, "CREATE TABLE kept AS SELECT 7 AS n")
    before = parts.pids[name]
    parts.kill(name)
    assert parts.pids[name] is None
    parts.start(name)
    assert parts.pids[name] not in (None, before)
    assert value(parts, "SELECT n FROM kept") == 7
    assert Redis.from_url(parts.redis_url).ping()


def test_stop_and_start_keeps_data(home: Path) -> None:
    first = start_parts(home, durable=True)
    value(first, "CREATE TABLE kept AS SELECT 7 AS n")
    first.stop()
    second = start_parts(home, durable=True)
    try:
        assert value(second, "SELECT n FROM kept") == 7
    finally:
        second.stop()


def test_lock_file_of_a_reused_pid_does_not_block(parts: Parts) -> None:
    """What a power cut leaves: a postmaster.pid whose number now belongs to somebody else."""
    parts.postgres.kill()
    lock = parts.home / "pg" / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{parts.home}/pg\n1\n5432\n\n\n1 1\nready   \n")
    parts.start("postgres")
    assert parts.pids["postgres"]


def test_busy_backend_of_a_dead_server_is_ended_before_the_next(parts: Parts) -> None:
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(parts.dsn))
        backend = runner.run(connection.fetchval("SELECT pg_backend_pid()"))
        os.kill(backend, signal.SIGSTOP)  # as deaf as one in the middle of a long sort
        postmaster = parts.pids["postgres"]
        assert postmaster
        os.kill(postmaster, signal.SIGKILL)
        while parts.postgres.is_running():
            time.sleep(0.01)
        assert backend in processes_marked(parts.postgres.mark)
        parts.start("postgres")
        assert not command_line(backend)
        connection.terminate()


def test_server_started_by_hand_is_left_alone(parts: Parts) -> None:
    parts.postgres.stop()
    folder = parts.home / "pg"
    prefix = ["setpriv", "--reuid", str(SERVER_UID), "--clear-groups", "--ambient-caps=+dac_read_search"]
    prefix = [*prefix, "--inh-caps=+dac_read_search"] if os.geteuid() == 0 else []
    by_hand = subprocess.Popen(
        [*prefix, binary("postgres"), "-D", folder, "-k", parts.home / "run" / "pg", "-c", "listen_addresses="],
        stderr=subprocess.DEVNULL,
    )
    try:
        while "ready" not in (lock.read_text() if (lock := folder / "postmaster.pid").exists() else ""):
            time.sleep(0.02)
        with pytest.raises(Trouble, match=rf"Another PostgreSQL \(pid {by_hand.pid}\)"):
            parts.postgres.start()
        assert by_hand.poll() is None
    finally:
        by_hand.terminate()
        by_hand.wait()


def test_unfinished_cluster_is_made_again(home: Path) -> None:
    """Killed in the middle of initdb: nothing was acknowledged yet, so the half is thrown away."""
    prepare_home(home)
    (home / "pg.unfinished").mkdir()
    (home / "pg.unfinished" / "PG_VERSION").write_text("18\n")
    server = Postgres(home, durable=False)
    server.start()
    try:
        server.wait_ready()
        assert not (home / "pg.unfinished").exists()
    finally:
        server.stop()


def test_data_of_another_version_is_refused_untouched(home: Path) -> None:
    prepare_home(home)
    (home / "pg").mkdir()
    (home / "pg" / "PG_VERSION").write_text("15\n")
    with pytest.raises(Trouble, match="belongs to PostgreSQL 15"):
        Postgres(home).start()
    assert [path.name for path in (home / "pg").iterdir()] == ["PG_VERSION"]


def test_home_too_deep_for_a_socket_is_refused(home: Path) -> None:
    deep = home / ("深" * 30)
    prepare_home(deep)
    with pytest.raises(Trouble, match="too deep"):
        Postgres(deep).start()
    with pytest.raises(Trouble, match="too deep"):
        Valkey(deep).start()


def test_server_that_cannot_start_says_why(home: Path) -> None:
    prepare_home(home)
    server = Postgres(home, durable=False)
    server.start()
    server.wait_ready()
    server.stop()
    (home / "pg" / "global" / "pg_control").unlink()
    server.start()
    with pytest.raises(Trouble, match="postgres did not start: .*(PANIC|pg_control)"):
        server.wait_ready()
