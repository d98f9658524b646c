"""A token that is no good is no good at any route: ended, banned, closed, run out, forged or bent."""

import base64
import os
from collections.abc import AsyncIterator
from uuid import uuid4

import jwt
import pytest

from backend.core.auth import PUBLIC
from backend.core.clock import now
from backend.core.crypto import sign, signing_key
from backend.core.database import execute
from backend.identity.service.sessions import access_token
from backend.settings import settings
from tests.house import House
from tests.matrix.test_matrix import all_routes
from tests.matrix.traces import fingerprint
from tests.matrix.world import HERE, SAME, Actor, World, build


@pytest.fixture
async def world(house: House) -> AsyncIterator[World]:
    os.environ["LINLI_RATE_SCALE"] = "0"
    settings.cache_clear()
    yield await build(house)
    del os.environ["LINLI_RATE_SCALE"]
    settings.cache_clear()


async def bad_tokens(world: World, good: Actor) -> dict[str, str]:
    """By what is wrong with it. All but the last few were good a moment ago."""
    assert good.account_id is not None
    found = {}
    for name, statement in (
        ("signed out", "UPDATE session SET ended_at = now() WHERE account = $1"),
        ("run out", "UPDATE session SET expires_at = now() WHERE account = $1"),
        ("banned", "UPDATE account SET state = 'banned' WHERE id = $1"),
        ("closed", "UPDATE account SET state = 'closed' WHERE id = $1"),
    ):
        actor = await world.actor("committee_admin", HERE)
        await execute(statement, actor.account_id)
        found[name] = actor.token
    session = await world.session(good.account_id)
    claims = {"sub": str(good.account_id), "sid": str(session), "iat": 0, "exp": int(now().timestamp()) + 60}
    key = signing_key("access_token")
    head, body, signature = jwt.encode(claims, key, algorithm="HS256").split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    found |= {
        "too old": jwt.encode({**claims, "exp": int(now().timestamp()) - 1}, key, algorithm="HS256"),
        "for ever": jwt.encode({name: it for name, it in claims.items() if name != "exp"}, key, algorithm="HS256"),
        "of another key": jwt.encode(claims, os.urandom(32), algorithm="HS256"),
        "of another purpose": jwt.encode(claims, sign("cursor", b""), algorithm="HS256"),
        "unsigned": f"{none}.{body}.",
        "of no algorithm": f"{none}.{body}.{signature}",
        "bent": f"{head}.{body}.{signature[:-4]}AAAA",
        "another's session": access_token(uuid4(), session),
        "another's account": access_token((await world.actor("guest", HERE)).account_id or uuid4(), session),
        "no token": "nonsense",
        "a refresh token": base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("="),
        "numbers for ids": jwt.encode({**claims, "sub": "1", "sid": "2"}, key, algorithm="HS256"),
        "a list for a date": jwt.encode({**claims, "exp": [1]}, key, algorithm="HS256"),
    }
    return found


async def test_no_route_takes_a_bad_token(house: House, world: World) -> None:
    good = await world.actor("committee_admin", HERE)
    routes = [route for route in all_routes() if route.rule != PUBLIC]
    calls = [await route.call(world, good, SAME) for route in routes]
    tokens = await bad_tokens(world, good)
    before, taken = await fingerprint(), []
    for what, token in tokens.items():
        for call in calls:
            answer = await house.http.request(
                call.method,
                call.path,
                params=call.query,
                headers={"Authorization": f"Bearer {token}"},
                **call.options(),
            )
            if answer.status_code != 401 or answer.json()["code"] != "identity.session_ended":
                taken.append(f"{what}: {call.method} {call.path} {answer.status_code} {answer.text[:120]}")
    assert not taken, "\n".join(taken)
    assert await fingerprint() == before
    assert (await house.http.get("/api/v1/me", headers=good.headers)).status_code == 200, "the good one is still good"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic eDp5", "bearer\t", "Token x", "Bearer a b"])
async def test_no_other_header_signs_anybody_in(house: House, world: World, header: str) -> None:
    answer = await house.http.get("/api/v1/me", headers={"Authorization": header})
    assert answer.status_code == 401
