"""What may be done with search, and which role may do it. Everybody searches what they may read."""

FIND_PEOPLE = "search:person:find"
EDIT_SYNONYMS = "search:synonym:edit"
READ_GAPS = "search:gap:read"

ROLES: dict[str, set[str]] = {
    "worker": {FIND_PEOPLE},
    "moderator": {FIND_PEOPLE, EDIT_SYNONYMS, READ_GAPS},
    "committee_admin": {FIND_PEOPLE, EDIT_SYNONYMS, READ_GAPS},
}
