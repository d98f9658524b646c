"""Processor time: what a request costs, however busy the machine is with other work."""

import os
from pathlib import Path

TICKS_S = os.sysconf("SC_CLK_TCK")


def used_s(pid: int) -> float:
    """Seconds of processor time that a process has used; 0 when it has gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS_S


def connections_used_s(database: str) -> float:
    """As much of all PostgreSQL connections to the database of that name."""
    return sum(used_s(pid) for pid in map(int, filter(str.isdecimal, os.listdir("/proc"))) if _serves(pid, database))


def _serves(pid: int, database: str) -> bool:
    try:
        said = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return said.startswith(b"postgres:") and f" {database} [local]".encode() in said
