"""`linli up` from outside: starts, stops, and what a kill -9 of any of its processes leaves."""

import asyncio
import os
import signal
import socket
import time
from pathlib import Path

import asyncpg
import pytest

from tests.parts.running import PATIENCE_S, Running, on_this_machine, processes_of

SECOND_START_MAX_S = 5.0
RECOVERY_MAX_S = 15.0


def ask_database(home: Path, query: str) -> object:
    async def ask() -> object:
        connection = await asyncpg.connect(f"postgresql://linli@/linli?host={home}/run/pg")
        try:
            return await connection.fetchval(query)
        finally:
            await connection.close()

    return asyncio.run(ask())


def test_stops_in_order_and_starts_again_with_its_data(home: Path, port: int) -> None:
    with Running(home, port) as first:
        first.wait_ready()
        ask_database(home, "CREATE TABLE kept AS SELECT 7 AS n")
        assert first.stop() == 0
        assert "all stopped" in first.output
    assert processes_of(home) == []
    assert "database system is shut down" in (home / "log" / "postgres.log").read_text()
    with Running(home, port) as second:
        assert second.wait_ready() < on_this_machine(SECOND_START_MAX_S)
        assert ask_database(home, "SELECT n FROM kept") == 7


@pytest.mark.parametrize("name", ["postgres", "valkey", "api", "worker"])
def test_killed_child_is_back_and_all_is_ready(running: Running, name: str) -> None:
    began = time.monotonic()
    killed = running.kill_child(name)
    running.wait_for(f"{name} ended (SIGKILL)")
    running.wait_for(f"{name} is back")
    running.wait_until(running.is_ready, "ready again")
    assert time.monotonic() - began < on_this_machine(RECOVERY_MAX_S)
    # Waited for: a process between two programs (setpriv, then Python) has no command line for a moment.
    running.wait_until(lambda: running.pid_of(name) not in (None, killed), f"another {name} among the children")


def test_killed_supervisor_leaves_nobody_and_the_next_start_works(home: Path, port: int) -> None:
    with Running(home, port) as first:
        first.wait_ready()
        ask_database(home, "CREATE TABLE kept AS SELECT 7 AS n")
        first.process.kill()
        first.process.wait()
    with Running(home, port) as at_once:
        at_once.wait_ready()
        assert ask_database(home, "SELECT n FROM kept") == 7
        at_once.process.kill()
        at_once.process.wait()
    deadline = time.monotonic() + PATIENCE_S
    while left := processes_of(home):
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def test_stop_during_the_start_leaves_nobody(home: Path, port: int) -> None:
    with Running(home, port) as starting:
        while not (home / "pg" / "postmaster.pid").exists():
            time.sleep(0.01)
        # Ctrl-C in the middle, where the other tests use SIGTERM at rest.
        assert starting.stop(signal.SIGINT) == 0
    assert processes_of(home) == []


def test_second_up_on_one_home_is_refused(running: Running) -> None:
    with Running(running.home, running.port + 1) as second:
        assert second.process.wait(PATIENCE_S) == 1
        assert f"Another linli (pid {running.process.pid}) already uses {running.home}" in second.output
    assert running.is_ready()


def test_port_in_use_is_refused(home: Path, port: int) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", port))
        stranger.listen()
        refused(home, port, f"Port {port} is in use by another program")
    assert not (home / "pg").exists()


def test_home_that_is_a_file_is_refused(home: Path, port: int) -> None:
    home.write_text("not ours")
    refused(home, port, "is not a folder")
    assert home.read_text() == "not ours"


def test_damaged_key_file_is_refused_and_kept(home: Path, port: int) -> None:
    ring = home / "keys" / "ring.json"
    ring.parent.mkdir(mode=0o700, parents=True)
    ring.write_text("{")
    ring.chmod(0o600)
    refused(home, port, f"The key file {ring} is damaged")
    assert ring.read_text() == "{"


def test_open_key_file_is_refused(home: Path, port: int) -> None:
    ring = home / "keys" / "ring.json"
    ring.parent.mkdir(mode=0o700, parents=True)
    ring.write_text("{}")
    ring.chmod(0o644)
    refused(home, port, "is open to other accounts")


def test_missing_keys_beside_data_are_refused(home: Path, port: int) -> None:
    (home / "pg").mkdir(parents=True)
    (home / "pg" / "PG_VERSION").write_text("18\n")
    refused(home, port, "is missing although there is data")
    assert not (home / "keys").exists()


def test_wrong_setting_is_refused(home: Path, port: int) -> None:
    refused(home, port, "LINLI_DATABASE_POOL_SIZE cannot be used", LINLI_DATABASE_POOL_SIZE="many")


def test_unreachable_outside_database_is_refused(home: Path, port: int) -> None:
    refused(home, port, "The database cannot be used", LINLI_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts")
@pytest.mark.parametrize(
    ("options", "sentence"),
    [("size=4m", "less than 200 MB left"), ("size=1g,ro", "Read-only file system")],
)
def test_disk_that_takes_nothing_is_refused(home: Path, port: int, options: str, sentence: str) -> None:
    home.mkdir()
    mounted = os.system(f"mount -t tmpfs -o {options} linli-test {home}") == 0
    if not mounted:
        pytest.skip("mounting is not permitted here")
    try:
        refused(home, port, sentence)
    finally:
        os.system(f"umount {home}")


def refused(home: Path, port: int, sentence: str, **variables: str) -> None:
    """One sentence in each language, status 1, no process left."""
    with Running(home, port, **variables) as refusing:
        assert refusing.process.wait(PATIENCE_S) == 1
        lines = refusing.output.splitlines()
    assert sentence in lines[-1]
    assert any(line.startswith("✗ ") for line in lines)
    assert "Traceback" not in refusing.output
    assert processes_of(home) == []
