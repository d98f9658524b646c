"""The figures as a table, as build/bench.json, and as docs/bench.md."""

import datetime as dt
import json
import os
import platform
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.forum_report import Forum

ROOT = Path(__file__).parents[1]
JSON = ROOT / "build" / "bench.json"
PAGE = ROOT / "docs" / "bench.md"
RATIO_MIN = 0.6
GROWTH_MAX = 1.3
START_MAX_S = 3.0
REST_MAX_MB = 150


@dataclass(frozen=True)
class Figure:
    """`ratio` is the median of the pairs' requests a second, `lowest` and `highest` their span.

    `processor` is the same ratio of the servers' processor time a request: what a busy machine leaves readable.
    """

    name: str
    ratio: float
    lowest: float
    highest: float
    processor: float
    processor_us: float
    per_s: float
    bare_per_s: float
    statements: int
    bytes: int


@dataclass(frozen=True)
class Growth:
    """Median time with a million rows over the median time with ten thousand."""

    name: str
    times: float
    blocks: float
    """Database pages touched, as the planner's own account has them: free of what else the machine does."""


@dataclass(frozen=True)
class Opening:
    """Everybody opens one notice and says so, as fast as it goes. Medians of the pairs."""

    accounts: int
    per_s: float
    bare_per_s: float
    ratio: float
    processor: float
    p99_ms: float
    bare_p99_ms: float
    statements: int
    coverage_ms: float
    """One look at coverage when all have read it."""
    coverage_of_group_ms: float
    """The same of a notice to those aged 60 and over."""

    @property
    def whole_s(self) -> float:
        """How long all of them took, two requests each."""
        return 2 * self.accounts / self.per_s


