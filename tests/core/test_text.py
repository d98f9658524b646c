"""Typed text becomes plain, real names survive, twins are known."""

import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from backend.core.errors import Invalid
from backend.core.text import (
    BYTES_PER_CHARACTER,
    LATIN_NAME_MAX_CHARS,
    MARKS_MAX,
    REAL_NAME_MAX_CHARS,
    clean_line,
    clean_real_name,
    clean_text,
    count_characters,
    is_real_name,
    skeleton,
)

FAMILY = "👨\u200d👩\u200d👧"
ANY_TEXT = st.text(max_size=60)
# Text made of what has gone wrong before, far denser than chance would have it.
NASTY_TEXT = st.text(
    st.sampled_from(
        "aé你𠮷 \t\n\r\x00\x1b\x85\u00ad\u0301\u0308\u034f\u200b\u200c\u200d\u200e\u202e\u2028\u2066\u2800\u3164"
        "\ufe0f\ufeff👨👩🏽🇨🇳©\U000e0041\U000e007f가\u1100\u1161क\u093c"
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("  王  小明 ", "王 小明"),
        ("a\tb\r\nc", "a b c"),
        ("e\u0301", "é"),
        ("\u202eabc\u202c", "abc"),
        ("a\u2066b\u2069", "ab"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("x\u200dy", "xy"),
        (FAMILY, FAMILY),
        ("👍🏽", "👍🏽"),
        ("❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"),
        ("a\u200d🔥", "a🔥"),
        ("nul\x00bell\x07", "nulbell"),
        ("\x1b[31mred", "[31mred"),
        ("next\x85line", "next line"),
        ("tag\U000e0041\U000e007f", "tag"),
        ("line\u2028para\u2029", "line para"),
        ("\u3164\u2800", ""),
        ("𠮷野家", "𠮷野家"),
        ("e" + "\u0332" * 10, "e" + "\u0332" * MARKS_MAX),
        ("ấ", "ấ"),
        ("ئۇيغۇر", "ئۇيغۇر"),
        ("བོད་ཡིག", "བོད་ཡིག"),
    ],
)
def test_one_line(typed: str, plain: str) -> None:
    assert clean_line(typed) == unicodedata.normalize("NFC", plain)


def test_several_lines() -> None:
    assert clean_text(" a \r\n b\rc\u2028d  \n\n\n\n\n\ne ") == "a\n b\nc\nd\n\n\ne"


@pytest.mark.parametrize(("count", "passes"), [(20, True), (21, False)])
@pytest.mark.parametrize("character", ["a", "王", "𠮷", "👍🏽", "é"])
def test_length_is_what_a_reader_counts(character: str, count: int, passes: bool) -> None:
    typed = character * count
    if passes:
        assert count_characters(clean_line(typed, field="title", most=20)) == 20
    else:
        with pytest.raises(Invalid) as refused:
            clean_line(typed, field="title", most=20)
        assert [(e.field, e.code) for e in refused.value.fields] == [("title", "field.length")]


def test_length_is_bytes_as_well() -> None:
    most = 10
    heavy = "a" + "\u0332" * MARKS_MAX  # One to the reader, nine bytes to the row.
    assert len(heavy.encode()) > BYTES_PER_CHARACTER
    assert clean_line(heavy * 8, most=most)
    with pytest.raises(Invalid):
        clean_line(heavy * most, most=most)


def test_empty_after_cleaning_is_missing() -> None:
    with pytest.raises(Invalid) as refused:
        clean_line("\u200b \u3164", field="title", least=1)
    assert refused.value.fields[0].code == "field.required"
    with pytest.raises(Invalid) as refused:
        clean_line("a", field="title", least=2)
    assert refused.value.fields[0].code == "field.length"
    assert clean_line("") == ""


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("abc", 3), ("王小明", 3), ("𠮷", 1), (FAMILY, 1), ("🇨🇳🇨🇳", 2), ("👍🏽", 1), ("é", 1), ("e\u0301", 1)],
)
def test_counting(text: str, count: int) -> None:
    assert count_characters(text) == count


