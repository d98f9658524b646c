"""What a child process of the darkroom gives up before it touches a stranger's file, and how it answers.

What a flaw in a decoder could reach: no descriptor can be opened (so no file and no network), no process started,
768 MB of address space, some seconds of processor.
"""

import json
import resource
import sys

MEMORY_BYTES = 768 * 1024 * 1024
"""Address space: 40 megapixels decoded twice and what Python needs; a bomb ends here."""


def give_up_rights(cpu_s: int) -> None:
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def answer(header: dict[str, object], blobs: list[bytes]) -> None:
    """One line of JSON, then the blobs one behind the other."""
    out = sys.stdout.buffer
    out.write(json.dumps(header).encode() + b"\n")
    out.writelines(blobs)
    out.flush()
