"""The limits of reading, each at its edge."""

from datetime import timedelta

import pytest

from backend.core.database import execute, fetchval
from backend.forum.queries.choices import CHOICES_MOST
from backend.forum.queries.history import VERSIONS_SHOWN_MOST
from backend.forum.rules.boards import BOARDS_MOST
from backend.forum.rules.reading import UNREAD_LOOKED_BACK
from tests.forum.square import Square, done


@pytest.mark.parametrize(("before", "seen"), [(timedelta(minutes=-1), 1), (timedelta(minutes=1), 0)])
async def test_what_is_too_old_is_nobodys_news(square: Square, before: timedelta, seen: int) -> None:
    thread = await square.thread()
    await execute(
        "UPDATE thread SET last_activity_at = now() - $2::interval WHERE id = $1", thread, UNREAD_LOOKED_BACK + before
    )
    found = await done(square.zhao.get(f"/boards/{square.boards['talk']}/threads?show=unread"))
    assert len(found["items"]) == seen


@pytest.mark.parametrize("more", [0, 1])
async def test_a_history_shows_so_many(square: Square, more: int) -> None:
    thread = await square.thread()
    await execute(
        """INSERT INTO post_version (id, post, number, body, html, edited_by)
           SELECT gen_random_uuid(), $1, n, '从前', '<p>从前</p>', $2 FROM generate_series(1, $3::int) AS n""",
        thread,
        square.wang.account_id,
        VERSIONS_SHOWN_MOST + more,
    )
    versions = (await done(square.wang.get(f"/threads/{thread}/history")))["items"]
    # The words that stand now, and the newest before them.
    assert len(versions) == VERSIONS_SHOWN_MOST + 1 and versions[0]["number"] == 1 + more


@pytest.mark.parametrize("more", [0, 1])
async def test_so_many_may_be_chosen_to_mention(square: Square, more: int) -> None:
    have = await fetchval("SELECT count(*) FROM organisation WHERE community = $1", square.community.id)
    await execute(
        """INSERT INTO organisation (id, community, kind, name)
           SELECT gen_random_uuid(), $1, 'merchant', '小店' || n FROM generate_series(1, $2::int) AS n""",
        square.community.id,
        CHOICES_MOST - have + more,
    )
    found = await done(square.zhao.get(f"/communities/{square.community.id}/mention-choices"))
    assert len(found["items"]) == CHOICES_MOST


async def test_so_many_boards_are_listed(square: Square) -> None:
    await execute(
        """INSERT INTO board (id, community, name, position)
           SELECT gen_random_uuid(), $1, '板' || n, 100 FROM generate_series(1, $2::int) AS n""",
        square.community.id,
        BOARDS_MOST,
    )
    found = await done(square.zhao.get(f"/communities/{square.community.id}/boards"))
    assert len(found["items"]) == BOARDS_MOST
