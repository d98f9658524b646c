"""Search: one box over everything that has an author of documents."""

import os

# Before anybody imports pypinyin: its dictionary of phrases is 45 MB in every process, and we index all readings of a
# character anyway.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
