"""`linli openapi`: writes the API description that clients are made from, or checks that it is current."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from backend.app import create_litestar
from backend.parts.trouble import Trouble

DESCRIPTION = Path(__file__).parents[2] / "docs" / "openapi.json"


def main(words: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="linli openapi", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare; exit 1 when the file is stale")
    chosen = parser.parse_args(words)
    current = describe()
    if chosen.check:
        refuse_stale(current)
        return
    DESCRIPTION.parent.mkdir(exist_ok=True)
    DESCRIPTION.write_text(current, "utf-8")
    print(f"{DESCRIPTION}: {len(current)} bytes")


def describe() -> str:
    """Sorted keys: a difference is a change of the API and not of a dictionary's order."""
    schema = create_litestar().openapi_schema.to_schema()
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def refuse_stale(current: str) -> None:
    if not DESCRIPTION.exists() or DESCRIPTION.read_text("utf-8") != current:
        raise Trouble(
            "docs/openapi.json 与代码不一致,请运行 linli openapi 并提交。",
            "docs/openapi.json differs from the code: run `linli openapi` and commit the result.",
        )
