"""What an address row must be, and the order in which people count doors."""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from itertools import islice

import msgspec

from backend.core.text import clean_line
from backend.identity.errors import FileUnreadable, TooManyRows
from backend.identity.rules.address_files import DATE_CELL, table_rows

ROWS_MAX = 50_000
"""A large community has 8,000 homes; a whole subdistrict fits one file."""
BLANK_ROWS_MAX = 1_000
"""Spreadsheets trail formatted empty rows; more than this is not an address file."""
NAME_MAX_CHARS = 40
"""The column's bound."""
ERROR_ROWS_MAX = 1_000
"""Kept of all errors counted: whoever made a thousand mistakes made one."""
AREA_MAX_CM2 = 2**31 - 1
"""The column's bound, 214,748 m²."""
CM2_PER_M2 = 10_000  # by definition
SHOWN_MAX_CHARS = 60
"""Of a wrong value in the error file: enough to find the cell again."""

COLUMNS = {
    "estate": ("小区", "estate"),
    "building": ("楼栋", "building"),
    "entrance": ("单元", "entrance"),
    "home": ("户", "home"),
    "floor_area": ("面积", "floor_area"),
}
NEEDED = ("estate", "building", "entrance", "home")
MAY_BE_EMPTY = ("entrance", "floor_area")

_CHINESE_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_CHINESE_NUMBER = re.compile("[〇零一二两三四五六七八九十百]+(?=[幢栋号楼座单组期区门室户层])")
_DIGITS = re.compile("[0-9]+")
_SPACE_BY_HAN = re.compile("(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])")
_AREA = re.compile(r"[0-9]{1,6}(\.[0-9]{1,2})?")


class Address(msgspec.Struct, frozen=True):
    """A good row; an empty entrance hangs the home below its building. `row` counts from 1, the head included."""

    row: int
    estate: str
    building: str
    entrance: str
    home: str
    floor_area_cm2: int | None

    @property
    def door(self) -> tuple[str, str, str, str]:
        return self.estate, self.building, self.entrance, self.home


class RowError(msgspec.Struct, frozen=True):
    """`problem` is the code of a sentence."""

    row: int
    column: str
    value: str
    problem: str


class Sheet(msgspec.Struct, frozen=True):
    addresses: list[Address]
    errors: list[RowError]
    """At most one a row, the first that was met."""


def read_sheet(content: bytes) -> Sheet:
    """Every row judged. Raises FileUnreadable, FileTooLarge, TooManyRows."""
    rows = table_rows(content)
    columns = read_head(rows)
    sheet = Sheet([], [])
    judge = _Judge()
    blank = 0
    for number, cells in enumerate(rows, start=2):
        if not any(cell.strip() for cell in cells):
            blank += 1
            if blank > BLANK_ROWS_MAX:
                raise TooManyRows(rows=ROWS_MAX)
            continue
        if len(sheet.addresses) + len(sheet.errors) >= ROWS_MAX:
            raise TooManyRows(rows=ROWS_MAX)
        found = judge.read(number, {name: cells[at] if at < len(cells) else "" for name, at in columns.items()})
        if isinstance(found, Address):
            sheet.addresses.append(found)
        else:
            sheet.errors.append(found)
    return sheet


def read_head(rows: Iterator[list[str]]) -> dict[str, int]:
    """Which column stands where. Raises FileUnreadable when one of the four is missing or there twice."""
    (head,) = list(islice(rows, 1)) or [[]]
    titles = [unicodedata.normalize("NFKC", cell).strip().lower() for cell in head]
    found: dict[str, int] = {}
    for name, words in COLUMNS.items():
        places = [at for at, title in enumerate(titles) if title in words]
        if len(places) > 1 or (not places and name in NEEDED):
            raise FileUnreadable()
        if places:
            found[name] = places[0]
    return found


def sort_key(name: str) -> str:
    """The name with each number led by its length, so that 2幢 < 10幢 and 三单元 < 十单元; at most 120 characters."""
    plain = _CHINESE_NUMBER.sub(lambda found: str(_chinese_value(found.group())), unicodedata.normalize("NFKC", name))
    digits = _DIGITS.sub(lambda found: _with_length(found.group()), plain.casefold())
    return digits[: 3 * NAME_MAX_CHARS]


class _Judge:
    """Remembers the rows that went before, for repetitions."""

    def __init__(self) -> None:
        self._doors: set[tuple[str, str, str, str]] = set()
        self._kinds: dict[tuple[str, str, str], str] = {}

    def read(self, row: int, cells: dict[str, str]) -> Address | RowError:
        names: dict[str, str] = {}
        for column in NEEDED:
            names[column] = clean_name(cells[column])
            problem = _problem(column, cells[column], names[column])
            if problem is not None:
                return row_error(row, column, cells[column], problem)
        area_text = cells.get("floor_area", "")
        area = _area_cm2(area_text)
        if area is None and area_text.strip():
            return row_error(row, "floor_area", area_text, "import.area")
        address = Address(row=row, floor_area_cm2=area, **names)
        if address.door in self._doors:
            return row_error(row, "home", address.home, "import.duplicate")
        # Below a building a name is an entrance or a home: a tree has one node of a name.
        kind, name = ("entrance", address.entrance) if address.entrance else ("home", address.home)
        if self._kinds.setdefault((address.estate, address.building, name), kind) != kind:
            return row_error(row, kind, name, "import.kind")
        self._doors.add(address.door)
        return address


def clean_name(text: str) -> str:
    """One word: paths join names by spaces, so a name holds none."""
    return _SPACE_BY_HAN.sub("", clean_line(text)).replace(" ", "-")


def row_error(row: int, column: str, value: str, problem: str) -> RowError:
    shown = "" if value == DATE_CELL else clean_line(value)[:SHOWN_MAX_CHARS]
    return RowError(row, COLUMNS[column][0], shown, problem)


def _problem(column: str, raw: str, name: str) -> str | None:
    if raw == DATE_CELL:
        return "import.date"
    if raw.startswith("="):
        return "import.formula"
    if not name:
        return None if column in MAY_BE_EMPTY and not raw.strip() else "import.missing"
    return "import.too_long" if len(name) > NAME_MAX_CHARS else None


def _area_cm2(text: str) -> int | None:
    """Square metres as square centimetres; None for empty and for what is no such number."""
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("m2").strip()
    if not _AREA.fullmatch(plain):
        return None
    try:
        area = int(Decimal(plain) * CM2_PER_M2)
    except InvalidOperation:
        return None
    return area if 0 < area <= AREA_MAX_CM2 else None


def _with_length(digits: str) -> str:
    number = digits.lstrip("0") or "0"
    return f"{len(number):02}{number}"


def _chinese_value(text: str) -> int:
    """Up to 999, and digits in a row (二〇一) as they stand."""
    if not set(text) & set("十百"):
        return int("".join(str(_CHINESE_DIGITS[digit]) for digit in text))
    total, digit = 0, 0
    for character in text:
        if character in _CHINESE_DIGITS:
            digit = _CHINESE_DIGITS[character]
            continue
        total += (digit or 1) * (100 if character == "百" else 10)
        digit = 0
    return total + digit
