"""What may be done in moderation, and which role may do it."""

REPORT = "moderation:report:make"
READ_LOG = "moderation:log:read"
DECIDE = "moderation:case:decide"
READ_WORDS = "moderation:word:read"
EDIT_WORDS = "moderation:word:edit"
EDIT_PLATFORM_WORDS = "moderation:word:edit_platform"

MEMBER = {REPORT, READ_LOG}

ROLES: dict[str, set[str]] = {
    "resident": MEMBER,
    "merchant": MEMBER,
    "org_member": MEMBER,
    "volunteer": MEMBER,
    "volunteer_coordinator": MEMBER,
    "treasurer": MEMBER,
    "auditor": MEMBER,
    "worker": MEMBER,
    "moderator": {*MEMBER, DECIDE, READ_WORDS},
    "committee_admin": {*MEMBER, DECIDE, READ_WORDS, EDIT_WORDS},
    "platform_admin": {READ_WORDS, EDIT_PLATFORM_WORDS},
}
