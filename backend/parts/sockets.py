"""Unix sockets: their length limit, and asking a server over one."""

import os
import socket
from pathlib import Path

from backend.parts.trouble import Trouble

PATH_MAX_BYTES = 107  # sun_path in the Linux kernel, less its closing NUL


def refuse_long_socket_path(path: Path) -> None:
    length = len(os.fsencode(path))
    if length > PATH_MAX_BYTES:
        raise Trouble(
            f"LINLI_HOME 路径太长:套接字 {path} 有 {length} 字节,上限 {PATH_MAX_BYTES};请换一个较短的目录。",
            f"LINLI_HOME is too deep: the socket {path} has {length} bytes, the limit is {PATH_MAX_BYTES}; "
            "choose a shorter folder.",
        )


def ask(path: Path, question: bytes, *, timeout_s: float = 1.0) -> bytes:
    """The first bytes of the answer; empty when nobody answers."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(timeout_s)
            connection.connect(str(path))
            connection.sendall(question)
            return connection.recv(4096)
    except OSError:
        return b""
