"""Address files at the desk: taken in, judged row by row, run in batches, run again."""

import asyncio
import csv
import io
import time
import zipfile
from datetime import date
from random import Random
from typing import Any
from uuid import uuid4

import httpx
import pytest
from openpyxl import Workbook

from backend.core.database import fetch, fetchval
from backend.identity.rules import address_files, addresses
from backend.identity.service import imports
from tests.house import Clock, Community, House, Neighbour, at_once, key

PATH = "/desk/address-imports"
HEAD = "小区,楼栋,单元,户,面积"
SMALL = f"""{HEAD}
柳岸新村,1号楼,1单元,101,88.5
柳岸新村,1号楼,1单元,102,
柳岸新村,10号楼,,301,60.25
柳岸新村,2号楼,2单元,201,
"""


@pytest.fixture
async def admin(house: House, community: Community) -> Neighbour:
    return await house.officer(community, "committee_admin")


async def hand_in(
    who: Neighbour,
    community: Community,
    content: bytes | str,
    *,
    dry_run: bool = False,
    name: str = "地址.csv",
    **more: Any,
) -> httpx.Response:
    data = content.encode() if isinstance(content, str) else content
    form = {"community_id": str(community.id), "dry_run": "true" if dry_run else "false"}
    return await who.post(PATH, data=form, files={"file": (name, data)}, **more)


async def imported(
    house: House, who: Neighbour, community: Community, content: bytes | str, **how: Any
) -> dict[str, Any]:
    """Handed in, run by the worker's table of reactions, and read again."""
    answer = await hand_in(who, community, content, **how)
    assert answer.status_code == 202, answer.text
    assert answer.json()["state"] == "queued"
    await house.drain()
    told: dict[str, Any] = (await who.get(f"{PATH}/{answer.json()['id']}")).json()
    return told


async def places(community: Community) -> list[tuple[str, str, bool]]:
    rows = await fetch(
        """SELECT kind, path, has_children FROM place WHERE community = $1 AND path LIKE '柳岸新村%'
           ORDER BY path COLLATE "C" """,
        community.id,
    )
    return [(row["kind"], row["path"], row["has_children"]) for row in rows]


