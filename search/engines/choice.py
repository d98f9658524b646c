"""Which engine answers: the outside one while it can, and PostgreSQL whenever it can't."""

from collections.abc import Sequence

from search.document import Document
from search.engines import Engine, EngineAway, Found, Query, postgres

NOTHING = Found([], 0, False, False)


def engines() -> Sequence[Engine]:
    """In the order in which they are asked."""
    return (postgres.ENGINE,)


async def find(query: Query) -> tuple[Found, bool]:
    """What is found, and whether this is less than it should be: another engine's answer, or nobody's in time."""
    for at, engine in enumerate(engines()):
        try:
            return await engine.find(query), at > 0
        except EngineAway:
            continue
    return NOTHING, True


async def suggest(query: Query) -> Sequence[Document]:
    """Nothing when nobody answers in time: suggestions are a courtesy."""
    for engine in engines():
        try:
            return await engine.suggest(query)
        except EngineAway:
            continue
    return []
