"""What may be done with notices, and which role may do it."""

SUBMIT = "notices:notice:submit"
REVIEW = "notices:notice:review"
PUBLISH_NEWS = "notices:news:publish"
DECIDE_URGENT = "notices:urgent:decide"
READ_COVERAGE = "notices:coverage:read"
VISIT = "notices:visit:record"
REMIND = "notices:reminder:send"
ASSIGN_GRIDS = "notices:grid:assign"

GRID_WORKER = "worker"
"""The role whose holders walk a grid."""

ROLES: dict[str, set[str]] = {
    "resident": {SUBMIT},
    "org_member": {SUBMIT},
    "volunteer_coordinator": {SUBMIT},
    GRID_WORKER: {SUBMIT, READ_COVERAGE, VISIT},
    "moderator": {SUBMIT, REVIEW, PUBLISH_NEWS, READ_COVERAGE, VISIT, REMIND},
    "committee_admin": {
        SUBMIT,
        REVIEW,
        PUBLISH_NEWS,
        DECIDE_URGENT,
        READ_COVERAGE,
        VISIT,
        REMIND,
        ASSIGN_GRIDS,
    },
}
"""A member of the party organisation publishes news as well: by their organisation, so `rules.speaking` says it."""
