"""How Meilisearch is asked: which codes must be there, and what finding them is worth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.rules import ways
from search.rules.codes import ADDRESS, INITIALS, SOUND, WORD, code, codes_of
from search.rules.folding import pairs
from search.rules.ways import ABOUT_THREE, ABOUT_TWO, APART, ITSELF, NEAR, ways_to_ask
from search.schemas import QUERY_MAX_CHARS

SYNONYMS = [["物业", "物管"]]


def asked(words: str, *worths: float) -> list[str]:
    """The ways of these worths, decoded, a stroke between codes."""
    chosen = [way for way in ways_to_ask(words, SYNONYMS) if not worths or way.worth in worths]
    return ["|".join(f"{one[0]}{bytes.fromhex(one[1:]).decode()}" for one in way.codes.split()) for way in chosen]


def stretch(length: int) -> str:
    return "".join(chr(0x4E00 + at) for at in range(length))


@pytest.mark.parametrize(
    ("words", "ways_of_it"),
    [
        ("电梯", ["w电梯"]),
        ("梯", ["w梯"]),
        ("3幢2单元501室", ["a3-2-501"]),
        ("物管费", ["w物管|w费", "w物业|w费"]),
        ("wyf", ["wwyf", "iwy|iyf"]),
        ("wuyef", ["wwuyef", "pwu ye|pye f"]),
        ("dian", ["wdian", "pdian", "pdi an", "pdia n"]),
        ("wifi", ["wwifi"]),
        ("?!", []),
    ],
)
def test_the_words_themselves(words: str, ways_of_it: list[str]) -> None:
    assert asked(words, ITSELF) == ways_of_it


def test_what_is_near_them() -> None:
    assert asked("借书", APART) == ["w借|w书"]
    assert asked("太及拳", NEAR) == ["ptai ji|pji quan"]
    assert asked("钢情调音", NEAR)[1:] == ["w情调|w调音", "w钢|w调音", "w钢情|w音", "w钢情|w情调"]
    assert asked("物业费怎么缴", NEAR) == ["pwu ye|pfei|pjiao"], "asking words are left out beside synonyms as well"
    assert asked("梯", NEAR) == [] and asked("wifi", APART, NEAR) == []


def test_a_sentence_is_asked_by_its_words() -> None:
    threes, twos = asked("车库漏水滴到车上", ABOUT_THREE), asked("车库漏水滴到车上", ABOUT_TWO)
    assert threes == ["w漏水|w滴到|w车上"] and twos == ["w滴到|w车上"], "what comes last is worth most"
    everything = asked("车库漏水滴到车上")
    assert "w车库|w漏水" in everything and "w车库|w漏水|w滴到" in everything and "w车库|w库漏" not in everything


def test_a_title_has_what_is_asked_for() -> None:
    has = set(codes_of("物业费", with_sounds=True).split())
    assert {code(WORD, "物业"), code(WORD, "费"), code(INITIALS, "wy"), code(SOUND, "wu ye"), code(SOUND, "fei")} <= has
    assert code(ADDRESS, "3-2-501") in codes_of("3号楼2单元501漏水").split()
    assert not any(one.startswith((SOUND, INITIALS)) for one in codes_of("物业费").split())
    assert code(SOUND, "wu ye").startswith(code(SOUND, "wu y"))


def test_no_way_is_too_long_and_there_are_not_too_many() -> None:
    for extra, length in ((0, ways.CODES_MOST), (1, ways.CODES_MOST)):
        (itself,) = [way for way in ways_to_ask(stretch(ways.CODES_MOST + 1 + extra), ()) if way.worth == ITSELF]
        assert len(itself.codes.split()) == length
    sentence = " ".join(stretch(8)[at : at + 2] for at in range(7)) + " wuye xian"
    assert len(ways_to_ask(sentence, SYNONYMS)) == ways.WAYS_MOST
    assert len(asked("xian xian", ITSELF)) == ways.VARIANTS_MOST
    assert len(asked("xian", ITSELF)) == 4


def test_how_long_a_stretch_may_be_mistaken() -> None:
    for length, mistaken in (
        (ways.MISTAKEN_MIN_CHARS - 1, 0),
        (ways.MISTAKEN_MIN_CHARS, ways.MISTAKEN_MIN_CHARS),
        (ways.MISTAKEN_MAX_CHARS, ways.MISTAKEN_MOST),
        (ways.MISTAKEN_MAX_CHARS + 1, 0),
    ):
        assert len([way for way in asked(stretch(length), NEAR) if way[0] == WORD]) == mistaken
    two = f"{stretch(5)} {stretch(9)[5:]}"
    assert len([way for way in asked(two, NEAR) if way[0] == WORD]) == ways.MISTAKEN_MOST


def test_what_is_a_sentence() -> None:
    for parts, found in ((ways.SENTENCE_MIN_PARTS - 1, False), (ways.SENTENCE_MIN_PARTS, True)):
        assert bool(asked(stretch(parts + 1), ABOUT_TWO)) is found
    for most, length in ((ways.ABOUT_MOST - 1, 6 + ways.ABOUT_MOST - 2), (ways.ABOUT_MOST, 40)):
        threes = [way for way in ways_to_ask(stretch(length), ()) if ABOUT_TWO < way.worth <= ABOUT_THREE]
        assert len(threes) == most
    (last,) = asked(stretch(40), ABOUT_TWO)
    assert last == "|".join(f"{WORD}{pair}" for pair in (stretch(40)[-4:-2], stretch(40)[-2:]))
    assert len(pairs(stretch(40))) > ways.PARTS_MOST, "of which only the last ones are asked for"


@given(st.text(max_size=QUERY_MAX_CHARS))
def test_whatever_is_typed_becomes_codes(typed: str) -> None:
    made = ways_to_ask(typed, SYNONYMS)
    assert len(made) <= ways.WAYS_MOST
    assert [way.worth for way in made] == sorted((way.worth for way in made), reverse=True)
    assert all(one.isalnum() and one.isascii() for way in made for one in way.codes.split())
    assert all(0 < way.worth <= 1 and 0 < len(way.codes.split()) <= ways.CODES_MOST for way in made)