def sheet(rows: list[list[Any]]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


async def test_a_file_becomes_a_tree(house: House, community: Community, admin: Neighbour) -> None:
    told = await imported(house, admin, community, SMALL)
    assert told["state"] == "done", told
    assert (told["rows_total"], told["rows_done"], told["created"], told["errors"]) == (4, 4, 4, 0)
    assert await places(community) == [
        ("estate", "柳岸新村", True),
        ("building", "柳岸新村 10号楼", True),
        ("home", "柳岸新村 10号楼 301", False),
        ("building", "柳岸新村 1号楼", True),
        ("entrance", "柳岸新村 1号楼 1单元", True),
        ("home", "柳岸新村 1号楼 1单元 101", False),
        ("home", "柳岸新村 1号楼 1单元 102", False),
        ("building", "柳岸新村 2号楼", True),
        ("entrance", "柳岸新村 2号楼 2单元", True),
        ("home", "柳岸新村 2号楼 2单元 201", False),
    ]
    areas = await fetch("SELECT floor_area_cm2 FROM place WHERE kind = 'home' AND path LIKE '柳岸%' ORDER BY path")
    assert [row["floor_area_cm2"] for row in areas] == [602_500, 885_000, None, None]
    assert await fetchval("SELECT home_count FROM community WHERE id = $1", community.id) == 4 + len(community.homes)


async def test_doors_are_listed_as_people_count_them(house: House, community: Community, admin: Neighbour) -> None:
    await imported(house, admin, community, SMALL)
    path = f"/communities/{community.id}/addresses"
    estates = (await admin.get(path)).json()["items"]
    estate = next(it for it in estates if it["name"] == "柳岸新村")
    async with house.statements(3):
        below = (await admin.get(path, params={"parent": estate["id"]})).json()["items"]
    assert [it["name"] for it in below] == ["1号楼", "2号楼", "10号楼"]


async def test_again_it_changes_nothing(house: House, community: Community, admin: Neighbour) -> None:
    await imported(house, admin, community, SMALL)
    before = await fetch("SELECT * FROM place ORDER BY id")
    told = await imported(house, admin, community, SMALL)
    assert (told["created"], told["updated"], told["unchanged"]) == (0, 0, 4)
    assert await fetch("SELECT * FROM place ORDER BY id") == before


async def test_a_floor_area_told_later_is_taken(house: House, community: Community, admin: Neighbour) -> None:
    await imported(house, admin, community, SMALL)
    told = await imported(house, admin, community, SMALL.replace("102,", "102,99.99"))
    assert (told["created"], told["updated"], told["unchanged"]) == (0, 1, 3)
    assert await fetchval("SELECT floor_area_cm2 FROM place WHERE path = '柳岸新村 1号楼 1单元 102'") == 999_900


async def test_a_dry_run_says_the_same_and_writes_no_place(
    house: House, community: Community, admin: Neighbour
) -> None:
    before = await fetchval("SELECT count(*) FROM place")
    text = SMALL + "柳岸新村,1号楼,1单元,103,大\n"
    told = await imported(house, admin, community, text, dry_run=True)
    assert await fetchval("SELECT count(*) FROM place") == before
    real = await imported(house, admin, community, text)
    same = ("state", "rows_total", "rows_done", "created", "updated", "unchanged", "errors", "detail")
    assert {name: told[name] for name in same} == {name: real[name] for name in same}
    assert (real["created"], real["errors"]) == (4, 1)


BAD_ROWS = [
    (",1号楼,1单元,101,", "小区", "不能空着"),
    ("柳岸新村,,1单元,101,", "楼栋", "不能空着"),
    ("柳岸新村,1号楼,1单元,,", "户", "不能空着"),
    (f"柳岸新村,1号楼,1单元,{'长' * 41},", "户", "40"),
    ("柳岸新村,1号楼,1单元,109,88.555", "面积", "两位小数"),
    ("柳岸新村,1号楼,1单元,109,-3", "面积", "两位小数"),
    ("柳岸新村,1号楼,1单元,109,214748.37", "面积", "两位小数"),
    ("柳岸新村,1号楼,1单元,109,0", "面积", "两位小数"),
    ("柳岸新村,1号楼,1单元,101,", "户", "重复"),
    ("柳岸新村,1号楼,,1单元,", "户", "并存"),
    ("柳岸新村,10号楼,301,1,", "单元", "并存"),
    ('"=HYPERLINK(""x"")",1号楼,1单元,109,', "小区", "公式"),
    ("\u200b\u202e,1号楼,1单元,109,", "小区", "不能空着"),
]


async def test_bad_rows_are_reported_and_the_others_are_taken(
    house: House, community: Community, admin: Neighbour
) -> None:
    bad = "".join(f"{row}\n" for row, _, _ in BAD_ROWS)
    told = await imported(house, admin, community, f"{SMALL}{bad}柳岸新村,3号楼,1单元,101,\n")
    assert (told["state"], told["created"], told["errors"]) == ("done", 5, len(BAD_ROWS))
    assert told["rows_done"] == told["rows_total"] == 5 + len(BAD_ROWS)
    file = await admin.get(f"{PATH}/{told['id']}/errors")
    assert file.status_code == 200 and file.headers["content-type"] == "text/csv; charset=utf-8"
    assert file.content.startswith(b"\xef\xbb\xbf")
    head, *lines = csv.reader(io.StringIO(file.content.decode("utf-8-sig")))
    assert head == ["行", "列", "内容", "问题"]
    for line, number, (row, column, said) in zip(lines, range(6, 99), BAD_ROWS, strict=False):
        assert line[:2] == [str(number), column] and said in line[3], (row, line)
        assert not line[2].startswith(("=", "+", "-", "@"))


async def test_a_row_at_the_limit_is_taken(house: House, community: Community, admin: Neighbour) -> None:
    edge = f"柳岸新村,1号楼,1单元,{'长' * 40},\n柳岸新村,1号楼,1单元,109,214748.36\n"
    told = await imported(house, admin, community, SMALL + edge)
    assert (told["created"], told["errors"]) == (6, 0)


async def test_a_name_of_another_kind_that_stands_already_is_reported(
    house: House, community: Community, admin: Neighbour
) -> None:
    await imported(house, admin, community, SMALL)
    told = await imported(house, admin, community, f"{HEAD}\n柳岸新村,1号楼,,1单元,\n柳岸新村,10号楼,301,1,\n")
    assert (told["created"], told["errors"], told["rows_done"]) == (0, 2, 2)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_every_encoding_that_offices_save_is_read(
    house: House, community: Community, admin: Neighbour, encoding: str
) -> None:
    told = await imported(house, admin, community, SMALL.encode(encoding))
    assert told["created"] == 4


async def test_english_heads_other_delimiters_and_blank_rows_are_read(
    house: House, community: Community, admin: Neighbour
) -> None:
    text = "Home;Estate;Building;Entrance\r\n101;Lake Garden;Block 1;\r\n;;;\r\n\r\n102;Lake Garden;Block 1;A\r\n"
    told = await imported(house, admin, community, text)
    assert (told["created"], told["errors"]) == (2, 0)
    assert await fetchval("SELECT 1 FROM place WHERE path = 'Lake-Garden Block-1 101'")


async def test_a_workbook_is_read(house: House, community: Community, admin: Neighbour) -> None:
    rows = [
        ["小区", "楼栋", "单元", "户", "面积"],
        ["柳岸新村", 1, "1单元", 101.0, 88.5],
        ["柳岸新村", 1, None, "202", None],
    ]
    rows += [["柳岸新村", date(2026, 3, 2), "1单元", 102, None], ["柳岸新村", "=1+1", "1单元", 103, None]]
    told = await imported(house, admin, community, sheet(rows), name="地址.xlsx")
    assert (told["created"], told["errors"]) == (2, 2)
    assert await fetchval("SELECT 1 FROM place WHERE path = '柳岸新村 1 1单元 101' AND floor_area_cm2 = 885000")
    file = (await admin.get(f"{PATH}/{told['id']}/errors", headers={"Accept-Language": "en"})).text
    assert "date" in file and "formula" in file


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (address_files.UNPACKED_MAX_BYTES + 1))
    return file.getvalue()


