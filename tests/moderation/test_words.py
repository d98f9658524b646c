"""Watched words are found whatever was done to hide them, and nothing innocent is."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.moderation.rules.folding import fold
from backend.moderation.rules.words import MASK, Action, Matcher, Watched, key_of, masked

HERE = Path(__file__).parent
HIDDEN = re.compile(r"\\u\{([0-9a-f]+)\}")


def rows(name: str) -> list[list[str]]:
    """Of a table; `\\u{200b}` stands for what nobody would see in it, `\\n` for a new line."""
    lines = (HERE / name).read_text("utf-8").splitlines()
    return [[HIDDEN.sub(_character, cell).replace("\\n", "\n") for cell in line.split("\t")] for line in lines]


def _character(escaped: re.Match[str]) -> str:
    return chr(int(escaped[1], 16))


def matcher(*words: str, action: Action = "block") -> Matcher:
    return Matcher(Watched(uuid4(), word, key_of(word), action, None) for word in words)


EVASIONS = rows("evasions.tsv")
INNOCENTS = rows("innocents.tsv")


def test_the_tables_are_as_long_as_promised() -> None:
    assert len({tuple(row) for row in EVASIONS}) >= 200
    assert len({tuple(row) for row in INNOCENTS}) >= 60


def test_every_evasion_is_caught_and_covered_exactly() -> None:
    everything = matcher(*sorted({word for word, _, _ in EVASIONS}))
    for word, text, found in EVASIONS:
        hits = [hit for hit in everything.hits(text) if hit.word.word == word]
        assert [text[hit.start : hit.end] for hit in hits] == [found], (word, text)
        before, after = text.split(found, 1)
        covered = masked(text, hits)
        assert covered.startswith(before) and covered.endswith(after), (text, covered)
        middle = covered[len(before) : len(covered) - len(after)]
        assert middle and set(middle) == {MASK} and len(middle) <= len(found), (text, covered)


@pytest.mark.parametrize(("word", "text"), INNOCENTS)
def test_the_innocent_passes(word: str, text: str) -> None:
    assert matcher(word).hits(text) == []


@pytest.mark.parametrize("word", sorted({word for word, _ in INNOCENTS}))
def test_and_the_word_itself_is_found(word: str) -> None:
    assert len(matcher(word).hits(f"前面 {word} 后面")) == 1


def test_overlapping_words_are_covered_together() -> None:
    both = matcher("加微信", "微信群", action="mask")
    text = "请加 微信群。"
    assert masked(text, both.hits(text)) == "请＊＊＊＊。"


def test_a_mask_counts_what_a_reader_saw() -> None:
    text = "加 V.X，谢谢"
    assert masked(text, matcher("vx").hits(text)) == "加 ＊＊，谢谢"
    assert masked(text, []) == text


def test_two_lists_may_have_one_word() -> None:
    here, everywhere = (Watched(uuid4(), word, key_of(word), "hold", None) for word in ("枪支", "槍支"))
    assert {hit.word.id for hit in Matcher([here, everywhere]).hits("卖枪支")} == {here.id, everywhere.id}


def test_no_words_find_nothing() -> None:
    assert Matcher([]).hits("任何话") == []


ALPHABET = st.sampled_from("枪支微信加vxVX13８① .,，。!@$\u200b\n\u0301👍㎏ー三")


@given(st.text(ALPHABET, max_size=40))
def test_a_place_in_the_key_is_a_place_in_the_text(text: str) -> None:
    for stand_ins in (False, True):
        folded = fold(text, stand_ins=stand_ins)
        assert len(folded.key) == len(folded.places)
        assert folded.places == sorted(folded.places) and all(0 <= at < len(text) for at in folded.places)


@settings(max_examples=300)
@given(st.text(ALPHABET, max_size=40), st.sampled_from(["", " ", ".", "\u200b", "*"]))
def test_any_text_survives_and_only_hits_are_covered(text: str, trick: str) -> None:
    words = matcher("枪支", "加微信", "vx", action="mask")
    hidden = f"{text}。卖{trick.join('枪支')}吗"
    hits = words.hits(hidden)
    assert any(hit.word.word == "枪支" for hit in hits)
    assert all(0 <= hit.start < hit.end <= len(hidden) for hit in hits)
    covered = masked(hidden, hits)
    assert len(covered) <= len(hidden)
    kept = [at for at in range(len(hidden)) if not any(hit.start <= at < hit.end for hit in hits)]
    assert [one for one in covered if one != MASK] == [hidden[at] for at in kept if hidden[at] != MASK]
