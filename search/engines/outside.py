"""The engine outside, where one is set."""

from functools import cache
from importlib import import_module

from backend.settings import settings
from search.engines import OutsideEngine


def outside() -> OutsideEngine | None:
    chosen = settings()
    if chosen.meilisearch_url is None:
        return None
    return _engine(chosen.meilisearch_url, chosen.meilisearch_key, chosen.meilisearch_index)


@cache
def _engine(url: str, key: str | None, name: str) -> OutsideEngine:
    # Its library takes 25 MB and 0.4 s: a house without it never loads it.
    engine: OutsideEngine = import_module("search.engines.meilisearch").MeilisearchEngine(url, key, name)
    return engine
