"""Whom a notice is for, and how that reads.

An audience is members who live in any of its places (none: anywhere) and belong to any of its groups (none:
everybody). It is evaluated at every read: who moves in today sees what is still valid.
"""

from collections.abc import Sequence

from backend.core.sentences import Locale, sentence

PLACES_NAMED_MOST = 5
"""A line on a phone; the rest are counted."""

ADDRESSED = """
({member}.places IS NOT NULL AND ({notice}.places = '{{}}' OR {notice}.places && {member}.places)
 AND ({notice}.groups = '{{}}' OR {notice}.groups::text[] && {member}.groups))
"""
"""The same as `is_addressed`, for statements; `member` is a row of identity's account_belonging or community_member."""

GROUP_WORDS = {
    "age:60": "notices.aged",
    "relation:owner": "notices.owners",
    "relation:tenant": "notices.tenants",
    "relation:family": "notices.families",
    "role:volunteer": "notices.volunteers",
    "role:volunteer_coordinator": "notices.coordinators",
    "role:worker": "notices.workers",
    "role:moderator": "notices.moderators",
    "role:committee_admin": "notices.admins",
    "role:org_member": "notices.members",
    "role:merchant": "notices.merchants",
}


def is_addressed(
    places: Sequence[object], groups: Sequence[str], *, member_of: Sequence[object], groups_of: Sequence[str]
) -> bool:
    """Whether somebody who lives in `member_of` (homes and all above) and belongs to `groups_of` is meant."""
    lives_there = not places or any(place in member_of for place in places)
    belongs = not groups or any(group in groups_of for group in groups)
    return lives_there and belongs


def audience_words(places: Sequence[str], groups: Sequence[str], locale: Locale) -> str:
    """`3幢、5幢 · 60岁以上`; 全体居民 for everybody."""
    comma = "、" if locale == "zh-CN" else ", "
    parts = []
    if places:
        named = comma.join(places[:PLACES_NAMED_MOST])
        more = len(places) > PLACES_NAMED_MOST
        parts.append(sentence("notices.places_more", locale, named=named, count=len(places)) if more else named)
    if groups:
        parts.append(comma.join(sentence(GROUP_WORDS[group], locale) for group in groups))
    return " · ".join(parts) or sentence("notices.everybody", locale)
