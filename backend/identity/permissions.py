"""What may be done in identity, and which role may do it. `resident` comes from a residency, the rest is granted."""

ENTER = "identity:neighbourhood:enter"
OPEN_DESK = "identity:desk:open"
REVIEW = "identity:verification:review"
ENTER_FOR_OTHERS = "identity:verification:enter"
MOVE_PERSON = "identity:person:move"
IMPORT_ADDRESSES = "identity:address:import"
GRANT_ROLES = "identity:role:grant"
READ_AUDIT = "identity:audit:read"
EDIT_COMMUNITY = "identity:community:edit"
OPEN_COMMUNITY = "identity:community:open"

RESIDENT = "resident"
WORKER = "worker"
MODERATOR = "moderator"
COMMITTEE_ADMIN = "committee_admin"
PLATFORM_ADMIN = "platform_admin"

ROLES: dict[str, set[str]] = {
    RESIDENT: {ENTER},
    "merchant": set(),
    "org_member": set(),
    "volunteer": set(),
    "volunteer_coordinator": {OPEN_DESK},
    WORKER: {OPEN_DESK, ENTER_FOR_OTHERS},
    MODERATOR: {OPEN_DESK, ENTER_FOR_OTHERS, REVIEW},
    "treasurer": {OPEN_DESK},
    "auditor": {OPEN_DESK, READ_AUDIT},
    COMMITTEE_ADMIN: {
        OPEN_DESK,
        ENTER_FOR_OTHERS,
        REVIEW,
        MOVE_PERSON,
        IMPORT_ADDRESSES,
        GRANT_ROLES,
        READ_AUDIT,
        EDIT_COMMUNITY,
    },
    PLATFORM_ADMIN: {OPEN_COMMUNITY},
}

GRANTABLE_BY_COMMITTEE_ADMIN = (
    WORKER,
    MODERATOR,
    "volunteer",
    "volunteer_coordinator",
    "merchant",
    "org_member",
    "treasurer",
    "auditor",
    COMMITTEE_ADMIN,
)
"""Roles a committee admin appoints; platform admins are made by the operator alone."""
