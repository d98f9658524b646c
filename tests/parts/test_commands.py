"""The commands beside `linli up`, each as its own process over the running demo."""

import asyncio
import shutil
from pathlib import Path

import asyncpg
import pytest

from backend.cli import COMMANDS, USAGE_STATUS, load, main, usage
from tests.parts.running import Running

SHEET = "小区,楼栋,单元,户,面积\n新苑,1幢,1单元,101,88.5\n新苑,1幢,1单元,102,\n"


def execute(running: Running, statement: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(f"postgresql://linli@/linli?host={running.home}/run/pg")
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())


def test_every_command_can_be_loaded_and_is_in_the_usage() -> None:
    for name, command in COMMANDS.items():
        assert callable(load(command))
        assert name in usage()


def test_unknown_command_shows_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serv"]) == USAGE_STATUS
    assert "There is no command 'serv'" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["up", "serve", "migrate", "demo", "doctor", "check-invariants", "import", "openapi"])
def test_help_does_nothing_else(running: Running, name: str) -> None:
    helped = running.linli(name, "--help", LINLI_HOME="/nowhere")
    assert (helped.returncode, helped.stderr) == (0, "")
    assert f"usage: linli {name}" in helped.stdout


def test_migrate_and_demo_repeat_without_harm(running: Running) -> None:
    for command in ("migrate", "demo"):
        again = running.linli(command)
        assert (again.returncode, again.stderr) == (0, "")


def test_demo_is_refused_among_real_people(running: Running) -> None:
    refused = running.linli("demo", LINLI_DEMO="0")
    assert refused.returncode == 1
    assert "only when LINLI_DEMO=1" in refused.stderr


def test_command_without_a_database_says_so(running: Running, tmp_path: Path) -> None:
    for words in (["migrate"], ["check-invariants"]):
        refused = running.linli(*words, LINLI_HOME=str(tmp_path))
        assert refused.returncode == 1
        assert "The embedded database isn't running" in refused.stderr
        assert "Traceback" not in refused.stderr


def test_addresses_are_tried_imported_and_met_again(running: Running, tmp_path: Path) -> None:
    sheet = tmp_path / "addresses.csv"
    sheet.write_text(SHEET, "utf-8")
    words = ("import", "addresses", str(sheet), "--community", "桃源社区")
    count = ("postgres", "psql", "-Atc", "SELECT count(*) FROM place WHERE path LIKE '新苑%' AND kind = 'home'")
    for arguments, homes in (([*words, "--dry-run"], "0"), (words, "2"), (words, "2")):
        done = running.linli(*arguments)
        assert (done.returncode, done.stderr) == (0, "")
        assert running.linli(*count).stdout.strip() == homes


@pytest.mark.parametrize(
    ("file", "community", "named"), [("absent.csv", "桃源社区", "absent.csv"), ("a.csv", "无此社区", "无此社区")]
)
def test_import_that_cannot_begin_says_why(
    running: Running, tmp_path: Path, file: str, community: str, named: str
) -> None:
    (tmp_path / "a.csv").write_text(SHEET, "utf-8")
    refused = running.linli("import", "addresses", str(tmp_path / file), "--community", community)
    assert refused.returncode == 1
    assert named in refused.stderr
    assert "Traceback" not in refused.stderr


def test_invariants_hold_of_the_demo_and_a_defect_is_found(running: Running) -> None:
    held = running.linli("check-invariants")
    assert held.returncode == 0, held.stdout
    execute(running, "UPDATE community SET home_count = home_count + 1")
    try:
        found = running.linli("check-invariants")
        assert found.returncode == 1
        assert "✗ community.home_count" in found.stdout
    finally:
        execute(running, "UPDATE community SET home_count = home_count - 1")


def test_doctor_finds_a_running_linli_well(running: Running) -> None:
    seen = running.linli("doctor")
    for line in ("running and ready", "PostgreSQL 18", "Valkey", "demo mode shows the codes"):
        assert line in seen.stdout
    wrong = [line for line in seen.stdout.splitlines() if line.startswith("✗")]
    # Only the web client may be unbuilt where the tests run by themselves.
    assert [line for line in wrong if "web" not in line] == []


def test_doctor_names_each_ill_and_its_remedy(running: Running) -> None:
    ring = running.home / "keys" / "ring.json"
    ring.chmod(0o644)
    try:
        seen = running.linli(
            "doctor",
            LINLI_DEMO="0",
            LINLI_REDIS_URL="redis://:a-secret@127.0.0.1:9",
            LINLI_STORAGE_URL="file:///proc/nowhere",
            LINLI_MEILISEARCH_URL="http://somebody:a-secret@127.0.0.1:9",
            LINLI_FCM_CREDENTIALS="/nowhere.json",
            LINLI_FONT_FOLDER="/nowhere",
        )
    finally:
        ring.chmod(0o600)
    assert seen.returncode == 1
    for remedy in (
        "chmod 600",
        "LINLI_REDIS_URL",
        "LINLI_STORAGE_URL",
        "LINLI_MEILISEARCH_URL",
        "LINLI_FCM",
        "LINLI_FONT_FOLDER",
        "LINLI_SMS",
    ):
        assert remedy in seen.stdout
    assert "a-secret" not in seen.stdout + seen.stderr


def test_doctor_names_an_address_without_its_secrets(running: Running) -> None:
    seen = running.linli("doctor", LINLI_SMS_URL="http://somebody:a-secret@127.0.0.1:9/send?key=a-secret")
    assert "http://127.0.0.1:9/send" in seen.stdout
    assert "a-secret" not in seen.stdout + seen.stderr


def test_doctor_starts_what_is_stopped_and_stops_it_again(running: Running, home: Path, port: int) -> None:
    with Running(home, port) as short:
        short.wait_ready()
    seen = short.linli("doctor")
    assert "not running, the port is free" in seen.stdout
    assert "PostgreSQL 18" in seen.stdout
    assert not (home / "pg" / "postmaster.pid").exists()


def test_doctor_counts_held_jobs(running: Running) -> None:
    execute(
        running,
        "INSERT INTO pgqueuer (priority, created, updated, execute_after, status, entrypoint, heartbeat)"
        " VALUES (0, now(), now(), now(), 'failed', 'test.held', now())",
    )
    try:
        assert "1 jobs failed too often and are held" in running.linli("doctor").stdout
    finally:
        execute(running, "DELETE FROM pgqueuer WHERE entrypoint = 'test.held'")


def test_backup_is_restored_into_an_empty_home(running: Running, home: Path, port: int) -> None:
    """As docs/operating.md tells it: keys first, then the dump, then everything starts and holds."""
    dump = running.home.parent / "linli.dump"
    assert running.linli("postgres", "pg_dump", "--format=custom", f"--file={dump}").returncode == 0
    shutil.copytree(running.home / "keys", home / "keys")
    variables = {"LINLI_HOME": str(home), "LINLI_PORT": str(port)}
    restored = running.linli("postgres", "pg_restore", "--exit-on-error", str(dump), **variables)
    assert (restored.returncode, restored.stderr) == (0, "")
    count = ("postgres", "psql", "-Atc", "SELECT count(*), max(name) FROM place")
    assert running.linli(*count, **variables).stdout == running.linli(*count).stdout
    with Running(home, port) as again:
        again.wait_ready()
        assert again.linli("check-invariants").returncode == 0
