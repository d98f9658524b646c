"""Phones and browsers in people's hands, as their app brings them to the API."""

from datetime import timedelta
from typing import Any

from backend.core.clock import now
from backend.core.database import execute
from backend.core.ids import new_id
from backend.identity.service.sessions import access_token
from tests.house import Neighbour


async def another_session(person: Neighbour) -> Neighbour:
    """The same account on a further device."""
    session_id = new_id()
    await execute(
        """INSERT INTO session (id, account, platform, device_name, in_cookie, created_at, last_seen_at, expires_at)
           VALUES ($1, $2, 'web', '另一台', false, $3, $3, $4)""",
        session_id, person.account_id, now(), now() + timedelta(days=90),
    )  # fmt: skip
    token = access_token(person.account_id, session_id)
    return Neighbour(person.house, person.phone, token, "", person.account_id)


async def bring_phone(person: Neighbour, token: str = "token-of-a-phone") -> dict[str, Any]:
    return await bring(person, {"platform": "android", "push_token": token})


async def bring_browser(person: Neighbour, subscription: dict[str, str]) -> dict[str, Any]:
    return await bring(person, {"platform": "web", "subscription": subscription})


async def bring(person: Neighbour, device: dict[str, Any]) -> dict[str, Any]:
    answer = await person.put("/devices/current", device)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told
