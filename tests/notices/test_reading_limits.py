"""Limits of what is shown, each at n and at n + 1."""

import pytest

from backend.core.database import execute
from backend.notices.rules.audience import PLACES_NAMED_MOST, audience_words
from backend.notices.rules.coverage import DOOR_LISTS_MOST, DOORS_MOST
from backend.notices.rules.reading import EXCERPT_CHARS, excerpt_of
from backend.notices.service.telling import TOLD_AT_ONCE, in_pages
from tests.notices.office import Office, done
from tests.notices.paper import place_named, published


def test_an_excerpt_is_two_lines() -> None:
    assert excerpt_of("长" * EXCERPT_CHARS) == "长" * EXCERPT_CHARS
    assert excerpt_of("长" * (EXCERPT_CHARS + 1)) == "长" * (EXCERPT_CHARS - 1) + "…"
    assert excerpt_of("一\n\n  二\t三") == "一 二 三"


@pytest.mark.parametrize(
    ("places", "words"),
    [(0, "全体居民"), (PLACES_NAMED_MOST, "1、2、3、4、5"), (PLACES_NAMED_MOST + 1, "1、2、3、4、5 等 6 处")],
)
def test_places_are_named_up_to_a_line(places: int, words: str) -> None:
    assert audience_words([str(at + 1) for at in range(places)], [], "zh-CN") == words


@pytest.mark.parametrize(("accounts", "pages"), [(0, 0), (1, 1), (TOLD_AT_ONCE, 1), (TOLD_AT_ONCE + 1, 2)])
def test_people_are_told_page_by_page(accounts: int, pages: int) -> None:
    assert len(in_pages([None] * accounts)) == pages


async def test_a_worker_s_lists_and_a_drill_down_end_somewhere(office: Office) -> None:
    community, writer = office.community, office.moderator.account_id
    for at in range(DOOR_LISTS_MOST + 1):
        await published(community, writer, title=f"第{at}", priority="important")
        if at == DOOR_LISTS_MOST - 1:
            assert len(await lists(office)) == DOOR_LISTS_MOST
    assert len(await lists(office)) == DOOR_LISTS_MOST
    entrance = await place_named(community, "2单元")
    more = DOORS_MOST - len(community.homes)
    for wanted, homes in ((more, DOORS_MOST), (1, DOORS_MOST)):
        await execute(
            """INSERT INTO place (id, community, parent, kind, name, sort_key, path)
               SELECT gen_random_uuid(), $1, $2, 'home', n::text || ' of ' || $3, 'x', 'x'
               FROM generate_series(1, $3::int) AS n""",
            community.id, entrance, wanted,
        )  # fmt: skip
        answer = await done(office.moderator.get(f"/desk/notices/{await published(community, writer)}/homes"))
        assert len(answer["items"]) == homes
    whole = await done(office.moderator.get(f"/desk/notices/{await published(community, writer)}/coverage"))
    assert whole["counts"]["homes"] == DOORS_MOST + 1


async def lists(office: Office) -> list[object]:
    return (await done(office.worker.get(f"/desk/door-lists?community_id={office.community.id}")))["items"]
