"""The pure parts: addresses, pinyin, words, marks."""

from itertools import chain, combinations
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.clock import now
from backend.core.database import fetchval
from search.rules import asking, lexemes, speech
from search.rules.addresses import addresses
from search.rules.audience import MEMBER, words_of_audience, words_of_searcher
from search.rules.folding import TOKEN_MAX_CHARS, fold, tokens
from search.rules.lexemes import shortened, words
from search.rules.marking import BEFORE_HIT_CHARS, EXCERPT_MAX_CHARS, Marker
from search.rules.pinyin import INITIALS_MAX, LETTERS_MAX, READINGS_MOST, are_initials, initials_of, readings, splits
from search.schemas import QUERY_MAX_CHARS, Piece


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("3号楼2单元501", "3-2-501"), ("3幢2单元501室", "3-2-501"), ("3-2-501", "3-2-501"),
        ("３栋２单元５０１", "3-2-501"), ("三号楼二单元501", "3-2-501"), ("3幢 2单元 501", "3-2-501"),
        ("十二幢", "12"), ("二十一幢", "21"), ("A座", "a"), ("12号楼", "12"), ("3幢501", "3--501"),
        ("2单元", "u2"), ("2单元501室", "u2-501"),
    ],
)  # fmt: skip
def test_one_door_has_one_form(written: str, form: str) -> None:
    assert addresses(fold(written))[-1].forms[-1] == form


@pytest.mark.parametrize("written", ["2026-11-21", "1-2-3-4", "3号线", "第3号", "138-0013-8000"])
def test_what_is_no_address(written: str) -> None:
    assert addresses(fold(written)) == []


def test_a_document_has_the_shorter_forms_too() -> None:
    kept = words("我住3幢2单元501")
    assert {"a3", "a3-2", "a3-2-501", "a3--501", "au2", "au2-501"} <= kept


def test_sounds() -> None:
    assert splits("wuyefei")[0] == ["wu", "ye", "fei"] and splits("wuyef")[0] == ["wu", "ye", "f"]
    assert ["xi", "an"] in splits("xian") and ["xian"] in splits("xian")
    assert splits("xyz") == [] and splits("é") == []
    assert splits("a" * LETTERS_MAX) and splits("a" * (LETTERS_MAX + 1)) == []
    assert initials_of("物业费") == {"wyf"} and "yh" in initials_of("银行") and "yx" in initials_of("银行")
    assert initials_of("物x") == set()
    assert len(readings("行")) == READINGS_MOST
    assert are_initials("w" * INITIALS_MAX) and not are_initials("w" * (INITIALS_MAX + 1)) and not are_initials("w")
    assert not are_initials("wifi")


def test_words_are_cut_at_forty() -> None:
    long = "a" * (TOKEN_MAX_CHARS + 1)
    assert [token.text for token in tokens(long)] == ["a" * TOKEN_MAX_CHARS]
    assert [token.script for token in tokens("wifi6信号")] == ["letters", "digits", "cjk"]
    assert shortened("mesh") & shortened("mseh") and not shortened("mesh") & shortened("wifi")


def test_a_long_post_fits() -> None:
    """20,000 different characters make a tsvector well below PostgreSQL's megabyte."""
    body = "".join(chr(0x4E00 + at * 7 % 20_900) for at in range(lexemes.BODY_MAX_CHARS))
    kept = words(body)
    assert sum(len(word.encode()) + 12 for word in kept) < 1_000_000


def test_questions_are_not_looked_for() -> None:
    said = [token.text for unit in asking.units_of("请问什么时候交物业费", ()) for token in unit.words]
    assert said == ["交物业费"]
    assert [token.text for unit in asking.units_of("什么时候", ()) for token in unit.words] == ["什么时候"]
    many = " ".join(f"词{chr(0x4E00 + at)}" for at in range(asking.UNITS_MOST + 1))
    assert len(asking.units_of(many, ())) == asking.UNITS_MOST


def test_synonyms_are_one_unit() -> None:
    (one, other) = asking.units_of("物管电话", [["物业", "物管"]])
    assert [token.text for token in one.words] == ["物管", "物业"] and other.words[0].text == "电话"


