"""Finds the servers' programs inside installed wheels, without importing the wheels' own code."""

import importlib.metadata
from pathlib import Path

from backend.parts.trouble import Trouble


def wheel_program(wheel: str, program: str, *, instead: str) -> Path:
    """The path of `program`; `instead` is the setting that makes it unnecessary."""
    try:
        files = importlib.metadata.files(wheel) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    found = next((file for file in files if file.name == program), None)
    if found is None:
        raise Trouble(
            f"缺少软件包 {wheel};请运行 bin/run,或设置 {instead}。",
            f"The package {wheel} is missing: use bin/run, or set {instead}.",
        )
    return Path(str(found.locate())).resolve()
