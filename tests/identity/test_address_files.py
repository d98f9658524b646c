"""What an address file may be, and how each row of it is judged."""

import csv
import io
import zipfile
from datetime import date
from random import Random
from typing import Any

import pytest
from openpyxl import Workbook

from backend.core.database import fetchval
from backend.identity.rules import address_files, addresses
from tests.house import Community, House, Neighbour
from tests.identity.address_tables import HEAD, PATH, SMALL, hand_in, imported

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


@pytest.fixture
async def admin(house: House, community: Community) -> Neighbour:
    return await house.officer(community, "committee_admin")


def sheet(rows: list[list[Any]]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


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
    assert await fetchval("SELECT count(*) FROM place WHERE path LIKE '柳岸%'") == 0
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


def shuffled(names: list[str]) -> list[str]:
    return Random(1).sample(names, len(names))


def test_numbers_in_names_sort_as_numbers() -> None:
    ordered = ["1幢", "2幢", "2幢东", "10幢", "100幢"]
    assert sorted(shuffled(ordered), key=addresses.sort_key) == ordered
    chinese = ["一单元", "二单元", "三单元", "十单元", "十二单元", "二十单元", "一百零三单元"]
    assert sorted(shuffled(chinese), key=addresses.sort_key) == chinese
    assert addresses.sort_key("三单元") == addresses.sort_key("3单元") == addresses.sort_key("３单元")
    assert max(len(addresses.sort_key(name)) for name in ("1a" * 20, "9" * 40, "㍿" * 40)) <= 120
