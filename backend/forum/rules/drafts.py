"""How much may lie about unfinished."""

DRAFTS_MOST = 20
"""Of one account in one community: more than anybody comes back to."""
DRAFT_MAX_BYTES = 100_000
"""As JSON: the longest post in Chinese is 60 kB, and its settings are little beside it."""
