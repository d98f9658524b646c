"""A short home of its own for each test, and nothing of it left behind."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.parts.processes import processes_marked


@pytest.fixture
def home() -> Iterator[Path]:
    """Short, because sockets lie below it; asserts that no process outlives the test."""
    base = Path(tempfile.mkdtemp(prefix="linli-"))
    try:
        yield base / "home"
        assert processes_marked(str(base)) == []
    finally:
        shutil.rmtree(base, ignore_errors=True)
