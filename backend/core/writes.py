"""Writes that go along with another one in a single statement: one way to the database and back instead of several."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

PARAMETER = re.compile(r"\$(\d+)")


class Write(NamedTuple):
    """An INSERT, UPDATE or DELETE of its own, with no WITH before it, its parameters counted from $1."""

    sql: str
    args: tuple[Any, ...]


def as_parts(writes: Sequence[Write], *, after: int) -> tuple[str, list[Any]]:
    """Each as `along_1 AS (…), ` for the head of a WITH, and their parameters, which stand behind the first `after`.

    They see the tables as they stood before the whole statement, and none sees another's rows.
    """
    parts, args = "", list[Any]()
    for number, write in enumerate(writes, 1):
        parts += f"along_{number} AS ({_counted_on(write.sql, after + len(args))}), "
        args += write.args
    return parts, args


def _counted_on(sql: str, by: int) -> str:
    return PARAMETER.sub(lambda found: f"${int(found[1]) + by}", sql)
