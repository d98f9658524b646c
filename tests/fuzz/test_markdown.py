"""Whatever somebody types becomes words, the tags of the allow-list, or nothing; and it never takes long."""

import os
import re
import time
from html.parser import HTMLParser
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from backend.core.text import clean_text
from backend.forum.rules.markdown import ATTRIBUTES, MARKS_MOST, SCHEMES, TAGS, has_too_many_marks, mentions_in, render
from backend.forum.schemas.posts import POST_MAX_CHARS
from tests.fuzz.hostile import ADDRESSES, CORPUS, HTML, MARKDOWN, MEDIUM, NEIGHBOUR

EXAMPLES = int(os.environ.get("LINLI_FUZZ_EXAMPLES_MARKDOWN", "300"))
EXAMPLES_TIER_B = 10_000
SLOWEST_S = 1.0
"""Thirty times what the worst one needs where nothing else runs."""
NAMES = {f"account:{NEIGHBOUR}": '王女士 <img src=x onerror="window.hit=1"> · 3幢'}
MARKS = (
    "*", "**", "_", "~~", "`", "```\n", "[", "](", ")", "![", "<", ">", "\n", "\n\n", "> ", "- ", "1. ", "|", "|-|\n",
    "# ", "\\", "&amp;", "&#0;", "&", '"', "'", "https://", "@", ":", "media:", "account:", str(MEDIUM), str(NEIGHBOUR),
    "\u0000", "\ufffd", "\u2028", "\u200d", "\U0001f468\u200d\U0001f469",
)  # fmt: skip
REPEATED = (
    *ADDRESSES, *HTML, *MARKDOWN, "[", "](", "![", "*a ", "**x*", "|a", "_a__b", "`a``", "- ", "> ", "http://",
    "&#x41;", "a\n\n", "[@x](account:", "|a|\n|-|\n", "https://a.cn/", "https:", ":",
)  # fmt: skip
SET_BY_THE_CLEANER = {"a": {"target", "class", "rel"}, "span": {"class"}}
VOID = {"br", "hr", "img"}

pieces = st.one_of(
    st.sampled_from(CORPUS),
    st.sampled_from(MARKS),
    st.text(max_size=20),
    st.text(alphabet=st.sampled_from("[]()!<>*_`~|#\\&\n "), max_size=40),
)
sources = st.lists(pieces, max_size=30).map("".join)


class Reader(HTMLParser):
    """Reads what came out as strictly as a browser would not; every surprise is noted."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.surprises: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.surprises.append(f"<{tag}>")
        allowed = ATTRIBUTES.get(tag, set()) | SET_BY_THE_CLEANER.get(tag, set())
        for name, value in attrs:
            if name not in allowed:
                self.surprises.append(f"<{tag} {name}>")
            if name == "href" and (value or "").partition(":")[0].lower() not in SCHEMES:
                self.surprises.append(f"href={value}")
            if name.startswith("data-"):
                UUID(value or "")
        given = dict(attrs)
        if tag == "a" and (given.get("target"), given.get("class")) != ("_blank", "outside"):
            self.surprises.append("an unmarked link")
        if tag == "a" and set((given.get("rel") or "").split()) != {"nofollow", "ugc", "noopener", "noreferrer"}:
            self.surprises.append("a link that says who sent it")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.surprises.append(f"</{tag}>")

    def handle_comment(self, data: str) -> None:
        self.surprises.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.surprises.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.surprises.append(f"<?{data}>")

    def unknown_decl(self, data: str) -> None:
        self.surprises.append(f"<![{data}]>")


def check(source: str) -> None:
    for names in ({}, NAMES):
        rendered = render(source, names=names)
        reader = Reader()
        reader.feed(rendered.html)
        reader.close()
        assert not reader.surprises and not reader.open, (source, rendered.html, reader.surprises, reader.open)
        assert set(re.findall(r'data-medium="([^"]+)"', rendered.html)) == set(map(str, rendered.pictures))
        assert len(set(rendered.pictures)) == len(rendered.pictures)
        assert {it.key for it in mentions_in(source)} == {it.key for it in rendered.mentions}


@pytest.mark.parametrize("source", CORPUS)
def test_nothing_hostile_comes_through(source: str) -> None:
    check(source)
    check(f"> - {source}\n\n{source}")


@given(sources)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@example("[" * MARKS_MOST)
@example(f"[a](media:{MEDIUM})")
def test_anything_typed_is_harmless(source: str) -> None:
    check(source)
    check(clean_text(source))


@pytest.mark.tier_b
@pytest.mark.timeout(900)
@given(sources)
@settings(max_examples=EXAMPLES_TIER_B, deadline=None, suppress_health_check=list(HealthCheck))
def test_ten_thousand_times(source: str) -> None:
    check(source)


@given(st.sampled_from(REPEATED), st.integers(1, 3))
@settings(max_examples=100, deadline=None)
def test_no_repetition_takes_long(piece: str, spread: int) -> None:
    source = (piece + " " * (spread - 1)) * (POST_MAX_CHARS // len(piece))
    while has_too_many_marks(source):
        source = source[: len(source) // 2]
    begun = time.process_time()
    rendered = render(source)
    assert time.process_time() - begun < SLOWEST_S, source[:60]
    assert len(rendered.html) < 40 * POST_MAX_CHARS
