"""`linli postgres PROGRAM …`: psql, pg_dump or pg_restore of the embedded release, over Linli's own database.

A distribution's pg_dump is often older than the server, and refuses it. While Linli is stopped its embedded
server is started for the program and stopped again, so that a backup can be restored into an empty home.
"""

import argparse
import os
import subprocess
from collections.abc import Sequence
from contextlib import ExitStack

from backend.parts.home import lock_home, prepare_home
from backend.parts.keys import refuse_unusable_keys
from backend.parts.postgres import Postgres, binary
from backend.parts.trouble import Trouble
from backend.settings import Settings, settings

PROGRAMS = ("psql", "pg_dump", "pg_restore")


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="linli postgres", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("program", choices=PROGRAMS)
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="passed on to the program")
    chosen = parser.parse_args(words)
    with ExitStack() as borrowed:
        if not settings().database_url:
            _start_unless_running(settings(), borrowed)
        command = [binary(chosen.program), f"--dbname={settings().dsn}", *chosen.arguments]
        # UTF-8 whatever the terminal says: the data is.
        return subprocess.run(command, env=os.environ | {"PGCLIENTENCODING": "UTF8"}, check=False).returncode


def _start_unless_running(chosen: Settings, borrowed: ExitStack) -> None:
    home = chosen.home.absolute()
    prepare_home(home)
    try:
        borrowed.enter_context(lock_home(home))
    except Trouble:
        return  # it runs, and its server answers
    refuse_unusable_keys(chosen)
    server = Postgres(home)
    borrowed.callback(server.stop)
    server.start()
    server.wait_ready()