def text_of(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def bounds_of(typed: str, step: int) -> list[str]:
    plan = asking.plan_of(typed, community_id=uuid4(), kinds=["thread"] * 3, as_of=now())
    return [said for of_step, said in plan.bounds if of_step == step]


def test_what_bounds_a_step() -> None:
    """A word that everything found must have, said in the index's own words."""
    assert [len(bounds_of(text, 1)) for text in ("甲乙丙", "甲乙 丙丁", "3-2-501")] == [2, 2, 1]
    assert len(bounds_of("甲乙丙丁戊", 3)) == 2 and "|" not in bounds_of("甲乙丙丁戊", 3)[0]
    several = "".join(chr(0x4E00 + at) for at in range(asking.BOUNDS_MOST + 2))
    assert len(bounds_of(several[:-1], 1)) == len(bounds_of(several, 1)) == asking.BOUNDS_MOST
    words = [f"'w{at}'" for at in range(speech.LOOSENED_MOST + 1)]
    assert (
        speech.loosened(" & ".join(words[:-1])) == " | ".join(words[:-1]) and speech.loosened(" & ".join(words)) == ""
    )


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("stretch", ["快递柜门", "快递柜门坏", "快递柜门坏了没", "快递柜门坏了没有人修"])
async def test_near_is_one_character_wrong_and_not_two(stretch: str) -> None:
    near = speech.Speech("").near(speech.Unit(tuple(tokens(stretch))))
    for wrong in chain(combinations(range(len(stretch)), 1), combinations(range(len(stretch)), 2)):
        for mistyped in ("错", ""):
            text = "".join(mistyped if at in wrong else character for at, character in enumerate(stretch))
            is_near = await fetchval("SELECT array_to_tsvector($1) @@ $2::text::tsquery", sorted(words(text)), near)
            assert is_near == (len(wrong) == 1), text


def test_about_says_nothing_that_near_has_said() -> None:
    """What has any two of two short words has something of each."""
    say = speech.Speech("")

    def about(text: str) -> str:
        return say.about(asking.units_of(text, ()))

    assert about("垃圾桶 监控") == about("垃圾桶") == about("3-2-501 监控") == ""
    assert about("垃圾桶 监控 夜里") and about("快递柜门 监控") and about("快递柜门")


def hits(pieces: list[Piece]) -> list[str]:
    return [piece.text for piece in pieces if piece.hit]


def test_marks() -> None:
    assert hits(Marker("物业费", ()).title("关于物业费的通知")) == ["物业费"]
    assert hits(Marker("wifi", ()).title("ＷｉＦｉ信号差")) == ["ＷｉＦｉ"]
    assert hits(Marker("wyf", ()).title("关于物业费的通知")) == ["物业费"]
    assert hits(Marker("wuyef", ()).title("关于物业费的通知")) == ["物业费"]
    assert hits(Marker("物管", [["物业", "物管"]]).title("物业的电话")) == ["物业"]
    assert hits(Marker("电梯维修", ()).title("维修电梯")) == ["维修电梯"]


def test_an_excerpt_never_cuts_a_character() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    body = family * 200 + "物业费" + family * 200
    pieces = Marker("物业费", ()).excerpt(body)
    assert hits(pieces) == ["物业费"]
    shown = text_of(pieces).strip("…")
    assert shown.replace("物业费", "").replace(family, "") == ""
    assert shown.index("物业费") == BEFORE_HIT_CHARS * len(family)
    assert len(shown.replace(family, "X")) == EXCERPT_MAX_CHARS
    whole = "字" * EXCERPT_MAX_CHARS
    assert text_of(Marker("无", ()).excerpt(whole)) == whole
    assert text_of(Marker("无", ()).excerpt(whole + "多")) == whole + "…"


@given(st.text(max_size=QUERY_MAX_CHARS), st.text(max_size=300))
def test_marking_changes_no_text(typed: str, title: str) -> None:
    assert text_of(Marker(typed, ()).title(title)) == title


def test_audiences() -> None:
    home, estate = uuid4(), uuid4()
    owner = words_of_searcher(uuid4(), places=[home, estate], groups=["relation:owner"], may=["forum:thread:read"])
    stranger = words_of_searcher(uuid4(), places=None, groups=(), may=())
    for places, groups in (
        ((), ()),
        ((estate,), ()),
        ((), ("relation:owner",)),
        ((home,), ("relation:owner", "age:60")),
    ):
        meant = words_of_audience(places, groups)
        assert set(meant) & set(owner) and not set(meant) & set(stranger)
    assert not set(words_of_audience((home,), ("age:60",))) & set(owner)
    assert words_of_audience((), ()) == [MEMBER]
