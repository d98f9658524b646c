"""What the forum's measurements say, as a section of docs/bench.md."""

from dataclasses import dataclass, field

PAGE_HEAD = "A thread's page"
REPLY_HEAD = "Replies"
GROWTH_HEAD = "The forum at a million replies"
SEARCH_HEAD = "Search in a million documents"


@dataclass(frozen=True)
class PageShown:
    """Medians of the pairs; `per_s` is of all server processes together."""

    per_s: float
    bare_per_s: float
    ratio: float
    lowest: float
    highest: float
    processor: float
    processor_us: float
    median_ms: float
    statements: int
    bytes: int

    def words(self) -> str:
        return (
            f"{self.per_s:,.0f} pages/s, median {self.median_ms:.1f} ms; the bare limit {self.bare_per_s:,.0f} "
            f"pages/s: **{self.ratio:.0%}** of it ({self.lowest:.0%}–{self.highest:.0%}), {self.processor:.0%} by "
            f"processor time ({self.processor_us:.0f} µs a page); {self.statements} statements, {self.bytes:,} bytes."
        )


@dataclass(frozen=True)
class Replied:
    per_s: float
    median_ms: float
    processor_us: float
    acknowledged: int
    seconds: float
    writers: int
    threads: int
    statements: int

    def words(self) -> str:
        return (
            f"{self.writers} accounts reply in {self.threads} threads for {self.seconds:.0f} s: "
            f"**{self.per_s:,.0f} replies/s**, median {self.median_ms:.0f} ms, {self.processor_us:.0f} µs of the "
            f"servers' processor time each, {self.statements} statements; all {self.acknowledged:,} acknowledged ones "
            f"are in the table, and every thread's count is right."
        )


@dataclass(frozen=True)
class Grown:
    """`times`: the median answer at 10⁶ over that at 10⁴; `blocks`: database pages touched, likewise."""

    name: str
    times: float
    blocks: float
    statements: int

    def words(self) -> str:
        return f"{self.name}: {self.times:.2f}× the time, {self.blocks:.2f}× the pages, {self.statements} statements"


@dataclass
class Forum:
    page: PageShown | None = None
    replies: Replied | None = None
    growth: list[Grown] = field(default_factory=list)

    def lines(self) -> list[str]:
        return [it.words() for it in (self.page, self.replies, *self.growth) if it is not None]

    def sections(self, of_run: str) -> dict[str, str]:
        """By heading; `of_run`: the command, when and on what machine."""
        found = {}
        if self.page is not None:
            found[PAGE_HEAD] = f"{of_run}\n\n{PAGE_WORDS}\n\n{self.page.words()}"
        if self.replies is not None:
            found[REPLY_HEAD] = f"{of_run}\n\n{REPLY_WORDS}\n\n{self.replies.words()}"
        if self.growth:
            rows = [f"| {it.name} | {it.times:.2f}× | {it.blocks:.2f}× | {it.statements} |" for it in self.growth]
            table = "| request | time | pages | statements |\n| --- | --- | --- | --- |\n" + "\n".join(rows)
            head = SEARCH_HEAD if self.growth[0].name.startswith("search") else GROWTH_HEAD
            found[head] = f"{of_run}\n\n{GROWTH_WORDS}\n\n{table}"
        return found


PAGE_WORDS = """20 replies of 300 Chinese characters, every second one an answer to another and thanked by some, as a
signed-in member with an unread mark and reactions of their own sees them: two server processes, wrk with 16
connections to each. The bare limit is two processes that say the same statements and return the same bytes, in turn
with ours. The caller is remembered (decision 16), so who asks is no statement of its own. Aim: 60 % of the bare limit,
3,000 pages/s."""
REPLY_WORDS = """Two server processes, wrk with 16 connections to each, PostgreSQL with fsync on. Each reply is
rendered, screened for words, counted, and has its jobs stored in the same transaction. Aim: 500 a second."""
GROWTH_WORDS = """The same requests in a forum of 10⁴ and one of 10⁶ replies, 20 a thread (search: as many documents);
aim: at most 1.3 times slower."""
