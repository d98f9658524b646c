"""Our words as codes for an engine that cuts text its own way: a code is letters and digits, and can't be cut.

So that engine's Chinese segmentation, which misses words and takes homophones for one, has nothing to do.
"""

from collections.abc import Iterator, Sequence
from itertools import islice, product

from search.rules.addresses import addresses, also_without_entrance
from search.rules.asking import units_of
from search.rules.folding import Token, fold, pairs, tokens
from search.rules.pinyin import are_initials, initial_pairs

WORD, INITIALS, ADDRESS = "wia"
VARIANTS_MOST = 4
"""Ways to ask one query: with synonyms, as pinyin initials."""


def code(kind: str, word: str) -> str:
    """A prefix of the word has a prefix of its code."""
    return kind + word.encode().hex()


def codes_of(text: str, *, with_sounds: bool = False) -> str:
    """In the text's order, then what stands nowhere in it: single characters, addresses, initials of its sounds."""
    folded = fold(text)
    stretches = list(tokens(folded))
    found = [code(WORD, part) for token in stretches for part in _parts(token)]
    chinese = [token.text for token in stretches if token.script == "cjk"]
    found += [code(WORD, character) for stretch in chinese for character in dict.fromkeys(stretch)]
    for address in addresses(folded):
        found += [code(ADDRESS, form) for form in (*address.forms, *also_without_entrance(address.forms))]
    if with_sounds:
        found += [
            code(INITIALS, initials)
            for stretch in chinese for pair in pairs(stretch) for initials in initial_pairs(*pair)
        ]  # fmt: skip
    return " ".join(found)


def ways_to_ask(words: str, synonyms: Sequence[Sequence[str]]) -> list[str]:
    """The query in codes, at most VARIANTS_MOST ways, the words themselves first; none when there is no word in it."""
    units = [
        [code(ADDRESS, unit.address)] if unit.address else [way for token in unit.words for way in _ways(token)]
        for unit in units_of(fold(words).strip(), synonyms)
    ]
    return [" ".join(way) for way in islice(product(*units), VARIANTS_MOST)] if units else []


def _ways(token: Token) -> Iterator[str]:
    yield " ".join(code(WORD, part) for part in _parts(token))
    if token.script == "letters" and are_initials(token.text):
        yield " ".join(code(INITIALS, pair) for pair in pairs(token.text))


def _parts(token: Token) -> Sequence[str]:
    if token.script != "cjk":
        return [token.text]
    return list(pairs(token.text)) or [token.text]
