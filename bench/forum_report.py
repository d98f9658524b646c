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
    """10⁶ over 10⁴: `times` of the median answers, of pairs measured in turn; `processor` of the server's and the
    database's processor time a request; `blocks` of the database's pages touched. `few_ms`, `many_ms`: medians;
    `items`: on the page of each, to see that both show as much."""

    name: str
    times: float
    few_ms: float
    many_ms: float
    processor: float
    blocks: float
    statements: int
    items: tuple[int, ...]

    def words(self) -> str:
        return (
            f"{self.name}: {self.times:.2f}× the time ({self.few_ms:.1f} and {self.many_ms:.1f} ms), "
            f"{self.processor:.2f}× by processor time, {self.blocks:.2f}× the pages, {self.statements} statements, "
            f"{' and '.join(map(str, self.items))} items"
        )


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
            rows = [
                f"| {it.name} | {it.times:.2f}× | {it.few_ms:.1f} | {it.many_ms:.1f} | {it.processor:.2f}× "
                f"| {it.blocks:.2f}× | {it.statements} | {', '.join(map(str, it.items))} |"
                for it in self.growth
            ]
            is_search = self.growth[0].name.startswith("search")
            head, words = (SEARCH_HEAD, SEARCH_WORDS) if is_search else (GROWTH_HEAD, GROWTH_WORDS)
            found[head] = "\n".join([of_run, "", words, "", *GROWTH_TABLE, *rows])
        return found


PAGE_WORDS = """20 replies of 300 Chinese characters, every second one an answer to another and thanked by some, as a
signed-in member with an unread mark and reactions of their own sees them: two server processes, wrk with 16
connections to each. The bare limit is two processes that say the same statements and return the same bytes, in turn
with ours. It is the same page for the same member each time: the caller is remembered (decision 16), so who asks is no
statement of its own, and the replies' words are kept and asked for by version (decision 20). Aim: 60 % of the bare
limit, 3,000 pages/s."""
REPLY_WORDS = """Two server processes, wrk with 16 connections to each, PostgreSQL with fsync on. Each reply is
rendered, screened for words, counted, and has its jobs stored in the same transaction. Aim: 500 a second."""
GROWTH_WORDS = """The same requests in a forum of 10⁴ and one of 10⁶ replies, 20 a thread;
aim: at most 1.3 times slower."""
SEARCH_WORDS = """The same searches in a forum of 10⁴ and one of 10⁶ replies, 20 a thread, with a document for each
thread and reply, by wrk over 16 connections; the same shares of both have the words. What a search finds is checked
by the truth and shown as the phone gets it. Aim: at most 1.3 times slower."""
GROWTH_TABLE = (
    "| request | time, 10⁶ over 10⁴ | ms at 10⁴ | at 10⁶ | processor time | pages | statements | items |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
)
