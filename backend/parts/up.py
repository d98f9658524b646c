"""`linli up`: everything on one machine, from nothing to ready, and back in order."""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from backend.parts.child import Child
from backend.parts.home import lock_home, prepare_home
from backend.parts.keys import prepare_keys
from backend.parts.ports import refuse_taken_port
from backend.parts.postgres import Postgres
from backend.parts.programs import Api, Worker, linli_command
from backend.parts.supervisor import StopAsked, Supervisor
from backend.parts.trouble import ToldAlready
from backend.parts.valkey import Valkey
from backend.settings import Settings, settings

# As docs and phone apps know them: the first ones of the demo's thirty-one.
DEMO_PEOPLE = (
    ("13800000011", "居民", "verified resident"),
    ("13800000003", "居委会审核员", "moderator, at the desk"),
    ("13800000002", "居委会管理员", "committee admin, at the desk"),
    ("13800000001", "平台管理员", "platform admin"),
    ("13800000031", "尚未认证的新住户", "newcomer, not verified yet"),
)


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="linli up", description=__doc__)
    parser.parse_args(words)
    up(settings(), Console())
    return 0


def up(chosen: Settings, console: Console) -> None:
    """Returns after SIGINT or SIGTERM, with every child stopped; raises Trouble or ToldAlready when it cannot start."""
    began = time.monotonic()
    home = chosen.home.absolute()
    prepare_home(home)
    with lock_home(home):
        refuse_taken_port(chosen.host, chosen.port)
        prepare_keys(chosen)
        teller = Teller(console)
        try:
            with Supervisor(teller.say) as supervisor:
                api = start_all(supervisor, chosen, home, teller)
                teller.welcome(api.address, demo=chosen.demo, took_s=time.monotonic() - began)
                supervisor.watch()
        except StopAsked:
            teller.say("已全部停止", "all stopped")


def start_all(supervisor: Supervisor, chosen: Settings, home: Path, teller: "Teller") -> Api:
    servers: list[Child] = []
    if not chosen.database_url:
        servers.append(Postgres(home))
    if not chosen.redis_url:
        servers.append(Valkey(home))
    with teller.step("数据库与缓存", "database and cache"):
        supervisor.start(*servers)
    with teller.step("数据库结构", "schema"):
        run_once(supervisor, "migrate")
    if chosen.demo:
        fill_demo_once(supervisor, home / "demo-filled", teller)
    api = Api(home, host=chosen.host, port=chosen.port)
    with teller.step("接口与后台任务", "API and worker"):
        supervisor.start(Worker(home), api)
    return api


def fill_demo_once(supervisor: Supervisor, mark: Path, teller: "Teller") -> None:
    """The mark lies beside the data, and only saves time: filling what is filled changes nothing."""
    if mark.exists():
        return
    with teller.step("演示社区", "demo neighbourhood"):
        run_once(supervisor, "demo")
    mark.touch()


def run_once(supervisor: Supervisor, *words: str) -> None:
    """A linli command that ends by itself; it shows its own progress on our terminal."""
    if supervisor.run_once(linli_command(*words)) != 0:
        raise ToldAlready


class Teller:
    """What the operator reads: Chinese first, then English."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def say(self, zh: str, en: str) -> None:
        moment = time.strftime("%H:%M:%S")
        self._console.print(f"[dim]{moment}[/] {escape(zh)} [dim]· {escape(en)}[/]", highlight=False, soft_wrap=True)

    def step(self, zh: str, en: str) -> "Step":
        return Step(self, zh, en)

    def welcome(self, address: str, *, demo: bool, took_s: float) -> None:
        self.say(f"邻里已就绪,用时 {took_s:.1f} 秒:{address}", f"Linli is ready after {took_s:.1f} s")
        table = Table(title=f"{address}   工作台 desk: {address}/desk/", title_justify="left")
        if demo:
            for heading in ("手机号 phone", "身份", "who"):
                table.add_column(heading)
            for person in DEMO_PEOPLE:
                table.add_row(*person)
        self._console.print(table if demo else table.title, highlight=False)
        if demo:
            self.say("验证码会显示在登录页上", "the sign-in page shows the code")
        self.say("按 Ctrl-C 停止", "Ctrl-C stops everything in order")


class Step:
    """One stage of starting: said when done, with the time it took."""

    def __init__(self, teller: Teller, zh: str, en: str) -> None:
        self._teller, self._zh, self._en = teller, zh, en

    def __enter__(self) -> None:
        self._began = time.monotonic()

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            took = f"{time.monotonic() - self._began:.1f} s"
            self._teller.say(f"✓ {self._zh}", f"{self._en}, {took}")
