"""Several writes of one statement: all or none of them, each with its own parameters."""

from backend.core.writes import Write, as_parts


def test_parameters_stand_behind_those_before_them() -> None:
    first = Write("UPDATE home SET name = $2 WHERE id = $1 OR name = $2", (1, "两"))
    second = Write("DELETE FROM home WHERE id = $1", (3,))
    parts, args = as_parts([first, second], after=10)
    assert parts == (
        "along_1 AS (UPDATE home SET name = $12 WHERE id = $11 OR name = $12), "
        "along_2 AS (DELETE FROM home WHERE id = $13), "
    )
    assert args == [1, "两", 3]


def test_nothing_goes_along() -> None:
    assert as_parts([], after=9) == ("", [])
