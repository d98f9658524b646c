"""`bin/bench`: sign-in, GET /me, lists and a notice that everybody opens beside their bare limit, what each asks of
the database, and growth.

Ratios of pairs measured in turn in one run are worth quoting; the absolute numbers only say what machine it was.
"""

import argparse
import asyncio
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from backend.parts.postgres import Postgres
from backend.parts.trouble import Trouble
from bench import forum, house, opening, recording, sign_ins
from bench.forum_report import Forum
from bench.load import Load, press
from bench.recording import blocks
from bench.report import Figure, Growth, Report, show, write
from bench.town import Town, build_town

SMALL, LARGE = 10_000, 1_000_000
PAIRS = 5
SECONDS = 2.0
WARM_UP_S = 1.0
SIGN_IN = "sign-in"
OPENED = "notice_opened"


class Target(NamedTuple):
    name: str
    path: str
    by_moderator: bool = False


def targets(town: Town) -> list[Target]:
    """The hot reads of this issue."""
    api = "/api/v1"
    return [
        Target("me", f"{api}/me"),
        Target("sessions", f"{api}/auth/sessions"),
        Target("addresses", f"{api}/communities/{town.community}/addresses?parent={town.entrance}"),
        Target("desk-queue", f"{api}/desk/verifications?community_id={town.community}&state=submitted", True),
        Target("desk-waiting", f"{api}/desk/verifications?community_id={town.community}", True),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short pair each and no growth: does it run at all?")
    parser.add_argument("--no-growth", action="store_true", help="leave out the town of a million")
    parser.add_argument("--only", help="one target by name; forum_growth and search_growth build a million replies")
    chosen = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("✗ 需要 wrk(Debian:apt-get install wrk)。\n  wrk is needed: apt-get install wrk.")
    console = Console()
    with tempfile.TemporaryDirectory(prefix="linli-b", dir="/tmp") as base, house.servers(Path(base) / "h") as postgres:
        try:
            report = asyncio.run(measure(postgres, chosen, console))
        except Trouble as trouble:
            raise SystemExit(f"✗ {trouble.zh}\n  {trouble.en}") from trouble
    show(report, console)
    write(report, console)


async def measure(postgres: Postgres, chosen: argparse.Namespace, console: Console) -> Report:
    pairs, seconds = (1, 1.0) if chosen.quick else (PAIRS, SECONDS)
    # First of all: it notes the time and the load.
    report = Report()
    if chosen.only == OPENED:
        report.opening = await opening.measure_opening(postgres, console, quick=chosen.quick)
        return report
    if chosen.only in (forum.PAGE, forum.REPLY, forum.GROWTH, forum.SEARCH):
        report.forum = await measure_forum(postgres, console, chosen.only, quick=chosen.quick)
        return report
    with console.status("building a town of 10,000"):
        town = await build_town(await house.fresh_database(postgres, "small"), SMALL)
        await sign_ins.owe_codes(town.dsn)
    recorded = await record_all(town)
    kept = postgres.data.parent / "recordings"
    recording.keep(recorded, kept)
    whole, bare = house.whole_application(town.dsn), house.bare_application(town.dsn, kept)
    report.start_s = round(whole.start(), 2)
    report.rest_mb = round(whole.rest_mb(), 1)
    bare.start()
    try:
        for name in [SIGN_IN, *(target.name for target in targets(town))]:
            if chosen.only in (None, name):
                console.print(f"  {name} …")
                report.figures.append(compare(name, town, whole, bare, recorded[name], pairs, seconds))
        report.busy_mb = round(whole.rest_mb(), 1)
    finally:
        whole.stop()
        bare.stop()
    if chosen.only is None:
        console.print(f"  {OPENED} …")
        report.opening = await opening.measure_opening(postgres, console, quick=chosen.quick)
        console.print("  the forum …")
        report.forum = await measure_forum(postgres, console, None, quick=chosen.quick)
        house.point_at(town.dsn)
    if not (chosen.quick or chosen.no_growth):
        report.growth = await measure_growth(postgres, town, console, pairs, seconds)
    return report


async def measure_forum(postgres: Postgres, console: Console, only: str | None, *, quick: bool) -> Forum:
    found = Forum()
    if only in (None, forum.PAGE):
        found.page = await forum.measure_page(postgres, console, quick=quick)
    if only in (None, forum.REPLY):
        found.replies = await forum.measure_replies(postgres, console, quick=quick)
    if only in (forum.GROWTH, forum.SEARCH):
        found.growth = await forum.measure_growth(postgres, console, search=only == forum.SEARCH, quick=quick)
    return found


async def record_reads(town: Town) -> dict[str, recording.Recording]:
    """Of the database that the settings point at."""
    async with recording.listening() as client:
        return {
            target.name: await recording.record(client, "GET", target.path, town.token(moderator=target.by_moderator))
            for target in targets(town)
        }


async def record_all(town: Town) -> dict[str, recording.Recording]:
    recorded = await record_reads(town)
    async with recording.listening() as client:
        recorded[SIGN_IN] = await recording.record(client, "POST", "/api/v1/auth/sessions", None, sign_ins.body(0))
    return recorded


def compare(
    name: str,
    town: Town,
    whole: house.Server,
    bare: house.Server,
    recorded: recording.Recording,
    pairs: int,
    seconds: float,
) -> Figure:
    """A B A B …: what else the machine does falls on both alike."""
    ours, limit = Runner(name, town, whole, 1), Runner(name, town, bare, sign_ins.HALF)
    ours.run(WARM_UP_S)
    limit.run(WARM_UP_S)
    measured = [(ours.run(seconds), limit.run(seconds)) for _ in range(pairs)]
    ratios = [one.per_s / other.per_s for one, other in measured]
    processor = [other.processor_us / one.processor_us for one, other in measured]
    return Figure(
        name=name,
        ratio=statistics.median(ratios),
        lowest=min(ratios),
        highest=max(ratios),
        processor=statistics.median(processor),
        processor_us=statistics.median(one.processor_us for one, _ in measured),
        per_s=statistics.median(one.per_s for one, _ in measured),
        bare_per_s=statistics.median(other.per_s for _, other in measured),
        statements=len(recorded.statements),
        bytes=len(recorded.body),
    )


class Runner:
    """One target of one server; sign-ins count on from run to run."""

    def __init__(self, name: str, town: Town, server: house.Server, sign_in_from: int) -> None:
        self._target = next((target for target in targets(town) if target.name == name), None)
        path = f"/{name}" if server.name == "bare" else self._target.path if self._target else "/api/v1/auth/sessions"
        self._url = server.address + path
        self._town, self._server = town, server
        self._next = sign_in_from

    def run(self, seconds: float) -> Load:
        used = self._server.processor_s()
        done = self._press(seconds)
        return done._replace(processor_us=(self._server.processor_s() - used) / done.requests * 1e6)

    def _press(self, seconds: float) -> Load:
        if self._target is not None:
            return press(self._url, seconds, token=self._town.token(moderator=self._target.by_moderator))
        done = press(self._url, seconds, sign_in_from=self._next)
        # wrk has more under way than it counts.
        self._next += done.requests + 200
        return done


async def measure_growth(postgres: Postgres, small: Town, console: Console, pairs: int, seconds: float) -> list[Growth]:
    with console.status("building a town of 1,000,000"):
        large = await build_town(await house.fresh_database(postgres, "large"), LARGE)
    many_said = await record_reads(large)
    house.point_at(small.dsn)
    few_said = await record_reads(small)
    first, second = house.whole_application(small.dsn), house.whole_application(large.dsn)
    grown: list[Growth] = []
    async with house.serving(first, second):
        for target in targets(small):
            console.print(f"  {target.name} …")
            few, many = Runner(target.name, small, first, 0), Runner(target.name, large, second, 0)
            few.run(WARM_UP_S)
            many.run(WARM_UP_S)
            times = [(few.run(seconds).median_ms, many.run(seconds).median_ms) for _ in range(pairs)]
            slower = statistics.median(late / early for early, late in times)
            pages = await blocks(large.dsn, many_said[target.name]) / await blocks(small.dsn, few_said[target.name])
            grown.append(Growth(target.name, slower, pages))
    return grown


if __name__ == "__main__":
    main()
