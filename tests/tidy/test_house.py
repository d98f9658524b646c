"""Rules about the house as a whole: rooms, structs, sentences, reactions, settings, paths in the docs."""

import ast
import re
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec

from backend.app import DOMAINS, create_litestar
from backend.core.auth import declared_handlers
from backend.core.errors import Refusal
from backend.core.events import Event
from backend.core.sentences import LOCALES, catalogue
from tests.tidy.source import ROOT, sources

ROOMS = {
    "tables", "rules", "access", "service", "queries", "schemas", "routes", "events", "reactions", "errors",
    "permissions", "piccolo_app", "piccolo_migrations", "__init__",
}  # fmt: skip
NOT_DOMAINS = {"core", "commands", "parts", "demo", "invariants", "locales", "__pycache__"}
CODE = re.compile(r"^(core|field|import|[a-z]+)\.[a-z_]+$")
COMPUTED_CODES = ("status.", "import.", "field.", "inbox.")
"""Prefixes whose codes are put together where they are used, or stand in lists of their own."""


def domains() -> list[Path]:
    folders = [path for path in sorted((ROOT / "backend").iterdir()) if path.is_dir()]
    return [path for path in folders if path.name not in NOT_DOMAINS]


def test_a_domain_has_the_rooms_of_the_house() -> None:
    odd = []
    for domain in domains():
        for path in domain.iterdir():
            if path.name == "__pycache__" or path.stem in ROOMS:
                continue
            page = path / "__init__.py" if path.is_dir() else path
            if page.suffix != ".py" or "# tidy: allow rooms, because" not in page.read_text("utf-8"):
                odd.append(path.relative_to(ROOT).as_posix())
    assert not odd, f"put these into one of {sorted(ROOMS)}, or say in the file why not: {odd}"


def test_what_comes_in_takes_no_unknown_field() -> None:
    loose = set()
    for path, handler in declared_handlers(create_litestar()):
        data = handler.parsed_fn_signature.parameters.get("data")
        for struct in structs_in(data.annotation if data is not None else None):
            if not struct.__struct_config__.forbid_unknown_fields:
                loose.add(f"{struct.__name__} at {path}")
    assert not loose, f"forbid_unknown_fields=True: a field that is ignored is a promise broken in silence: {loose}"


def structs_in(kind: Any) -> set[type[msgspec.Struct]]:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        inner = [structs_in(hint) for hint in get_type_hints(kind).values()]
        return {kind}.union(*inner)
    if get_origin(kind) in (Annotated, list, dict, tuple, UnionType) or get_args(kind):
        return set().union(*(structs_in(it) for it in get_args(kind)))
    return set()


def test_structs_are_found_inside_others() -> None:
    class Inner(msgspec.Struct):
        name: str

    class Outer(msgspec.Struct):
        inner: list[Inner] | None

    assert structs_in(Outer) == {Outer, Inner}


def refusal_codes() -> set[str]:
    found, waiting = set(), [Refusal]
    while waiting:
        kind = waiting.pop()
        found.add(kind.code)
        waiting += kind.__subclasses__()
    return {code for code in found if not code.startswith("test")}


def test_every_refusal_has_its_sentence_in_both_languages() -> None:
    create_litestar()
    for locale in LOCALES:
        missing = sorted(code for code in refusal_codes() if code not in catalogue(locale))
        assert not missing, f"backend/locales/{locale}.json lacks {missing}"
    assert set(catalogue("zh-CN")) == set(catalogue("en"))


def test_a_sentence_has_the_same_blanks_in_both_languages() -> None:
    blanks = re.compile(r"\{(\w+)\}")
    differing = [
        key for key, text in catalogue("zh-CN").items()
        if set(blanks.findall(text)) != set(blanks.findall(catalogue("en")[key]))
    ]  # fmt: skip
    assert not differing, f"one language says more than the other: {differing}"


def test_no_sentence_is_an_orphan() -> None:
    written = {text for source in sources() for _, text in source.strings() if CODE.match(text)}
    orphans = [
        key for key in catalogue("en")
        if key not in written | refusal_codes() and not key.startswith(COMPUTED_CODES)
    ]  # fmt: skip
    assert not orphans, f"nothing says these any more: {orphans}"


def test_every_reaction_is_in_the_table() -> None:
    served = {reaction for domain in DOMAINS for following in domain.reactions.values() for reaction in following}
    scheduled = {function for domain in DOMAINS for functions in domain.schedules.values() for function in functions}
    idle = []
    for source in sources("backend"):
        if source.parts[-1] != "reactions":
            continue
        names = {f"{function.__module__}.{function.__name__}" for function in served | scheduled}
        module = ".".join(source.parts)
        for node in source.tree.body:
            if isinstance(node, ast.AsyncFunctionDef) and f"{module}.{node.name}" not in names:
                idle.append(f"{source.path}:{node.lineno}: {node.name}")
    assert not idle, f"these follow from nothing: put them into REACTIONS or SCHEDULES, or take them out: {idle}"


def test_an_event_holds_ids_alone() -> None:
    """What a job carries lies in a table in the clear, for as long as the job is kept."""
    plain = {"UUID", "int", "str"}
    odd = []
    for kind in every(Event):
        if kind.__module__.startswith("backend."):
            for name, hint in get_type_hints(kind).items():
                text = getattr(hint, "__name__", str(hint))
                if text not in plain or text == "str" and name not in ("flow", "kind", "timer"):
                    odd.append(f"{kind.__name__}.{name}: {text}")
    assert not odd, f"an event names what happened; a reader looks the rest up: {odd}"


def every(kind: type) -> set[type]:
    return {kind}.union(*(every(it) for it in kind.__subclasses__()))


def test_every_setting_says_what_it_is_for() -> None:
    tree = ast.parse((ROOT / "backend" / "settings.py").read_text("utf-8"))
    (settings,) = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Settings"]
    bare = []
    for node, following in zip(settings.body, [*settings.body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            explained = isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
            if not explained:
                bare.append(node.target.id)
    assert not bare, f"say below each what it is for and why it is what it is: {bare}"


def test_the_walk_leads_to_files_that_are_there() -> None:
    walk, readme = ROOT / "docs" / "walk.md", ROOT / "README.md"
    assert walk.exists() or not readme.exists(), "the README needs docs/walk.md"
    text = walk.read_text("utf-8") if walk.exists() else ""
    named = set(re.findall(r"\b((?:backend|workers|search|web|tests|docs|bin|bench)/[\w./-]+\w)", text))
    missing = sorted(path for path in named if not (ROOT / path).exists())
    assert not missing, f"docs/walk.md leads to nothing: {missing}"
    assert named or not walk.exists(), "docs/walk.md names no file"