def with_entity() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet([["小区", "楼栋", "单元", "户"]]))) as old, zipfile.ZipFile(file, "w") as new:
        for part in old.infolist():
            xml = old.read(part)
            if part.filename == "xl/workbook.xml":
                xml = (
                    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
                    + xml.split(b"?>")[-1]
                )
            new.writestr(part.filename, xml)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "identity.file_unreadable"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", 422, "identity.file_unreadable"),
        ("小区,楼栋,单元\n甲,1,1\n".encode(), 422, "identity.file_unreadable"),
        ("小区,楼栋,单元,户,户\n甲,1,1,1,1\n".encode(), 422, "identity.file_unreadable"),
        (b"PK\x03\x04 and then nothing of a zip", 422, "identity.file_unreadable"),
        (with_entity(), 422, "identity.file_unreadable"),
        (bomb(), 413, "identity.file_too_large"),
        (
            SMALL.encode() + b" " * (address_files.FILE_MAX_BYTES + 1 - len(SMALL.encode())),
            413,
            "identity.file_too_large",
        ),
    ],
)
async def test_what_is_no_address_file_is_refused(
    community: Community, admin: Neighbour, content: bytes, status: int, code: str
) -> None:
    answer = await hand_in(admin, community, content)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert await fetchval("SELECT count(*) FROM address_import") == 0


async def test_a_file_of_just_the_limit_is_taken(community: Community, admin: Neighbour) -> None:
    filler = b"\n" * (address_files.FILE_MAX_BYTES - len(SMALL.encode()))
    answer = await hand_in(admin, community, SMALL.encode() + filler)
    assert answer.status_code == 202, answer.text


def test_rows_have_a_most() -> None:
    text = f"{HEAD}\n" + "".join(f"甲,1,1,{door},\n" for door in range(addresses.ROWS_MAX))
    assert len(addresses.read_sheet(text.encode()).addresses) == addresses.ROWS_MAX
    with pytest.raises(addresses.TooManyRows):
        addresses.read_sheet((text + "甲,1,1,x,\n").encode())


async def test_a_file_that_breaks_in_the_middle_fails_by_name(
    house: House, community: Community, admin: Neighbour
) -> None:
    told = await imported(house, admin, community, SMALL + '柳岸新村,1号楼,1单元,"101\n')
    assert told["state"] == "failed" and "CSV" in told["detail"]
    assert await places(community) == []
    assert await fetchval("SELECT length(content) FROM address_import") == 0


async def test_the_form_is_checked(community: Community, admin: Neighbour) -> None:
    form = {"community_id": str(community.id)}
    for files, data in (
        ({"file": ("a.csv", SMALL.encode())}, {}),
        ({"file": ("a.csv", SMALL.encode())}, {"community_id": "no"}),
        ({"file": ("a.csv", SMALL.encode())}, form | {"dry_run": "maybe"}),
        ({"file": ("a.csv", SMALL.encode())}, form | {"more": "x"}),
        ({"other": ("a.csv", SMALL.encode())}, form),
    ):
        answer = await admin.post(PATH, data=data, files=files)
        assert answer.status_code in (400, 422), answer.text
    assert await fetchval("SELECT count(*) FROM address_import") == 0


