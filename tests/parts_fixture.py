"""A private PostgreSQL and Valkey for tests: the real ones, started by the classes that `linli up` uses."""

import fcntl
import shutil
from pathlib import Path

from backend.parts import postgres
from backend.parts.account import give_to_server
from backend.parts.home import prepare_home
from backend.parts.postgres import Postgres
from backend.parts.processes import adopt_orphans
from backend.parts.valkey import Valkey

# Making a cluster takes seconds and always gives the same: made once, copied for each run.
TEMPLATE_FOLDER = Path(__file__).parents[1] / "build" / "parts"


class Parts:
    """Running servers under one home. `stop()` ends them, `kill(name)` is kill -9, `start(name)` brings one back."""

    def __init__(self, home: Path, *, durable: bool) -> None:
        self.home = home
        self.postgres = Postgres(home, durable=durable)
        self.valkey = Valkey(home)
        self._by_name = {child.name: child for child in (self.postgres, self.valkey)}

    @property
    def dsn(self) -> str:
        return self.postgres.dsn

    @property
    def redis_url(self) -> str:
        return self.valkey.url

    @property
    def pids(self) -> dict[str, int | None]:
        return {name: child.pid for name, child in self._by_name.items()}

    def start(self, name: str) -> None:
        self._by_name[name].start()
        self._by_name[name].wait_ready()

    def kill(self, name: str) -> None:
        self._by_name[name].kill()

    def stop(self) -> None:
        self.valkey.stop()
        self.postgres.stop()


def start_parts(home: Path, *, durable: bool) -> Parts:
    """Both servers, ready. `durable=False` trades survival of a power cut for speed, nothing else.

    Call from the main thread: the kernel ends the servers when the thread that started them ends.
    `home` must be short (/tmp/linli-xxxx): a unix socket's path has 107 bytes.
    """
    adopt_orphans()
    prepare_home(home)
    if not (home / "pg").exists():
        shutil.copytree(cluster_template(), home / "pg")
        give_to_server(home / "pg")
    parts = Parts(home, durable=durable)
    parts.postgres.start()
    parts.valkey.start()
    try:
        parts.postgres.wait_ready()
        parts.valkey.wait_ready()
    except BaseException:
        parts.stop()
        raise
    return parts


def cluster_template() -> Path:
    """A stopped data folder, one per release of the server and of the way we set it up."""
    version = postgres.binary("postgres").stat().st_mtime_ns
    recipe = Path(postgres.__file__).stat().st_mtime_ns
    template = TEMPLATE_FOLDER / f"pg-{version}-{recipe}"
    TEMPLATE_FOLDER.mkdir(parents=True, exist_ok=True)
    with (TEMPLATE_FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            for stale in TEMPLATE_FOLDER.glob("pg-*"):
                shutil.rmtree(stale)
            postgres.create_cluster(template)
    return template
