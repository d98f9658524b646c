"""Whose account the embedded servers run under, and how they still reach their files.

PostgreSQL refuses to run as root, and nothing that answers queries should. Started by root, the
servers get an account of their own that owns nothing else. The checkout or LINLI_HOME may lie in
folders that only root may enter (/root/linli); opening those folders to everybody is not ours to
do, so the servers are then given the one capability that gets them through, and no other.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from backend.parts.trouble import Trouble

# A number that no package or person is given: Debian hands out 1000-29999 and 60000 upwards. Below
# 65536, so that it also exists inside a rootless container.
SERVER_UID = 55432

# Least first. Docker's default set lacks the first and has the second.
CAPABILITIES = (None, "dac_read_search", "dac_override")


def server_uid() -> int:
    return SERVER_UID if os.geteuid() == 0 else os.geteuid()


def give_to_server(folder: Path) -> None:
    """Makes `folder` and all in it the server account's. For folders inside LINLI_HOME only."""
    if os.geteuid() != 0:
        return
    for parent, folders, files in os.walk(folder):
        for name in (".", *folders, *files):
            os.chown(Path(parent, name), SERVER_UID, SERVER_UID, follow_symlinks=False)


def dying_with_us(command: Sequence[str | Path], *, death_signal: str) -> list[str]:
    """The command, so started that it gets `death_signal` should our process die without a word."""
    return [_setpriv(), "--pdeathsig", death_signal, *map(str, command)]


def as_server(
    command: Sequence[str | Path], *, folder: Path, death_signal: str = "KILL", uid: int = SERVER_UID
) -> list[str]:
    """The command under the server account, able to run the program and to enter `folder`.

    A user other than root keeps their own account: there is nothing to give up.
    """
    if os.geteuid() != 0:
        return dying_with_us(command, death_signal=death_signal)
    capability = _least_capability(Path(command[0]), folder, uid)
    return [*_privileges(uid, capability), "--pdeathsig", death_signal, *map(str, command)]


@cache
def _least_capability(program: Path, folder: Path, uid: int) -> str | None:
    for capability in CAPABILITIES:
        # Tried for real: permission bits, access lists, mount options and security modules all have a say.
        attempt = ["/bin/sh", "-c", 'cd "$1" && exec "$2" --version', "sh", folder, program]
        tried = subprocess.run(
            [*_privileges(uid, capability), *map(str, attempt)], capture_output=True, timeout=30, check=False
        )
        # PostgreSQL goes on after it failed to find itself, and only complains.
        if tried.returncode == 0 and not tried.stderr:
            return capability
    raise Trouble(
        f"以非特权账号(uid {uid})无法运行 {program} 或进入 {folder};请把 LINLI_HOME 和代码放到所有人可进入的目录。",
        f"The unprivileged account (uid {uid}) can neither be let into {folder} nor run {program}; "
        "put LINLI_HOME and the checkout where everybody may enter.",
    )


def _privileges(uid: int, capability: str | None) -> list[str]:
    command = [_setpriv(), "--reuid", str(uid), "--regid", str(uid), "--clear-groups", "--no-new-privs"]
    if capability is None:
        return [*command, "--inh-caps=-all"]
    # access(2) judges by the rights that a set-user-id program would drop; it drops none of ours here.
    command = [*command, "--securebits", "+no_setuid_fixup"]
    return [*command, f"--inh-caps=-all,+{capability}", f"--ambient-caps=+{capability}"]


@cache
def _setpriv() -> str:
    found = shutil.which("setpriv", path=f"{os.environ.get('PATH', '')}:/usr/bin:/bin")
    if found is None:
        raise Trouble("找不到 setpriv 命令,请安装 util-linux。", "The command setpriv is missing: install util-linux.")
    return found
