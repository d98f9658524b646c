"""Who finds a document, as words: it carries some, a searcher has some, and one in common is enough.

`public`; `member` of the community; a place's id; a group (`relation:owner`); both (`PLACE&GROUP`); a permission's
name; an account's id.
"""

from collections.abc import Iterable, Sequence
from itertools import product
from uuid import UUID

PUBLIC = "public"
MEMBER = "member"


def words_of_searcher(
    account_id: UUID | None, *, places: Sequence[UUID] | None, groups: Iterable[str], may: Iterable[str]
) -> list[str]:
    """`places`: of all homes and above; None for one who is no member."""
    words = [PUBLIC, *may]
    if account_id is not None:
        words.append(str(account_id))
    if places is not None:
        words += [MEMBER, *words_of_audience(places, ()), *words_of_audience((), groups)]
        words += words_of_audience(places, groups) if places and groups else []
    return words


def words_of_audience(places: Iterable[UUID], groups: Iterable[str]) -> list[str]:
    """For who lives in any of the places (none: anywhere) and belongs to any of the groups (none: everybody)."""
    homes, belongs = [str(place) for place in places], list(groups)
    if homes and belongs:
        return [f"{home}&{group}" for home, group in product(homes, belongs)]
    return homes or belongs or [MEMBER]
