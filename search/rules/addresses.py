"""Addresses as people write them: 3号楼2单元501, 3幢2单元501室 and 3-2-501 are one door."""

import re
from typing import NamedTuple

_NUMBER = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})"
_WRITTEN = re.compile(
    rf"(?P<building>{_NUMBER}|[a-z]\d{{0,2}}(?=座|幢|栋|号楼))\s*(?:号楼|幢|栋|座)"
    rf"(?:\s*(?P<entrance>{_NUMBER})\s*单元)?(?:\s*(?P<home>\d{{2,4}})(?:\s*[室号户])?)?"
    rf"|(?P<only_entrance>{_NUMBER})\s*单元(?:\s*(?P<its_home>\d{{2,4}})(?:\s*[室号户])?)?"
    r"|(?<![\d-])(?P<first>\d{1,3})-(?P<second>\d{1,2})(?:-(?P<third>\d{2,4}))?(?![\d-])"
)
_DIGITS = {sign: value for value, sign in enumerate("一二三四五六七八九", 1)}


class Address(NamedTuple):
    """Where it stands in the folded text, and its forms, the widest first: `3`, `3-2`, `3-2-501`."""

    start: int
    end: int
    forms: list[str]


def addresses(folded: str) -> list[Address]:
    """In order of the text."""
    return [Address(match.start(), match.end(), _forms(match)) for match in _WRITTEN.finditer(folded)]


def _forms(match: re.Match[str]) -> list[str]:
    building, entrance = _number(match["building"] or match["first"]), _number(match["entrance"] or match["second"])
    home = match["home"] or match["third"]
    if building is None:
        alone = f"u{_number(match['only_entrance'])}"
        return [alone, f"{alone}-{match['its_home']}"] if match["its_home"] else [alone]
    forms = [building]
    if entrance is not None:
        forms.append(f"{building}-{entrance}")
        forms += [f"{building}-{entrance}-{home}"] if home else []
    elif home:
        forms.append(f"{building}--{home}")
    return forms


def also_without_entrance(forms: list[str]) -> list[str]:
    """What a document is kept under besides: 3幢501 and 2单元501 are looked for as well."""
    whole = forms[-1].split("-")
    if len(whole) != 3 or not all(whole):
        return [f"u{whole[1]}"] if len(whole) == 2 else []
    building, entrance, home = whole
    return [f"{building}--{home}", f"u{entrance}", f"u{entrance}-{home}"]


def _number(written: str | None) -> str | None:
    """十二 and 012 are 12."""
    if written is None or written[0].isascii():
        return str(int(written)) if written is not None and written.isdecimal() else written
    tens, ten, ones = written.partition("十")
    if not ten:
        return str(_DIGITS[written]) if written in _DIGITS else written
    return str(_DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0))
