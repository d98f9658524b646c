"""The verbs in bin/, as far as they can be tried without fetching the world."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from backend.parts import web

ROOT = Path(__file__).parents[2]
VERBS = sorted(path.name for path in (ROOT / "bin").iterdir() if not path.name.startswith("_"))
NO_INDEX = {
    "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_RETRIES": "0",
    "PIP_NO_CACHE_DIR": "1",
    "UV_DEFAULT_INDEX": "http://127.0.0.1:9/simple",
    "UV_NO_CACHE": "1",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What set-up reads of a checkout, and nothing that set-up makes."""
    shutil.copytree(ROOT / "bin", tmp_path / "bin")
    shutil.copy(ROOT / "requirements.lock", tmp_path)
    return tmp_path


def in_checkout(checkout: Path, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_", "LINLI_"))}
    return subprocess.run(
        ["bash", "-c", script], cwd=checkout, env=clean | variables, capture_output=True, text=True, check=False
    )


def test_there_are_six_verbs() -> None:
    assert VERBS == ["bench", "format", "lint", "lock", "run", "test"]


@pytest.mark.parametrize("file", [*(f"bin/{verb}" for verb in (*VERBS, "_setup")), ".ci/run"])
def test_scripts_parse_and_verbs_are_executable(file: str) -> None:
    subprocess.run(["bash", "-n", ROOT / file], check=True)
    assert os.access(ROOT / file, os.X_OK) is not file.endswith("_setup")


def test_missing_package_index_is_one_sentence_and_leaves_no_stamp(checkout: Path) -> None:
    done = in_checkout(checkout, ". bin/_setup; setup_python", **NO_INDEX)
    assert done.returncode == 1
    assert "uv could not be had from the package index" in done.stderr.splitlines()[-1]
    assert not (checkout / "build" / "stamps").exists()


def test_old_python_is_one_sentence(checkout: Path) -> None:
    done = in_checkout(checkout, ". bin/_setup; PATH=/nowhere; setup_python")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].strip() == "Python 3.11 or newer is needed."


def test_set_up_that_is_done_asks_nobody(checkout: Path) -> None:
    stamp = 'mkdir -p "$STAMPS"; sha256sum requirements.lock | cut -d" " -f1 | tr -d "\\n" >"$STAMPS/packages"'
    ready = in_checkout(
        checkout, f". bin/_setup; mkdir -p .venv/bin; ln -s $(command -v python3) .venv/bin/python; {stamp}"
    )
    assert ready.returncode == 0, ready.stderr
    done = in_checkout(checkout, ". bin/_setup; setup_python; setup_web", **NO_INDEX)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_uv_is_taken_by_hash(checkout: Path) -> None:
    done = in_checkout(checkout, ". bin/_setup; PYTHON=true; mkdir -p build; install_uv")
    assert done.returncode == 0, done.stderr
    pinned = (checkout / "build" / "uv.txt").read_text()
    assert pinned.startswith("uv==")
    assert pinned.count("==") == 1
    assert "--hash=sha256:" in pinned


def test_build_is_judged_by_content() -> None:
    absent, present = ROOT / "no-such-file", Path(__file__)
    assert web.digest([present]) == web.digest([present])
    assert web.digest([present]) != web.digest([present, absent])
    assert web.is_stale("no-such-stamp", "x", ROOT)
