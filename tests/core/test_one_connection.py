"""Several statements on one connection, and what runs once a transaction has committed."""

import pytest

from backend.core.database import OneConnection, after_commit, connection, fetchval, pool, transaction
from backend.core.errors import Conflict
from tests.house import House

WHO = "SELECT pg_backend_pid()"


async def test_statements_share_a_connection_and_give_it_back(house: House) -> None:
    async with OneConnection():
        first = await fetchval(WHO)
        async with OneConnection():
            assert await fetchval(WHO) == first
        assert await fetchval(WHO) == first
        assert pool().get_size() - pool().get_idle_size() == 1
    assert pool().get_size() == pool().get_idle_size()


async def test_it_is_given_back_when_something_breaks(house: House) -> None:
    with pytest.raises(ZeroDivisionError):
        async with OneConnection():
            raise ZeroDivisionError
    assert pool().get_size() == pool().get_idle_size()
    assert await fetchval("SELECT 1") == 1


async def test_a_transaction_keeps_its_own(house: House) -> None:
    async with transaction():
        mine = connection().get_server_pid()
        async with OneConnection():
            assert await fetchval(WHO) == mine


async def test_what_waits_for_the_commit_runs_after_it(house: House) -> None:
    done: list[str] = []
    async with transaction():
        after_commit(lambda: done.append("outer"))
        async with transaction():
            after_commit(lambda: done.append("inner"))
        assert done == []
    assert done == ["outer", "inner"]
    after_commit(lambda: done.append("outside"))
    assert done[-1] == "outside"


async def test_what_was_rolled_back_is_followed_by_nothing(house: House) -> None:
    done: list[str] = []
    with pytest.raises(Conflict):
        async with transaction():
            after_commit(lambda: done.append("never"))
            raise Conflict()
    assert done == []
    with pytest.raises(Conflict):
        async with transaction():
            after_commit(lambda: done.append("kept"))
            raise Conflict(keeps_writes=True)
    assert done == ["kept"]