@dataclass
class Report:
    figures: list[Figure] = field(default_factory=list)
    opening: Opening | None = None
    forum: Forum = field(default_factory=Forum)
    growth: list[Growth] = field(default_factory=list)
    start_s: float = 0.0
    rest_mb: float = 0.0
    busy_mb: float = 0.0
    at: str = field(default_factory=lambda: dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M UTC"))
    command: str = field(default_factory=lambda: " ".join(["bin/bench", *sys.argv[1:]]))
    machine: str = field(default_factory=lambda: machine())


def show(report: Report, console: Console) -> None:
    if report.figures:
        _show_figures(report, console)
    if report.opening:
        console.print(opening_words(report.opening))
    for line in report.forum.lines():
        console.print(line)


def _show_figures(report: Report, console: Console) -> None:
    table = Table(title=f"{report.command} · {report.at}\n{report.machine}", title_justify="left")
    for heading in (
        "what",
        "of the bare limit",
        "lowest–highest",
        "by processor",
        "µs",
        "requests/s",
        "bare",
        "statements",
        "bytes",
    ):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for it in report.figures:
        colour = "green" if it.ratio >= RATIO_MIN else "red"
        span = f"{it.lowest:.0%}–{it.highest:.0%}"
        numbers = (
            f"{it.processor:.0%}",
            f"{it.processor_us:.0f}",
            f"{it.per_s:,.0f}",
            f"{it.bare_per_s:,.0f}",
            str(it.statements),
            f"{it.bytes:,}",
        )
        table.add_row(it.name, f"[{colour}]{it.ratio:.0%}[/]", span, *numbers)
    console.print(table)
    for grown in report.growth:
        colour = "green" if grown.blocks <= GROWTH_MAX else "red"
        pages = f"[{colour}]{grown.blocks:.2f}×[/] the pages"
        console.print(f"  {grown.name}: from 10⁴ to 10⁶ rows {pages}, {grown.times:.2f}× the time")
    console.print(
        f"  API: starts in {report.start_s:.1f} s, {report.rest_mb:.0f} MB at rest, {report.busy_mb:.0f} MB after"
    )


def write(report: Report, console: Console) -> None:
    JSON.parent.mkdir(exist_ok=True)
    JSON.write_text(json.dumps(asdict(report), ensure_ascii=False, indent=1) + "\n", "utf-8")
    console.print(f"  {JSON}")
    parts = sections(PAGE.read_text("utf-8"))
    written = (
        {OPENING_HEAD: OPENING.format(report=report, words=opening_words(report.opening))} if report.opening else {}
    )
    written |= report.forum.sections(f"`{report.command}`, {report.at}, on {report.machine}.")
    if report.growth:
        written[""] = page(report)
    if written and "--quick" not in report.command:
        text = "\n\n".join(
            f"## {head}\n\n{words.strip()}" if head else words.strip() for head, words in (parts | written).items()
        )
        PAGE.write_text(text + "\n", "utf-8")
        console.print(f"  {PAGE}")


def sections(text: str) -> dict[str, str]:
    """By heading, in order; what stands before the first heading by an empty one."""
    first, *others = text.split("\n## ")
    return {"": first} | {head: words for head, _, words in (other.partition("\n") for other in others)}


def opening_words(it: Opening) -> str:
    return (
        f"{it.accounts:,} accounts open one urgent notice in {it.whole_s:.0f} s: {it.per_s:,.0f} requests/s, "
        f"p99 {it.p99_ms:.0f} ms; the bare limit {it.bare_per_s:,.0f} requests/s, p99 {it.bare_p99_ms:.0f} ms; "
        f"**{it.ratio:.0%}** of it, {it.processor:.0%} by processor time, {it.statements} statements for the two "
        f"requests. Coverage of 5,000 homes, all counted anew: {it.coverage_ms:.0f} ms a look, of an age group "
        f"{it.coverage_of_group_ms:.0f} ms."
    )


def page(report: Report) -> str:
    rows = [_row(it) for it in report.figures]
    growth = [f"| {it.name} | {it.blocks:.2f}× | {it.times:.2f}× |" for it in report.growth]
    return TEMPLATE.format(report=report, rows="\n".join(rows), growth="\n".join(growth), ratio=f"{RATIO_MIN:.0%}")


def _row(it: Figure) -> str:
    cells = (f"**{it.ratio:.0%}**", f"{it.lowest:.0%}–{it.highest:.0%}", f"{it.processor:.0%}", f"{it.bytes:,}")
    ratio, span, processor, size = cells
    return f"| {it.name} | {ratio} | {span} | {processor} | {it.statements} | {size} |"


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return (
        f"{len(os.sched_getaffinity(0))} cores ({platform.machine()}), {memory:.0f} GB, "
        f"Python {platform.python_version()}, load {load:.1f} when it began"
    )


TEMPLATE = """# What it costs

`{report.command}`, {report.at}, on {report.machine}. Written by that command; don't edit.

Each request is measured beside its **bare limit**: a Litestar handler with nothing else in it that says the same
statements to the same database over the same kind of pool and returns the same bytes, under the same server in a
process of its own. wrk asks over 16 connections, the two in turn; the ratio is the median of the pairs. The whole
application also routes, guards, authenticates, counts limits in Valkey, checks rights, unseals, encodes, tags and
measures.
Aim: {ratio} for hot reads. On a busy machine the pairs lie far apart; the ratio of the two servers' processor time a
request says more then. Statements include the one that authenticates.

| request | of the bare limit | lowest–highest | by processor time | statements | bytes |
| --- | --- | --- | --- | --- | --- |
{rows}

From 10⁴ to 10⁶ places and applications (a fifth as many accounts, sessions, persons and residencies), a request
touches this many times the pages of the database, and its median answer takes this much longer; aim: at most 1.3×.

| request | pages, 10⁶ over 10⁴ rows | time |
| --- | --- | --- |
{growth}

The API process starts in {report.start_s:.1f} s and takes {report.rest_mb:.0f} MB at rest, {report.busy_mb:.0f} MB
after the run.
"""

OPENING_HEAD = "One notice, and everybody opens it"
OPENING = """

`{report.command}`, {report.at}, on {report.machine}.

5,000 homes, 12,000 accounts with a session and an unread line in the inbox each. Everybody sends
`GET /notices/{{id}}` and `PUT /notices/{{id}}/read` with a token of their own, over 32 connections as fast as they are
answered; the aim is all of them within a minute. {words}
"""
