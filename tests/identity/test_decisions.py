"""The desk decides: claims, decisions, and what only the claimer may see."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from backend.core.database import execute, fetchrow, fetchval
from tests.house import Community, House, Neighbour, at_once, id_number

LINE = "SELECT actor, about, reason FROM audit_line WHERE action = $1"


async def applied(house: House, community: Community, **more: Any) -> tuple[Neighbour, str]:
    guest = await house.guest()
    answer = await guest.post("/verifications", house.application(community, **more))
    assert answer.status_code == 201, answer.text
    return guest, f"/desk/verifications/{answer.json()['id']}"


async def standing(path: str) -> str:
    return str(await fetchval("SELECT state FROM verification WHERE id = $1", UUID(path.rsplit("/", 1)[1])))


async def test_an_approval_opens_the_neighbourhood(house: House, community: Community, moderator: Neighbour) -> None:
    guest, path = await applied(house, community, home=1, name="王秀英", number=id_number(sequence=22))
    claimed = await moderator.put(f"{path}/claim")
    assert (claimed.status_code, claimed.json()["claimed_by_me"]) == (200, True)
    assert claimed.json()["real_name"] == "王秀英" and "*" * 16 in claimed.json()["id_number_masked"]
    answer = await moderator.put(f"{path}/approval")
    assert (answer.status_code, answer.json()["state"]) == (200, "approved")
    me = (await guest.get("/me")).json()
    assert me["person"]["real_name_masked"] == "王**"
    assert [home["home_path"] for home in me["residencies"]] == ["翠湖园 3幢 2单元 102"]
    assert me["residencies"][0]["display_name"] == "王女士 · 3幢"
    assert "identity:neighbourhood:enter" in me["permissions"][str(community.id)]
    line = await fetchrow(LINE, "verification.approved")
    assert line is not None and (line["actor"], line["about"]) == (moderator.account_id, guest.account_id)


async def test_a_rejection_gives_its_reason(house: House, community: Community, moderator: Neighbour) -> None:
    guest, path = await applied(house, community)
    await moderator.put(f"{path}/claim")
    for nothing in ({}, {"reason": ""}, {"reason": None}, {"reason": "x" * 501}):
        answer = await moderator.put(f"{path}/rejection", nothing)
        assert answer.status_code == 422, answer.text
    assert await standing(path) == "claimed"
    answer = await moderator.put(f"{path}/rejection", {"reason": "房产证不是本人的"})
    assert (answer.status_code, answer.json()["state"]) == (200, "rejected")
    mine = (await guest.get("/verifications/mine")).json()["items"][0]
    assert (mine["state"], mine["reason"]) == ("rejected", "房产证不是本人的")
    line = await fetchrow(LINE, "verification.rejected")
    assert line is not None and line["reason"] == "房产证不是本人的"
    assert await fetchval("SELECT count(*) FROM person") == 0
    assert await fetchval("SELECT refusals FROM verification_lock WHERE account = $1", guest.account_id) == 1
    assert (await guest.post("/verifications", house.application(community))).status_code == 201


async def test_nobody_decides_without_claiming(house: House, community: Community, moderator: Neighbour) -> None:
    colleague = await house.officer(community, "moderator")
    _, path = await applied(house, community)
    decisions = (("approval", {}), ("rejection", {"reason": "不行"}), ("request-more", {"reason": "再来"}))
    for state in ("submitted", "claimed by another"):
        for step, body in decisions:
            answer = await moderator.put(f"{path}/{step}", body)
            assert (answer.status_code, answer.json()["code"]) == (409, "identity.not_your_claim"), state
        revealed = await moderator.post(f"{path}/reveals", {"reason": "核对身份"})
        assert revealed.status_code == 409 and "id_number" not in revealed.text
        assert (await moderator.delete(f"{path}/claim")).status_code == 409
        await colleague.put(f"{path}/claim")
    assert await fetchval("SELECT count(*) FROM audit_line") == 0
    assert (await colleague.put(f"{path}/approval")).status_code == 200


async def test_a_claim_is_given_back(house: House, community: Community, moderator: Neighbour) -> None:
    colleague = await house.officer(community, "moderator")
    _, path = await applied(house, community)
    await moderator.put(f"{path}/claim")
    assert (await moderator.put(f"{path}/claim")).status_code == 200, "claiming one's own claim again is harmless"
    taken = await colleague.put(f"{path}/claim")
    assert (taken.status_code, taken.json()["code"]) == (409, "core.move_refused")
    released = await moderator.delete(f"{path}/claim")
    assert (released.status_code, released.json()["state"], released.json()["claimed_by"]) == (200, "submitted", None)
    assert (await colleague.put(f"{path}/claim")).status_code == 200


async def test_of_twenty_claimers_one_wins(house: House, community: Community) -> None:
    moderators = []
    for _ in range(20):
        moderators.append(await house.officer(community, "moderator"))
        # They all sit behind one address, which may ask for 20 codes a day.
        await execute("DELETE FROM strict_limit_use")
    _, path = await applied(house, community)
    answers = await at_once(*(moderator.put(f"{path}/claim") for moderator in moderators))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
    winner = moderators[[answer.status_code for answer in answers].index(200)]
    assert await fetchval("SELECT claimed_by FROM verification") == winner.account_id
    assert await fetchval("SELECT count(*) FROM flow_step WHERE move = 'claim'") == 1


async def test_of_many_approvals_one_counts(house: House, community: Community, moderator: Neighbour) -> None:
    _, path = await applied(house, community)
    await moderator.put(f"{path}/claim")
    answers = await at_once(*(moderator.put(f"{path}/approval") for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 9
    for table in ("person", "residency", "audit_line"):
        assert await fetchval(f"SELECT count(*) FROM {table}") == 1, table


async def test_a_decision_races_a_withdrawal(house: House, community: Community, moderator: Neighbour) -> None:
    guest, path = await applied(house, community)
    await moderator.put(f"{path}/claim")
    withdrawal = guest.put(f"{path.replace('/desk', '')}/withdrawal")
    answers = await at_once(moderator.put(f"{path}/approval"), withdrawal)
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert await fetchval("SELECT count(*) FROM residency") == (await standing(path) == "approved")


async def test_nobody_decides_about_themselves(house: House, community: Community, moderator: Neighbour) -> None:
    applied_for = await moderator.post("/verifications", house.application(community))
    path = f"/desk/verifications/{applied_for.json()['id']}"
    own = await moderator.put(f"{path}/claim")
    assert (own.status_code, own.json()["code"]) == (409, "identity.own_application")
    colleague = await house.officer(community, "moderator")
    assert (await colleague.put(f"{path}/claim")).status_code == 200


async def test_who_took_it_down_does_not_decide_it(house: House, community: Community, moderator: Neighbour) -> None:
    guest = await house.guest()
    body = house.application(community) | {"phone": guest.phone}
    entered = await moderator.post("/desk/verifications", body)
    assert entered.status_code == 201, entered.text
    path = f"/desk/verifications/{entered.json()['id']}"
    own = await moderator.put(f"{path}/claim")
    assert (own.status_code, own.json()["code"]) == (409, "identity.own_application")
    assert (await guest.get("/verifications/mine")).json()["items"][0]["state"] == "submitted"
    colleague = await house.officer(community, "moderator")
    assert (await colleague.get(path)).json()["method"] == "desk"
    await colleague.put(f"{path}/claim")
    assert (await colleague.put(f"{path}/approval")).status_code == 200
    assert (await guest.get("/me")).json()["person"] is not None


async def test_a_banned_phone_is_refused_at_the_counter(
    house: House, community: Community, moderator: Neighbour
) -> None:
    guest = await house.guest()
    await execute("UPDATE account SET state = 'banned' WHERE id = $1", guest.account_id)
    body = house.application(community) | {"phone": guest.phone}
    refused = await moderator.post("/desk/verifications", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "identity.holder_banned")
    assert await fetchval("SELECT count(*) FROM verification") == 0
    assert (await moderator.get("/me")).status_code == 200


async def test_a_resident_and_a_foreign_moderator_get_nothing(
    house: House, community: Community, moderator: Neighbour
) -> None:
    elsewhere = await house.open_community("桃源社区")
    foreign = await house.officer(elsewhere, "moderator")
    resident = await house.resident(community, moderator)
    _, path = await applied(house, community)
    for who, status in ((resident, 403), (foreign, 404)):
        for method, tail, body in (
            ("GET", "", None), ("PUT", "/claim", {}), ("DELETE", "/claim", None), ("PUT", "/approval", {}),
            ("PUT", "/rejection", {"reason": "不行"}), ("POST", "/reveals", {"reason": "好奇"}),
        ):  # fmt: skip
            answer = await who.request(method, path + tail, json=body)
            assert answer.status_code == status, (method, tail, answer.text)
    seen = await foreign.get("/desk/verifications", params={"community_id": str(community.id)})
    assert seen.status_code == 404
    assert await standing(path) == "submitted"


async def test_a_reveal_is_on_record_and_its_person_can_read_it(
    house: House, community: Community, moderator: Neighbour
) -> None:
    number = id_number("19780203", 24)
    guest, path = await applied(house, community, number=number)
    claimed = await moderator.put(f"{path}/claim")
    assert number not in claimed.text
    assert (await moderator.post(f"{path}/reveals")).status_code == 422
    assert await fetchval("SELECT count(*) FROM audit_line") == 0
    answer = await moderator.post(f"{path}/reveals", {"reason": "照片看不清，需核对号码"})
    assert (answer.status_code, answer.json()["id_number"]) == (201, number)
    assert answer.headers["cache-control"] == "no-store"
    log = (await guest.get("/me/access-log")).json()["items"]
    assert [(entry["action"], entry["reason"]) for entry in log] == [("identity.revealed", "照片看不清，需核对号码")]
    assert log[0]["who"].endswith("翠湖社区居委会")
    assert (await moderator.get(path)).json()["reveals"][0]["reason"] == "照片看不清，需核对号码"
    assert (await moderator.get("/me/access-log")).json()["items"] == []


async def test_an_audit_line_is_for_ever(house: House, community: Community, moderator: Neighbour) -> None:
    await house.resident(community, moderator)
    for statement in (
        "UPDATE audit_line SET reason = 'x'", "DELETE FROM audit_line", "TRUNCATE audit_line",
        "UPDATE flow_step SET actor = NULL", "DELETE FROM flow_step", "TRUNCATE flow_step",
    ):  # fmt: skip
        with pytest.raises(asyncpg.RestrictViolationError):
            await execute(statement)
    assert await fetchval("SELECT count(*) FROM audit_line") == 1


async def test_a_role_that_is_lost_is_lost_at_the_next_request(
    house: House, community: Community, moderator: Neighbour
) -> None:
    _, path = await applied(house, community)
    await moderator.put(f"{path}/claim")
    await execute("UPDATE role_grant SET ended_at = now() WHERE account = $1", moderator.account_id)
    assert (await moderator.put(f"{path}/approval")).status_code == 403
    assert await standing(path) == "claimed"


async def test_the_queue_is_paged_oldest_first(house: House, community: Community, moderator: Neighbour) -> None:
    paths = [(await applied(house, community, home=at % 6))[1] for at in range(5)]
    seen: list[str] = []
    params: dict[str, Any] = {"community_id": str(community.id), "limit": 2}
    for _ in range(3):
        async with house.statements(3):
            page = (await moderator.get("/desk/verifications", params=params)).json()
        seen += [item["id"] for item in page["items"]]
        params["cursor"] = page["next_cursor"]
    assert seen == [path.rsplit("/", 1)[1] for path in paths] and page["next_cursor"] is None
    newest = await moderator.get("/desk/verifications", params={"community_id": str(community.id), "sort": "newest"})
    assert [item["id"] for item in newest.json()["items"]] == seen[::-1]
    forged = await moderator.get("/desk/verifications", params={"community_id": str(community.id), "cursor": "A" * 40})
    assert (forged.status_code, forged.json()["code"]) == (400, "core.cursor_invalid")


async def test_what_a_decision_costs(house: House, community: Community, moderator: Neighbour) -> None:
    """Statements a request, the caller's own included: a page 4, a write 8 with the page that it answers."""
    _, path = await applied(house, community)
    async with house.statements(4):
        await moderator.get(path)
    for step, body in (("claim", {}), ("reveals", {"reason": "核对号码"}), ("approval", {})):
        async with house.statements(8):
            answer = await moderator.request("POST" if step == "reveals" else "PUT", f"{path}/{step}", json=body)
        assert answer.is_success, answer.text
