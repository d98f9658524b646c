"""Two hundred people go the whole way in; then their numbers, phones, names and codes are looked for everywhere."""

import base64
import io
import logging
import os
import random
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from backend.core.database import execute, fetchval
from backend.settings import settings
from tests.canaries.searching import disguises, hits, stored
from tests.house import API, Community, House, Neighbour, id_number

PEOPLE = 200
RARE = [chr(code) for code in range(0x8C00, 0x8E00)]
"""Characters that stand in no address, reason or sentence of ours."""


@dataclass
class Heard:
    """What the API answered: desks may read full names, and the reveal alone reads the number."""

    to_people: list[bytes] = field(default_factory=list)
    to_the_desk: list[bytes] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)

    async def note(self, answer: httpx.Response) -> None:
        await answer.aread()
        path = answer.request.url.path
        told = answer.content + repr(list(answer.headers.items())).encode()
        if path.endswith("/reveals"):
            return
        if not path.startswith(f"{API}/auth/"):
            (self.to_the_desk if "/desk/" in path else self.to_people).append(told)
        elif answer.is_success and answer.content:
            self._keep_secrets(answer.json())

    def _keep_secrets(self, body: dict[str, Any]) -> None:
        """Codes and tokens are told to their owner here, and to nobody anywhere else."""
        for name in ("access_token", "refresh_token", "demo_code"):
            if body.get(name):
                self.secrets.add(body[name])


@dataclass
class Canaries:
    numbers: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


@pytest.fixture
def talkative() -> Iterator[None]:
    os.environ.update(LINLI_LOG_LEVEL="DEBUG", LINLI_RATE_SCALE="0")
    yield
    del os.environ["LINLI_LOG_LEVEL"], os.environ["LINLI_RATE_SCALE"]
    settings.cache_clear()


@pytest.fixture
async def listened(talkative: None, house: House) -> AsyncIterator[tuple[House, Heard]]:
    heard = Heard()
    house.http.event_hooks["response"].append(heard.note)
    yield house, heard


@pytest.fixture
def written(listened: tuple[House, Heard]) -> io.StringIO:
    """What the application's own handler writes from here on, through its own formatter."""
    stream = io.StringIO()
    (handler,) = [it for it in logging.getLogger().handlers if type(it) is logging.StreamHandler]
    handler.setStream(stream)
    return stream


def test_every_disguise_is_seen_through() -> None:
    """The search bites: each disguise in the middle of something else is found."""
    secret = "330106197802030071"
    for how, needle in disguises(secret).items():
        assert hits({"there": b"before" + needle + b"after"}, [secret]), how
    for at in range(3):
        assert hits({"there": base64.b64encode(b"x" * at + secret.encode() + b"yz")}, [secret])
    assert not hits({"there": b"330106197802030072"}, [secret])


@pytest.mark.timeout(900)
async def test_nobody_is_found_where_they_should_not_be(listened: tuple[House, Heard], written: io.StringIO) -> None:
    house, heard = listened
    canaries = await _two_hundred_move_in(house)
    await house.drain()
    surfaces = await stored()
    log = written.getvalue()
    surfaces["log"] = log.encode()
    surfaces["answers to people"] = b"\n".join(heard.to_people)
    assert await fetchval("SELECT count(*) FROM person") >= PEOPLE // 2
    assert len(log.splitlines()) > 10, "nothing was logged, so nothing was tested"
    found = hits(surfaces, [*canaries.numbers, *canaries.phones, *canaries.names])
    found += hits({"answers to the desk": b"\n".join(heard.to_the_desk)}, [*canaries.numbers, *canaries.phones])
    assert not found, found[:20]
    _assert_no_secret_in(log, heard.secrets)
    # The search has eyes: the same canary in one more row would have been found.
    await execute("UPDATE community SET district = $1", canaries.phones[0])
    assert hits(await stored(), canaries.phones[:1])


def _assert_no_secret_in(log: str, secrets: set[str]) -> None:
    assert len(secrets) > PEOPLE
    words = set(re.findall(r"[\w.-]+", log))
    shown = [secret for secret in secrets if secret in words or len(secret) > 6 and secret in log]
    assert not shown, f"{len(shown)} codes or tokens were logged"


async def _two_hundred_move_in(house: House) -> Canaries:
    draw, canaries = random.Random(20261121), Canaries()
    community = await house.open_community(homes=20)
    moderator = await house.officer(community, "moderator")
    for at in range(PEOPLE):
        name = "".join(draw.sample(RARE, 3))
        number = id_number(f"19{draw.randrange(40, 99)}{draw.randrange(1, 13):02d}{draw.randrange(1, 28):02d}", at + 1)
        phone = f"13{draw.randrange(10**9):09d}"
        canaries.names.append(name)
        canaries.numbers.append(number)
        canaries.phones.append(phone)
        guest = await house.guest(phone)
        await _one_way_in(house, community, guest, moderator, at, name, number)
        # All of them sit behind one address, which may ask for 20 codes a day.
        await execute("DELETE FROM strict_limit_use WHERE name = 'codes_per_address'")
    return canaries


async def _one_way_in(
    house: House, community: Community, guest: Neighbour, moderator: Neighbour, at: int, name: str, number: str
) -> None:
    """Half are approved; the rest are rejected, sent back, withdrawn, or first mistype; each looks at all they may."""
    if at % 5 == 0:
        wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
        await guest.post("/verifications", house.application(community, 0, name, wrong))
    applied = await guest.post("/verifications", house.application(community, at % 20, name, number))
    assert applied.status_code == 201, applied.text
    path = f"/desk/verifications/{applied.json()['id']}"
    await moderator.put(f"{path}/claim")
    if at % 10 == 0:
        await moderator.post(f"{path}/reveals", {"reason": "核对号码"})
    decision = ("approval", "approval", "rejection", "request-more", "approval")[at % 5]
    await moderator.put(
        f"{path}/{decision}", {"reason": "材料不全"} if decision in ("rejection", "request-more") else {}
    )
    await guest.get("/me")
    await guest.get("/verifications/mine")
    await guest.get("/me/access-log")
    if at % 20 == 0:
        await guest.patch("/me", {"nickname": f"小{at}"})
        await guest.post("/auth/sessions/refresh", {"refresh_token": guest.refresh_token})
        await guest.post("/auth/sessions/refresh", {"refresh_token": guest.refresh_token})
        await moderator.get("/desk/verifications", params={"community_id": str(community.id)})
