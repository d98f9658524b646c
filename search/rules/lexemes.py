"""A document as PostgreSQL indexes it: words of ours, each under its community's mark.

The mark makes every community's lists its own: a search in one never reads another's. The letter after it says what
kind of word it is, and `asking` asks by the same letters.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from search.document import Document
from search.rules.addresses import addresses, also_without_entrance
from search.rules.folding import fold, pairs, tokens, windows
from search.rules.pinyin import initials_of, sounds_of

WORD, TITLE, SOUND, INITIALS, ADDRESS, NEAR = "wtpiad"
KIND, BOARD, BUILDING, MONTH = "kbhm"

BODY_MAX_CHARS = 20_000
"""As long as a post may be."""
POSITION_MOST = 16_000
"""PostgreSQL counts no further than 16,383."""
NEAR_MIN_CHARS = 4
"""Shorter words of letters are each other's neighbours too often."""
MARK_BYTES = 3
"""Four letters before every word; a thousand communities seldom share one."""

CHINESE: Mapping[int, Mapping[str, Callable[[str], Iterable[str]]]] = {
    1: {TITLE: lambda part: [part], SOUND: sounds_of},
    2: {TITLE: lambda part: [part], SOUND: sounds_of, INITIALS: initials_of},
    3: {INITIALS: initials_of, NEAR: lambda part: [skipped(part)]},
}
"""What a heading keeps of its Chinese, by how many characters: no word is then asked for by where it stands, which
an index doesn't know."""

Lexemes = dict[str, set[int]]


@lru_cache(maxsize=1_024)
def mark_of(community_id: UUID) -> str:
    """Four characters. Two communities with the same one share lists, and still not a single result."""
    digest = hashlib.blake2s(community_id.bytes, digest_size=MARK_BYTES).digest()
    return base64.urlsafe_b64encode(digest).decode()


def lexemes_of(document: Document) -> tuple[str, str]:
    """Its heading (title and extras, with positions) and everything else, as tsvectors are written."""
    mark = mark_of(document.community_id)
    heading: Lexemes = {}
    start = 1
    for text in (document.title, *document.extras):
        _add_heading(heading, fold(text), start)
        start += len(text) + 2
    rest = {
        f"{KIND}{document.kind}",
        f"{MONTH}{month_of(document.created_at)}",
        *words(document.title, *document.extras, document.author, document.body[:BODY_MAX_CHARS]),
    }
    rest |= {f"{BOARD}{document.board_id}"} if document.board_id else set()
    rest |= {f"{BUILDING}{document.building_id}"} if document.building_id else set()
    return _written(mark, heading), _written(mark, dict.fromkeys(sorted(rest), frozenset()))


def words(*texts: str) -> set[str]:
    """Characters, their pairs, words, numbers and addresses, wherever they stand."""
    found: set[str] = set()
    for text in map(fold, texts):
        for token in tokens(text):
            found.add(WORD + token.text) if token.script != "cjk" else found.update(
                WORD + part for part in (*token.text, *pairs(token.text))
            )
        for address in addresses(text):
            found.update(ADDRESS + form for form in (*address.forms, *also_without_entrance(address.forms)))
    return found


def shortened(word: str) -> set[str]:
    """The word and what is left when any one letter goes: two words a letter apart have one of these in common."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def month_of(moment: datetime) -> int:
    return moment.year * 12 + moment.month


def skipped(three: str) -> str:
    """物业费 and 物夜费 have the same."""
    return f"{three[0]}_{three[2]}"


def quoted(lexeme: str) -> str:
    """As tsvector and tsquery read it back unchanged."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def _add_heading(heading: Lexemes, folded: str, start: int) -> None:
    def add(kind: str, word: str, at: int) -> None:
        heading.setdefault(kind + word, set()).add(min(start + at, POSITION_MOST))

    for token in tokens(folded):
        if token.script != "cjk":
            add(TITLE, token.text, token.start)
            if token.script == "letters" and len(token.text) >= NEAR_MIN_CHARS:
                for near in shortened(token.text):
                    add(NEAR, near, token.start)
            continue
        for size, kinds in CHINESE.items():
            for at, part in enumerate(windows(token.text, size), token.start):
                for kind, said in kinds.items():
                    for word in said(part):
                        add(kind, word, at)
    for address in addresses(folded):
        for form in (*address.forms, *also_without_entrance(address.forms)):
            add(ADDRESS, form, address.start)


def _written(mark: str, lexemes: Mapping[str, Iterable[int]]) -> str:
    lines = []
    for lexeme, positions in lexemes.items():
        places = ",".join(f"{at}A" for at in sorted(positions))
        lines.append(quoted(mark + lexeme) + (f":{places}" if places else ""))
    return " ".join(lines)
