"""Is the address ours to listen on?"""

import errno
import os
import socket
import time

from backend.parts.trouble import Trouble

# A killed supervisor's API dies with it, yet not in the same instant.
RELEASE_TIMEOUT_S = 2.0
POLL_S = 0.1


def refuse_taken_port(host: str, port: int) -> None:
    """Raises Trouble unless `host:port` can be listened on now."""
    deadline = time.monotonic() + RELEASE_TIMEOUT_S
    while (error := _try_listening(host, port)) is not None:
        if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
            raise _port_trouble(host, port, error)
        time.sleep(POLL_S)


def _try_listening(host: str, port: int) -> OSError | None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as attempt:
            # As the server itself will: connections of a former one in TIME_WAIT don't count.
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            attempt.bind(address)
            attempt.listen(1)
    except OSError as error:
        return error
    return None


def _port_trouble(host: str, port: int, error: OSError) -> Trouble:
    if error.errno == errno.EADDRINUSE:
        return Trouble(
            f"端口 {port} 已被其他程序占用;请先停止它,或设置 LINLI_PORT 换一个端口。",
            f"Port {port} is in use by another program: stop it, or choose another with LINLI_PORT.",
        )
    why = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
    return Trouble(f"无法监听 {host}:{port}:{why}。", f"Cannot listen on {host}:{port}: {why}.")
