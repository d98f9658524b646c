"""Who may not write, and until when, by the functions that the rooms ask."""

from datetime import timedelta
from uuid import uuid4

import pytest

from backend.core.clock import now
from backend.core.database import execute, fetchval
from backend.core.ids import new_id
from backend.moderation import service as moderation
from backend.moderation.errors import Silenced
from tests.house import House

PENALTY_SQL = """
WITH opened AS (
    INSERT INTO moderation_case (id, community, subject_kind, subject_id, author, snapshot, source)
    VALUES ($1, $3, 'thread', $2, $4, '{}', 'staff') RETURNING id)
INSERT INTO sanction (id, community, moderation_case, account, penalty, step, rule, sentence, decided_by, decided_as,
                      starts_at, ends_at, lifted_at)
SELECT $2, $3, id, $4, $5, 1, 'respect', '说明', $2, 'moderator', $6, $7, $8 FROM opened
"""


async def test_a_mute_silences_and_a_suspension_does_both(house: House) -> None:
    community, muted, suspended, lifted, over = (uuid4() for _ in range(5))
    at, hour = now(), timedelta(hours=1)
    for account, penalty, ends_at, lifted_at in (
        (muted, "mute", at + hour, None),
        (suspended, "suspend", at + hour, None),
        (lifted, "suspend", at + hour, at),
        (over, "mute", at, None),
    ):
        await execute(
            PENALTY_SQL, new_id(), new_id(), community, account, penalty, at - hour, ends_at, lifted_at
        )  # fmt: skip

    async def asked(function: str, account: object, where: object = community) -> object:
        return await fetchval(f"SELECT {function}($1, $2, $3)", account, where, at)

    assert await asked("silenced_until", muted) == at + hour
    assert await asked("suspended_until", muted) is None
    assert await asked("silenced_until", suspended) == at + hour
    assert await asked("suspended_until", suspended) == at + hour
    assert await asked("silenced_until", lifted) is None
    assert await asked("silenced_until", over) is None
    assert await asked("silenced_until", muted, uuid4()) is None


async def test_the_refusal_says_until_when(house: House) -> None:
    moderation.refuse_silenced(None)
    with pytest.raises(Silenced) as refused:
        moderation.refuse_silenced(now() + timedelta(hours=2))
    assert str(refused.value.params["until"])[:2] == "20"
    assert 7190 <= (refused.value.retry_after_s or 0) <= 7200


async def test_screening_keeps_clean_texts_as_they_are(house: House) -> None:
    screened = await moderation.screen(uuid4(), "停水通知", "明天上午停水。")
    assert screened.texts == ("停水通知", "明天上午停水。")
    assert (screened.tags, screened.hold, screened.masked) == ((), False, False)
