"""For whom a notice is, how many that reaches, and for how long it holds."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from backend.core.database import execute, fetchval
from backend.notices.rules.writing import AHEAD_DAYS_MOST, VALID_DAYS_MOST
from backend.notices.schemas.notices import PLACES_MOST
from tests.house import key
from tests.notices.office import WORDS, Office, done, refused
from tests.notices.paper import published


def after(**how_long: float) -> str:
    return (datetime.now(UTC) + timedelta(**how_long)).isoformat()


async def test_its_audience_stands_in_this_community(office: Office) -> None:
    elsewhere = await office.house.open_community("南湖社区")
    building = await fetchval(
        "SELECT id FROM place WHERE community = $1 AND kind = 'building'", office.community.id
    )  # fmt: skip
    home = office.community.homes[0]
    places = sorted((str(building), str(home)))
    audience = {"places": [*places, str(building)], "groups": ["age:60", "role:volunteer", "age:60"]}
    made = await done(office.wang.post(office.path, {**WORDS, "audience": audience}, headers=key()))
    assert made["audience"] == {"places": places, "groups": ["age:60", "role:volunteer"]}
    for wrong in ([str(elsewhere.homes[0])], [*places, str(uuid4())]):
        answer = await refused(
            office.wang.post(office.path, {**WORDS, "audience": {"places": wrong}}, headers=key()), 422
        )
        assert answer["errors"][0]["field"] == "audience.places"
    for wrong_groups in (["role:admin"], ["age:60"] * 21, [None]):
        body = {**WORDS, "audience": {"groups": wrong_groups}}
        await refused(office.wang.post(office.path, body, headers=key()), 422)
    for most, status in ((PLACES_MOST, 201), (PLACES_MOST + 1, 422)):
        body = {**WORDS, "audience": {"places": [str(building)] * most}}
        assert (await office.wang.post(office.path, body, headers=key())).status_code == status


async def test_dates_hold_together(office: Office) -> None:
    margin = timedelta(minutes=5).total_seconds()
    for dates in (
        {},
        {"starts_at": after(days=AHEAD_DAYS_MOST, seconds=-margin)},
        {"ends_at": after(days=VALID_DAYS_MOST, seconds=-margin)},
        {"starts_at": after(days=1), "ends_at": after(days=1 + VALID_DAYS_MOST, seconds=-margin)},
        {"ends_at": after(days=3), "pinned_until": after(days=3, seconds=-margin)},
        {"pinned_until": after(days=14, seconds=-margin)},
    ):
        await done(office.wang.post(office.path, {**WORDS, **dates}, headers=key()))
    for dates, field in (
        ({"starts_at": after(seconds=-1)}, "starts_at"),
        ({"starts_at": after(days=AHEAD_DAYS_MOST, seconds=margin)}, "starts_at"),
        ({"ends_at": after(seconds=-1)}, "ends_at"),
        ({"ends_at": after(days=VALID_DAYS_MOST, seconds=margin)}, "ends_at"),
        ({"starts_at": after(days=2), "ends_at": after(days=1)}, "ends_at"),
        ({"ends_at": after(days=3), "pinned_until": after(days=3, seconds=margin)}, "pinned_until"),
        ({"pinned_until": after(days=14, seconds=margin)}, "pinned_until"),
        ({"pinned_until": after(seconds=-1)}, "pinned_until"),
        ({"starts_at": "0001-01-01T00:00:00+14:00"}, "starts_at"),
        ({"ends_at": "9999-12-31T23:59:59-12:00"}, "ends_at"),
        ({"starts_at": "9999-12-31T00:00:00Z", "pinned_until": after(days=1)}, "starts_at"),
        ({"starts_at": "9999-12-31T23:59:59-12:00", "ends_at": after(days=1)}, "starts_at"),
        ({"pinned_until": "0001-01-01T00:00:00+14:00"}, "pinned_until"),
    ):
        answer = await refused(office.wang.post(office.path, {**WORDS, **dates}, headers=key()), 422)
        assert [error["field"] for error in answer["errors"]] == [field], (dates, answer)


async def test_an_estimate_counts_homes_people_and_apps(office: Office) -> None:
    house, community = office.house, office.community
    path = f"/communities/{community.id}/notice-estimates"
    await house.resident(community, office.moderator, home=0, name="王磊")
    old = await house.resident(community, office.moderator, home=1, name="刘桂芳")
    await execute("UPDATE session SET last_seen_at = now() - interval '31 days' WHERE account = $1", old.account_id)
    building = await fetchval("SELECT id FROM place WHERE community = $1 AND kind = 'building'", community.id)
    officers = 4
    for audience, expected in (
        ({}, (6, 3 + officers, 2 + officers)),
        ({"places": [str(building)]}, (6, 3, 2)),
        ({"places": [str(community.homes[0])]}, (1, 2, 2)),
        ({"groups": ["relation:owner"]}, (2, 3, 2)),
        ({"groups": ["role:moderator"]}, (0, 2, 2)),
        ({"groups": ["age:60"], "places": [str(community.homes[1])]}, (1, 1, 0)),
        ({"places": [str(uuid4())]}, (0, 0, 0)),
    ):
        async with house.statements(3):
            counted = await done(office.wang.post(path, {"audience": audience}))
        assert tuple(counted.values()) == expected, audience
    await refused((await house.guest()).post(path, {"audience": {}}), 403)
    elsewhere = await house.open_community("南湖社区")
    await refused(office.wang.post(f"/communities/{elsewhere.id}/notice-estimates", {"audience": {}}), 404)


async def test_an_estimate_is_what_coverage_counts(office: Office) -> None:
    house, community = office.house, office.community
    for home in (0, 1, 1, 3):
        await house.resident(community, office.moderator, home=home)
    building = await fetchval("SELECT id FROM place WHERE community = $1 AND kind = 'building'", community.id)
    homes = community.homes
    for places, groups in (
        ([], []),
        ([building], []),
        (homes[:2], []),
        ([], ["relation:owner"]),
        (homes[1:4], ["relation:owner", "role:worker"]),
        ([], ["role:worker"]),
        ([], ["relation:tenant"]),
    ):
        audience = {"places": [str(place) for place in places], "groups": groups}
        path = f"/communities/{community.id}/notice-estimates"
        expected = await done(office.wang.post(path, {"audience": audience}))
        notice = await published(community, office.moderator.account_id, places=places, groups=groups)
        counted = await done(office.moderator.get(f"/desk/notices/{notice}/coverage"))
        assert (counted["counts"]["homes"], counted["people"]) == (expected["homes"], expected["people"]), audience
