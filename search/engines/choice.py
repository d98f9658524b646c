"""Which engine answers: the outside one while it can, and PostgreSQL whenever it can't."""

from collections.abc import Sequence
from time import monotonic

from search.document import Document, stays_home
from search.engines import Engine, EngineAway, Found, Query, postgres
from search.engines.outside import outside

NOTHING = Found([], 0, False, False)
REST_S = 10.0
"""How long an outside engine that was away is not asked: nobody waits for it at every search."""

_rests_until = 0.0


def engines(query: Query) -> Sequence[Engine]:
    """Those that may answer, in the order in which they are asked."""
    other = _outside_for(query)
    return (postgres.ENGINE,) if other is None or monotonic() < _rests_until else (other, postgres.ENGINE)


async def find(query: Query) -> tuple[Found, bool]:
    """What is found, and whether this is less than it should be: another engine's answer, or nobody's in time."""
    for engine in engines(query):
        try:
            return await engine.find(query), engine is postgres.ENGINE and _outside_for(query) is not None
        except EngineAway:
            _let_rest(engine)
    return NOTHING, True


async def suggest(query: Query) -> Sequence[Document]:
    """Nothing when nobody answers in time: suggestions are a courtesy."""
    for engine in engines(query):
        try:
            return await engine.suggest(query)
        except EngineAway:
            _let_rest(engine)
    return []


def forget_rest() -> None:
    """Asks the outside engine again at once."""
    global _rests_until
    _rests_until = 0.0


def _outside_for(query: Query) -> Engine | None:
    """None as well when it was not given all of the kinds."""
    return None if any(stays_home(kind) for kind in query.kinds) else outside()


def _let_rest(engine: Engine) -> None:
    global _rests_until
    if engine is not postgres.ENGINE:
        _rests_until = monotonic() + REST_S
