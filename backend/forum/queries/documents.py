"""Threads and replies as search finds them."""

from search.document import Author

AUTHORS: dict[str, Author] = {}