REAL_NAMES = [
    "王芳",
    "欧阳娜娜",
    "𠮷田",
    "㛃\u3007",
    "李\U00030000",
    "葛\U000e0100城",
    "买买提·吐尔逊",
    "阿卜杜热西提·艾尼瓦尔·麦麦提",
    "王" * REAL_NAME_MAX_CHARS,
    "Jean-Luc O'Neil",
    "María José García",
    "Nguyễn Thị Minh",
    "J. R. R. Tolkien",
    "Smith Jr.",
    "x" * LATIN_NAME_MAX_CHARS,
]

NOT_REAL_NAMES = [
    "",
    "王",
    "a",
    "王 明",
    "王1",
    "１２",
    "·王明",
    "王明·",
    "王··明",
    "王明。",
    "Иван",
    "王明Wang",
    "<b>王明</b>",
    "王\u202e明",
    "王\x00明",
    "😀😀",
    "ab\ncd",
    "--",
    "a--b",
    "王" * (REAL_NAME_MAX_CHARS + 1),
    "x" * (LATIN_NAME_MAX_CHARS + 1),
]


@pytest.mark.parametrize("name", REAL_NAMES)
def test_real_names_survive(name: str) -> None:
    assert is_real_name(name)
    assert clean_real_name(name) == name


@pytest.mark.parametrize("name", NOT_REAL_NAMES)
def test_what_is_no_name(name: str) -> None:
    assert not is_real_name(name)


@pytest.mark.parametrize("dot", "•‧∙⋅・･﹒．●")
def test_every_keyboard_s_dot_is_the_dot(dot: str) -> None:
    assert clean_real_name(f"买买提{dot}吐尔逊") == "买买提·吐尔逊"
    assert clean_real_name(f" 买买提 {dot} 吐尔逊 ") == "买买提·吐尔逊"


@pytest.mark.parametrize("almost", ["a" * 60 + "!", "a." * 30 + "!", "a-" * 30, "王·" * 30])
def test_almost_names_are_refused_quickly(almost: str) -> None:
    began = time.thread_time()
    assert not is_real_name(almost)
    assert time.thread_time() - began < 0.05


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("翠湖居委会", "翠湖居委會"),
        ("翠湖居委会", "翠 湖·居委会"),
        ("翠湖居委会", "翠湖居\u200b委会"),
        ("物业经理", "物业经埋"),
        ("Admin", "аdmin"),
        ("admin", "ＡＤＭＩＮ"),
        ("linli", "1in1i"),
        ("linli", "lïnlï"),
        ("土豆", "士豆"),
        ("office", "oﬃce"),
    ],
)
def test_twins_share_a_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(("one", "other"), [("王芳", "王方"), ("admin", "adnin"), ("翠湖", "桃源"), ("a", "b")])
def test_different_names_stay_different(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@given(ANY_TEXT | NASTY_TEXT)
@example("\u200d\u0301👩\u200d\u0301👩")
@settings(max_examples=600, deadline=None)
def test_clean_text_is_clean_and_stays(text: str) -> None:
    for clean in (clean_line, clean_text):
        plain = clean(text)
        assert clean(plain) == plain
        assert unicodedata.is_normalized("NFC", plain)
        assert plain == plain.strip()
        plain.encode("utf-8")
        assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in plain if c != "\n")
        assert not set(plain) & set("\u200b\u202a\u202e\u2066\u2069\ufeff\u00ad")
    assert "\n" not in clean_line(text)


@given(ANY_TEXT | NASTY_TEXT)
@settings(max_examples=600, deadline=None)
def test_skeleton_ignores_what_cleaning_removes(text: str) -> None:
    assert skeleton(clean_line(text)) == skeleton(text)
    assert skeleton(skeleton(text)) == skeleton(text)


@given(st.text("e\u0301\u0332\u0308\u0327a", max_size=40))
@settings(max_examples=300, deadline=None)
def test_no_towers(text: str) -> None:
    marks = 0
    for character in clean_line(text):
        marks = marks + 1 if unicodedata.combining(character) else 0
        assert marks <= MARKS_MAX


@given(ANY_TEXT)
@settings(max_examples=300, deadline=None)
def test_counting_never_exceeds_code_points(text: str) -> None:
    assert 0 <= count_characters(text) <= len(text)
