"""The page docs/permissions.md: roles and permissions, routes and roles."""

from collections.abc import Iterable, Mapping

from backend.core.auth import PUBLIC
from tests.matrix.parameters import Route
from tests.matrix.world import RELATIONS

HEAD = """# Who may do what

Made by `tests/matrix`, which asks the running application about every cell; edit the code, not this page.

## What each role may do

A role is held in one community (platform admin: in none) and says nothing in another.

"""
ROUTES_HEAD = """
## What each route answers

`yes`: the request gets through the door (what the state of things then says, such as 409 or 422, is another matter).
Four words in a cell: one's own, a neighbour's, another community's, an absent object. One word: all the same, or the
route names no object. Everybody but anonymous, guest and platform admin is a resident of the community too.
"elsewhere": a resident here who holds the role in the other community (the resident: lives there).

"""


def page(
    routes: Iterable[Route],
    actors: list[str],
    cells: Mapping[tuple[str, str, str], str],
    permissions: Mapping[str, Iterable[str]],
) -> str:
    return HEAD + _roles(permissions) + ROUTES_HEAD + _routes(routes, actors, cells)


def _roles(permissions: Mapping[str, Iterable[str]]) -> str:
    names = sorted({name for held in permissions.values() for name in held})
    lines = _table(["role", *(f"`{name}`" for name in names)], [
        [role, *("✓" if name in held else "" for name in names)] for role, held in permissions.items()
    ])  # fmt: skip
    return "\n".join(lines) + "\n"


def _routes(routes: Iterable[Route], actors: list[str], cells: Mapping[tuple[str, str, str], str]) -> str:
    parts = []
    for route in sorted(routes, key=lambda it: (it.path, it.method)):
        parts.append(f"### `{route.name}` · {route.rule}\n")
        if route.rule == PUBLIC and not route.object_names:
            # Whether the web client has been built is not a question of rights.
            parts += ["- yes: everybody", ""]
            continue
        by_answer: dict[str, list[str]] = {}
        for actor in actors:
            by_answer.setdefault(_cell(route.name, actor, cells), []).append(actor)
        most = max(by_answer, key=lambda answer: len(by_answer[answer]))
        rest = "everybody" if len(by_answer) == 1 else "everybody else"
        parts += [f"- {answer}: {', '.join(who)}" for answer, who in by_answer.items() if answer != most]
        parts += [f"- {most}: {rest}", ""]
    return "\n".join(parts)


def _cell(route: str, actor: str, cells: Mapping[tuple[str, str, str], str]) -> str:
    if (route, actor, "-") in cells:
        return cells[route, actor, "-"]
    found = [cells[route, actor, relation] for relation in RELATIONS]
    return found[0] if len(set(found)) == 1 else " ".join(found)


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]
