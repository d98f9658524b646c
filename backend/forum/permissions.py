"""What may be done in the forum, and which role may do it."""

READ = "forum:thread:read"
POST = "forum:thread:post"
MODERATE = "forum:thread:moderate"
EDIT_BOARDS = "forum:board:edit"
OPEN_HOME_POLL = "forum:poll:open"
ENTER_PAPER = "forum:paper:enter"
ANSWER_ISSUES = "forum:issue:answer"

MEMBER = {READ, POST}
STAFF = {*MEMBER, ENTER_PAPER, ANSWER_ISSUES}

ROLES: dict[str, set[str]] = {
    "resident": MEMBER,
    "merchant": MEMBER,
    "org_member": {*MEMBER, ANSWER_ISSUES},
    "volunteer": MEMBER,
    "volunteer_coordinator": MEMBER,
    "treasurer": MEMBER,
    "auditor": MEMBER,
    "worker": STAFF,
    "moderator": {*STAFF, MODERATE, OPEN_HOME_POLL},
    "committee_admin": {*STAFF, MODERATE, OPEN_HOME_POLL, EDIT_BOARDS},
}
"""A member of the owners' committee opens polls of homes and owners too: by their organisation, so `rules` say it."""
