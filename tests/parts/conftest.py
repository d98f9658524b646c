"""Homes that leave nothing behind, and one Linli that runs."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backend.parts.processes import processes_marked
from tests.parts.running import Running, free_port


@pytest.fixture
def home() -> Iterator[Path]:
    with short_home() as made:
        yield made


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """One `linli up` with the demo, for all tests that leave it running."""
    with short_home() as made, Running(made, free_port(), LINLI_DEMO="1") as started:
        started.wait_ready()
        yield started


@contextmanager
def short_home() -> Iterator[Path]:
    """Below /tmp and short, because sockets lie in it; asserts that no process outlives it."""
    base = Path(tempfile.mkdtemp(prefix="linli-"))
    try:
        yield base / "home"
        assert processes_marked(str(base)) == []
    finally:
        shutil.rmtree(base, ignore_errors=True)
