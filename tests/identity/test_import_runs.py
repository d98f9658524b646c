"""The run of an import: in batches, again after a crash, two at once, twenty thousand homes."""

import asyncio
import os
import sys
import time
from pathlib import Path
from uuid import uuid4

import pytest

from backend.core.database import fetch, fetchval
from backend.identity.rules.address_files import FILE_MAX_BYTES
from backend.identity.service import imports
from tests.house import Clock, Community, House, Neighbour
from tests.identity.address_tables import HEAD, SMALL, hand_in, imported

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def admin(house: House, community: Community) -> Neighbour:
    return await house.officer(community, "committee_admin")


async def test_after_a_crash_it_goes_on_where_it_stopped(community: Community, house: House) -> None:
    text = (
        f"{HEAD}\n"
        + "".join(f"柳岸新村,1号楼,{door // 100 + 1}单元,{door % 100},\n" for door in range(1700))
        + "坏,,,,\n"
    )
    import_id = await imports.store(community.id, content=text.encode(), file_name="a", dry_run=False, started_by=None)

    def die(done: int, total: int) -> None:
        if done > 1000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await imports.run_import(import_id, die)
    half = await fetchval("SELECT rows_done FROM address_import WHERE id = $1", import_id)
    assert half == 1001
    assert await fetchval("SELECT count(*) FROM place WHERE kind = 'home' AND path LIKE '柳岸%'") == half - 1
    for _ in range(2):
        await imports.run_import(import_id)
    row = (await fetch("SELECT state, created, unchanged, errors, rows_done FROM address_import"))[0]
    assert tuple(row) == ("done", 1700, 0, 1, 1701)


async def test_two_runs_at_once_count_each_row_once(community: Community, house: House) -> None:
    text = f"{HEAD}\n" + "".join(f"柳岸新村,1号楼,{door // 100 + 1}单元,{door % 100},\n" for door in range(3000))
    import_id = await imports.store(community.id, content=text.encode(), file_name="a", dry_run=False, started_by=None)
    await asyncio.gather(imports.run_import(import_id), imports.run_import(import_id), return_exceptions=True)
    await imports.run_import(import_id)
    row = (await fetch("SELECT state, created, unchanged, errors, rows_done FROM address_import"))[0]
    assert tuple(row) == ("done", 3000, 0, 0, 3000)
    assert await fetchval("SELECT count(*) FROM place WHERE kind = 'home' AND path LIKE '柳岸%'") == 3000


async def test_a_stalled_import_gives_way_after_an_hour(
    community: Community, admin: Neighbour, moved_clock: Clock
) -> None:
    answer = await hand_in(admin, community, SMALL)
    moved_clock.advance(minutes=59)
    await imports.fail_stalled()
    assert await fetchval("SELECT state FROM address_import") == "queued"
    moved_clock.advance(minutes=2)
    await imports.fail_stalled()
    assert await fetchval("SELECT state FROM address_import") == "failed"
    await imports.run_import(answer.json()["id"])
    assert await fetchval("SELECT state FROM address_import") == "failed"


async def test_an_absent_import_is_passed_over(house: House) -> None:
    for _ in range(3):
        await imports.run_import(uuid4())


async def test_twenty_thousand_homes_take_less_than_a_minute(community: Community, house: House) -> None:
    text = f"{HEAD}\n" + "".join(
        f"柳岸新村,{home // 200 + 1}幢,{home // 50 % 4 + 1}单元,{home % 50 + 1:03},{60 + home % 90}.5\n"
        for home in range(20_000)
    )
    seen: list[int] = []
    began = time.monotonic()
    import_id = await imports.store(community.id, content=text.encode(), file_name="a", dry_run=False, started_by=None)
    await imports.run_import(import_id, lambda done, total: seen.append(done))
    took = time.monotonic() - began
    print(f"20,000 homes in {took:.1f} s")
    assert took < 60
    assert seen == list(range(0, 20_001, imports.BATCH_ROWS))
    assert await fetchval("SELECT home_count FROM community WHERE id = $1", community.id) == 20_000 + len(
        community.homes
    )


async def test_ended_imports_keep_no_file(house: House, community: Community, admin: Neighbour) -> None:
    await imported(house, admin, community, SMALL)
    assert await fetchval("SELECT max(length(content)) FROM address_import") == 0


async def command(folder: Path, *words: str) -> tuple[int, str]:
    """`linli import …` as an operator runs it; its exit status and all it said."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "backend.cli",
        "import",
        *words,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await child.communicate()
    assert child.returncode is not None
    return child.returncode, said.decode()


async def test_the_command_imports_and_writes_down_what_it_could_not(
    house: House, community: Community, tmp_path: Path
) -> None:
    (tmp_path / "地址.csv").write_text(SMALL + "柳岸新村,,,1,\n", "utf-8")
    words = ("addresses", "地址.csv", "--community", community.name)
    status, said = await command(tmp_path, *words, "--dry-run")
    assert status == 1 and "dry run" in said, said
    assert await fetchval("SELECT count(*) FROM place WHERE path LIKE '柳岸%'") == 0
    status, said = await command(tmp_path, *words)
    assert status == 1 and "5/5" in said, said
    assert await fetchval("SELECT count(*) FROM place WHERE path LIKE '柳岸%' AND kind = 'home'") == 4
    assert "楼栋" in (tmp_path / "地址-errors.csv").read_text("utf-8-sig")
    (tmp_path / "好.csv").write_text(SMALL, "utf-8")
    status, said = await command(tmp_path, "addresses", "好.csv", "--community", str(community.id))
    assert status == 0, said


async def test_the_command_says_in_one_sentence_what_is_wrong(
    house: House, community: Community, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text(SMALL, "utf-8")
    (tmp_path / "big.csv").write_bytes(b"x" * (FILE_MAX_BYTES + 1))
    await imports.store(community.id, content=b"", file_name="x", dry_run=True, started_by=None)
    for words, said in (
        (("addresses", "a.csv", "--community", "没有的社区"), "There is no community"),
        (("addresses", "none.csv", "--community", community.name), "cannot be read"),
        (("addresses", "big.csv", "--community", community.name), "over 5 MB"),
        (("addresses", "a.csv", "--community", community.name), "Another address file"),
    ):
        status, told = await command(tmp_path, *words)
        assert status == 1 and said in told and "Traceback" not in told, told
