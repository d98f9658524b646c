"""wrk against one address: requests a second, and how many went wrong."""

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

CONNECTIONS = 16
SIGN_IN_LUA = Path(__file__).with_name("sign_in.lua")


class Load(NamedTuple):
    per_s: float
    requests: int
    median_ms: float
    processor_us: float = 0.0
    """The server's own, a request; the database's is not in it."""


def press(
    url: str,
    seconds: float,
    *,
    token: str | None = None,
    sign_in_from: int | None = None,
    connections: int = CONNECTIONS,
) -> Load:
    """Raises AssertionError when one answer in a thousand was not a success: that would measure refusals."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--latency", "-H", "Accept: application/json"]
    if token:
        command += ["-H", f"Authorization: Bearer {token}"]
    if sign_in_from is not None:
        command += ["-s", str(SIGN_IN_LUA)]
    # A closed environment but for what the script counts from.
    said = subprocess.run(
        [*command, url],
        env={"PATH": "/usr/bin:/bin", "SIGN_IN_FROM": str(sign_in_from)},
        text=True,
        capture_output=True,
        check=True,
    ).stdout
    return read_load(said)


def read_load(said: str) -> Load:
    """What wrk says with --latency. Raises AssertionError when one answer in a thousand was not a success."""
    requests = int(_found(said, r"(\d+) requests in"))
    wrong = int(_found(said, r"Non-2xx or 3xx responses: (\d+)", "0"))
    assert requests and wrong <= requests / 1000, f"{wrong} of {requests} refused\n{said}"
    return Load(
        float(_found(said, r"Requests/sec:\s+([\d.]+)")),
        requests,
        _milliseconds(_found(said, r"\n\s+50%\s+([\d.]+[a-z]+)")),
    )


def _found(text: str, pattern: str, otherwise: str | None = None) -> str:
    found = re.search(pattern, text)
    if found is None and otherwise is not None:
        return otherwise
    assert found, f"wrk said nothing of {pattern}: {text}"
    return found[1]


def _milliseconds(text: str) -> float:
    number = float(text.rstrip("mus"))
    return number / 1000 if text.endswith("us") else number if text.endswith("ms") else number * 1000
