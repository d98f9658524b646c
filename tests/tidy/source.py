"""Source files as the house rules see them, and the one way out of a rule."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = ("backend", "search", "workers")
MADE_BY_TOOLS = "piccolo_migrations"
WAY_OUT = re.compile(r"#\s*tidy: allow ([a-z-]+), because \S.{9,}")
MALFORMED = re.compile(r"#\s*tidy:")


@dataclass
class Source:
    """A module: its path from the root, its text, its tree, and the ways out that stand in it."""

    path: str
    text: str
    tree: ast.Module = field(init=False)
    allowed: dict[int, str] = field(init=False)

    def __post_init__(self) -> None:
        self.tree = ast.parse(self.text)
        self.allowed = {
            number: found[1] for number, line in enumerate(self.lines, 1) if (found := WAY_OUT.search(line))
        }

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @property
    def parts(self) -> tuple[str, ...]:
        return Path(self.path).with_suffix("").parts

    def way_out(self, rule: str, line: int) -> int | None:
        """The line of a comment that lets this finding pass: on the line itself or alone on the one above."""
        for at in (line, line - 1):
            if self.allowed.get(at) == rule:
                return at
        return None

    def strings(self) -> Iterator[tuple[int, str]]:
        """Every string of the module, f-strings whole; not docstrings, which may speak of what is banned."""
        docs = {
            id(node.value)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        joined = [node for node in ast.walk(self.tree) if isinstance(node, ast.JoinedStr)]
        docs |= {id(part) for node in joined for part in node.values}
        for node in joined:
            parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
            yield node.lineno, "".join(map(str, parts))
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                yield node.lineno, node.value

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Every call with its dotted name: `asyncio.gather`, `emit`, `.save` for what has no name."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node, dotted(node.func)


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def sources(*folders: str) -> list[Source]:
    return [
        Source(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))
        for folder in folders or OURS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if MADE_BY_TOOLS not in path.parts
    ]
