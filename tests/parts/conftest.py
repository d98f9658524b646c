"""A short home of its own for each test, and nothing of it left behind."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backend.parts.processes import processes_marked


@pytest.fixture
def home() -> Iterator[Path]:
    with short_home() as made:
        yield made


@contextmanager
def short_home() -> Iterator[Path]:
    """Below /tmp and short, because sockets lie in it; asserts that no process outlives it."""
    base = Path(tempfile.mkdtemp(prefix="linli-"))
    try:
        yield base / "home"
        assert processes_marked(str(base)) == []
    finally:
        shutil.rmtree(base, ignore_errors=True)
