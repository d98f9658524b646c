"""Files of 300 lines and functions of 50 at most. What was longer when this was written may only shrink."""

import ast

from tests.tidy.source import Source, sources

FILE_LINES_MOST = 300
FUNCTION_LINES_MOST = 50

LONGER_FILES: dict[str, int] = {}
LONGER_FUNCTIONS: dict[str, int] = {
    "tests/media/damaged.py:_pngs": 62,
    "tests/media/damaged.py:_jpegs": 54,
}


def test_files_are_short() -> None:
    found = {source.path: len(source.lines) for source in _all() if len(source.lines) > FILE_LINES_MOST}
    _compare(found, LONGER_FILES, "split the file by noun into a folder of its name")


def test_functions_are_short() -> None:
    found = {
        f"{source.path}:{node.name}": _length(node)
        for source in _all()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _length(node) > FUNCTION_LINES_MOST
    }
    _compare(found, LONGER_FUNCTIONS, "give a part of it a name of its own")


def test_the_measure_measures() -> None:
    body = "\n".join("    x = 1" for _ in range(FUNCTION_LINES_MOST))
    assert _length(ast.parse(f"def f():\n{body}").body[0]) == FUNCTION_LINES_MOST + 1
    assert _length(ast.parse("def f():\n    x = 1").body[0]) == 2


def _all() -> list[Source]:
    return sources("backend", "search", "workers", "tests")


def _length(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _compare(found: dict[str, int], longer: dict[str, int], instead: str) -> None:
    grown = [f"{name}: {lines} lines; {instead}" for name, lines in found.items() if lines > longer.get(name, 0)]
    assert not grown, "\n" + "\n".join(grown)
    shrunk = [name for name in longer if name not in found]
    assert not shrunk, f"these are short enough now: take them out of this ratchet: {shrunk}"
