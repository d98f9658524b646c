"""An address file's bytes as rows of text: CSV as Chinese offices save it, or XLSX. Nothing in it is trusted.

An XLSX is a zip of XML: it is measured before it is unpacked, and XML that declares entities is refused.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from openpyxl import load_workbook

from backend.identity.errors import FileTooLarge, FileUnreadable

FILE_MAX_BYTES = 5 * 1024 * 1024
"""50,000 homes are 2 MB of CSV."""
UNPACKED_MAX_BYTES = 32 * 1024 * 1024
"""50,000 rows of five cells are 15 MB of XML."""
ZIP_MAX_FILES = 200
"""A workbook of ten sheets with pictures has forty."""
COLUMNS_MAX = 20
"""A row may name column 16,384; reading that far for 50,000 rows would take minutes."""
CELL_MAX_CHARS = 200
"""No address is longer, and error rows quote it."""
ZIP_MAGIC = b"PK\x03\x04"
DELIMITERS = ",;\t"
ENCODINGS = ("utf-8-sig", "gb18030")
"""What WPS and Excel save in China; GB18030 comes second, since it takes most UTF-8 for something else."""
DATE_CELL = "\0date"
"""Stands for a cell that the spreadsheet turned into a date: 3-2 was typed, and is lost."""


def table_rows(content: bytes) -> Iterator[list[str]]:
    """Row by row, the head first, blank ones too. Raises FileUnreadable and FileTooLarge, at any row."""
    if len(content) > FILE_MAX_BYTES:
        raise FileTooLarge(megabytes=FILE_MAX_BYTES // 1024 // 1024)
    return _xlsx_rows(content) if content.startswith(ZIP_MAGIC) else _csv_rows(content)


def _csv_rows(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    head = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=head.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            yield [cell[:CELL_MAX_CHARS] for cell in row[:COLUMNS_MAX]]
    except csv.Error:
        raise FileUnreadable() from None


def _decoded(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise FileUnreadable()


def _xlsx_rows(content: bytes) -> Iterator[list[str]]:
    try:
        _refuse_hostile_zip(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        for row in sheet.iter_rows(max_col=COLUMNS_MAX, values_only=True):
            yield [_cell_text(value) for value in row]
    except (FileUnreadable, FileTooLarge):
        raise
    except Exception:
        # openpyxl raises whatever it trips over, from KeyError to ParseError: all mean one thing to the sender.
        raise FileUnreadable() from None


def _refuse_hostile_zip(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        # The sizes are the archive's own word, but reading stops at them, so a lie only cuts a part short.
        if len(parts) > ZIP_MAX_FILES or sum(part.file_size for part in parts) > UNPACKED_MAX_BYTES:
            raise FileTooLarge(megabytes=FILE_MAX_BYTES // 1024 // 1024)
        for part in parts:
            if part.filename.endswith((".xml", ".rels", ".vml")):
                xml = archive.read(part)
                # NUL: UTF-16, in which the search would find nothing.
                if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml or b"\0" in xml:
                    raise FileUnreadable()


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date | time | timedelta):
        return DATE_CELL
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)[:CELL_MAX_CHARS]
