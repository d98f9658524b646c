"""Our words as codes for an engine that cuts text its own way: a code is letters and digits, and can't be cut.

So that engine's Chinese segmentation, which misses words and takes homophones for one, has nothing to do.
"""

from collections.abc import Iterator, Sequence

from search.rules.addresses import addresses, also_without_entrance
from search.rules.folding import Token, fold, pairs, tokens
from search.rules.pinyin import initials_of, sounds_of

WORD, INITIALS, SOUND, ADDRESS = "wipa"


def code(kind: str, word: str) -> str:
    """A prefix of the word has a prefix of its code."""
    return kind + word.encode().hex()


def codes_of(text: str, *, with_sounds: bool = False) -> str:
    """In the text's order, then what stands nowhere in it: single characters, addresses, how its Chinese sounds."""
    folded = fold(text)
    stretches = list(tokens(folded))
    found = [code(WORD, part) for token in stretches for part in parts_of(token)]
    chinese = [token.text for token in stretches if token.script == "cjk"]
    found += [code(WORD, character) for stretch in chinese for character in dict.fromkeys(stretch)]
    for address in addresses(folded):
        found += [code(ADDRESS, form) for form in (*address.forms, *also_without_entrance(address.forms))]
    if with_sounds:
        found += [one for stretch in chinese for one in _sounds(stretch)]
    return " ".join(found)


def parts_of(token: Token) -> Sequence[str]:
    """Of a stretch of Chinese its pairs, of a single character itself; anything else is one word."""
    return (token.script == "cjk" and pairs(token.text)) or [token.text]


def _sounds(stretch: str) -> Iterator[str]:
    for pair in pairs(stretch):
        yield from (code(INITIALS, initials) for initials in sorted(initials_of(pair)))
    for part in (*stretch, *pairs(stretch)):
        yield from (code(SOUND, sound) for sound in sorted(sounds_of(part)))
