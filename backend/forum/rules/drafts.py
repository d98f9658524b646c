"""How much may lie about unfinished."""

DRAFTS_MOST = 20
"""Of one account in one community: more than anybody comes back to. None is longer than a request may be."""