async def test_without_a_word_it_is_a_dry_run(community: Community, admin: Neighbour) -> None:
    form = {"community_id": str(community.id)}
    answer = await admin.post(PATH, data=form, files={"file": ("a.csv", SMALL.encode())})
    assert answer.status_code == 202 and answer.json()["dry_run"] is True


async def test_one_file_at_a_time_in_a_community(house: House, community: Community, admin: Neighbour) -> None:
    answers = await at_once(*(hand_in(admin, community, SMALL) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [202, 409, 409, 409, 409]
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"identity.import_running"}
    await house.drain()
    assert (await hand_in(admin, community, SMALL)).status_code == 202


async def test_the_same_key_and_file_are_one_import(house: House, community: Community, admin: Neighbour) -> None:
    headers = key()
    first = await hand_in(admin, community, SMALL, headers=headers)
    await house.drain()
    again = await hand_in(admin, community, SMALL, headers=headers)
    assert again.status_code == 202 and again.json()["id"] == first.json()["id"]
    other = await hand_in(admin, community, SMALL + "柳岸新村,9号楼,1单元,101,\n", headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "core.key_reused")


async def test_only_those_who_may_here(house: House, community: Community, admin: Neighbour) -> None:
    elsewhere = await house.open_community("桃源社区")
    stranger = await house.officer(elsewhere, "committee_admin")
    moderator = await house.officer(community, "moderator")
    told = await imported(house, admin, community, SMALL)
    assert (await hand_in(stranger, community, SMALL)).status_code == 404
    assert (await hand_in(moderator, community, SMALL)).status_code == 403
    for path in (f"{PATH}/{told['id']}", f"{PATH}/{told['id']}/errors"):
        absent = await stranger.get(path.replace(told["id"], str(uuid4())))
        foreign = await stranger.get(path)
        assert foreign.status_code == absent.status_code == 404 and foreign.text == absent.text
        assert (await moderator.get(path)).status_code == 403
    assert (await stranger.get(PATH, params={"community_id": str(community.id)})).status_code == 404
    assert await fetchval("SELECT count(*) FROM address_import") == 1


async def test_the_list_is_newest_first_and_paged(house: House, community: Community, admin: Neighbour) -> None:
    made = [(await imported(house, admin, community, SMALL, dry_run=True))["id"] for _ in range(3)]
    where = {"community_id": str(community.id), "limit": 2}
    async with house.statements(3):
        first = (await admin.get(PATH, params=where)).json()
    second = (await admin.get(PATH, params=where | {"cursor": first["next_cursor"]})).json()
    assert [it["id"] for it in first["items"] + second["items"]] == made[::-1]
    assert second["next_cursor"] is None


async def test_handing_in_stays_within_its_statements(house: House, community: Community, admin: Neighbour) -> None:
    async with house.statements(8):
        answer = await hand_in(admin, community, SMALL)
    async with house.statements(4):
        await admin.get(f"{PATH}/{answer.json()['id']}")


async def test_a_run_leaves_one_audit_line(house: House, community: Community, admin: Neighbour) -> None:
    told = await imported(house, admin, community, SMALL)
    await imported(house, admin, community, SMALL, dry_run=True)
    rows = await fetch("SELECT subject_id, actor FROM audit_line WHERE action = 'addresses.imported'")
    assert [(str(row["subject_id"]), row["actor"]) for row in rows] == [(told["id"], admin.account_id)]


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


def shuffled(names: list[str]) -> list[str]:
    return Random(1).sample(names, len(names))


def test_numbers_in_names_sort_as_numbers() -> None:
    ordered = ["1幢", "2幢", "2幢东", "10幢", "100幢"]
    assert sorted(shuffled(ordered), key=addresses.sort_key) == ordered
    chinese = ["一单元", "二单元", "三单元", "十单元", "十二单元", "二十单元", "一百零三单元"]
    assert sorted(shuffled(chinese), key=addresses.sort_key) == chinese
    assert addresses.sort_key("三单元") == addresses.sort_key("3单元") == addresses.sort_key("３单元")
    assert max(len(addresses.sort_key(name)) for name in ("1a" * 20, "9" * 40, "㍿" * 40)) <= 120


async def test_ended_imports_keep_no_file(house: House, community: Community, admin: Neighbour) -> None:
    await imported(house, admin, community, SMALL)
    assert await fetchval("SELECT max(length(content)) FROM address_import") == 0
