"""Taking one's data away, and closing the account: what goes, what stays, and who may come back."""

import json
from typing import Any
from uuid import UUID

import pytest

from backend.core.crypto import lookup_hmac, unseal
from backend.core.database import execute, fetch, fetchrow, fetchval
from backend.core.ids import new_id
from tests.house import Clock, Community, House, Neighbour, at_once, id_number

NUMBER = id_number(born="19700305", sequence=8)


@pytest.fixture
async def resident(house: House, community: Community, moderator: Neighbour) -> Neighbour:
    return await house.resident(community, moderator, name="欧阳静", number=NUMBER)


async def apply(who: Neighbour, house: House, community: Community, **more: Any) -> str:
    answer = await who.post("/verifications", house.application(community, **more))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def approve(moderator: Neighbour, verification: str) -> None:
    for step in ("claim", "approval"):
        answer = await moderator.put(f"/desk/verifications/{verification}/{step}")
        assert answer.status_code == 200, answer.text


async def medium_of(owner: UUID) -> UUID:
    """A picture as if developed; the worker's own tests make real ones."""
    return await fetchval(
        """INSERT INTO medium (id, owner, file, purpose, state, stored_bytes, width, height, thumbhash, variants,
                               digest, attached_at)
           VALUES ($1, $2, $3, 'evidence', 'ready', 9, 4, 4, 'aaaa', '{320}', '', now()) RETURNING id""",
        new_id(),
        owner,
        new_id(),
    )


async def test_the_export_holds_everything_about_me(
    house: House, community: Community, moderator: Neighbour, resident: Neighbour
) -> None:
    verification = await fetchval("SELECT id FROM verification")
    await execute("UPDATE verification SET state = 'claimed' WHERE id = $1", verification)
    reason = {"reason": "核对证件号码"}
    assert (await moderator.post(f"/desk/verifications/{verification}/reveals", reason)).status_code == 201
    await medium_of(resident.account_id)
    # One for each kind of thing that a domain holds, and five of identity's own.
    async with house.statements(18):
        answer = await resident.get("/me/export")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store" and "attachment" in answer.headers["content-disposition"]
    told = answer.json()
    assert told["account"]["phone"] == f"+86{resident.phone}"
    assert told["person"]["real_name"] == "欧阳静" and told["person"]["birth_date"] == "1970-03-05"
    assert NUMBER not in answer.text and told["person"]["id_number_masked"].count("*") == 16
    assert [it["home_path"] for it in told["residencies"]] == ["翠湖园 3幢 2单元 101"]
    assert [(it["real_name"], it["state"]) for it in told["verifications"]] == [("欧阳静", "claimed")]
    assert [it["device_name"] for it in told["sessions"]] == ["测试手机"]
    actions = [it["action"] for it in told["audit_lines"]]
    assert actions == ["identity.revealed", "verification.approved"]
    assert len(told["media"]) == 1 and told["roles"] == []
    assert set(told["held"]) == {
        "forum_bookmarks", "forum_drafts", "forum_reactions", "forum_read", "forum_replies", "forum_threads",
        "forum_votes", "inbox_items", "inbox_preferences", "notice_receipts", "notices", "push_devices", "reports",
        "sanctions",
    }  # fmt: skip
    assert moderator.phone not in answer.text and str(moderator.account_id) not in answer.text


async def test_three_exports_a_day(house: House, resident: Neighbour, moved_clock: Clock) -> None:
    for _ in range(3):
        assert (await resident.get("/me/export")).status_code == 200
    refused = await resident.get("/me/export")
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 23 * 3600
    guest = await house.guest()
    assert (await guest.get("/me/export")).json()["person"] is None


async def test_closing_forgets_the_person_and_keeps_the_count(
    house: House, community: Community, moderator: Neighbour, resident: Neighbour
) -> None:
    waiting = await apply(resident, house, community, home=2, number=NUMBER)
    medium = await medium_of(moderator.account_id)
    await execute(
        "INSERT INTO verification_evidence (id, verification, medium, position) VALUES ($1, $2, $3, 0)",
        new_id(),
        UUID(waiting),
        medium,
    )
    await medium_of(resident.account_id)
    await resident.patch("/me", {"nickname": "静静"})
    person = await fetchval("SELECT person FROM account WHERE id = $1", resident.account_id)
    assert (await resident.delete("/me")).status_code == 204

    account = await fetchrow("SELECT * FROM account WHERE id = $1", resident.account_id)
    assert account is not None
    assert (account["state"], account["nickname"], account["person"]) == ("closed", None, None)
    assert account["closed_at"] is not None
    assert unseal(account["phone_sealed"], bound_to=f"account.phone:{resident.account_id}") == ""
    assert account["phone_hmac"] != lookup_hmac("phone", f"+86{resident.phone}")
    kept = await fetchrow("SELECT * FROM person WHERE id = $1", person)
    assert kept is not None and kept["id_number_hmac"] == lookup_hmac("id_number", NUMBER)
    assert unseal(kept["real_name_sealed"], bound_to=f"person.real_name:{person}") == ""
    assert unseal(kept["id_number_sealed"], bound_to=f"person.id_number:{person}") == ""
    for row in await fetch("SELECT * FROM verification"):
        assert unseal(row["real_name_sealed"], bound_to=f"verification.real_name:{row['id']}") == ""
        assert unseal(row["id_number_sealed"], bound_to=f"verification.id_number:{row['id']}") == ""
        assert row["id_hint"] == "" and row["evidence_purged_at"] is not None
    assert await fetchval("SELECT state FROM verification WHERE id = $1", UUID(waiting)) == "withdrawn"
    residency = await fetchrow("SELECT display_name, ended_at, ended_reason FROM residency")
    assert residency is not None and residency["ended_at"] is not None
    assert (residency["display_name"], residency["ended_reason"]) == ("已注销", "account_closed")
    assert await fetchval("SELECT count(*) FROM medium") == 0
    assert await fetchval("SELECT count(*) FROM verification_evidence") == 0
    line = await fetchrow("SELECT actor, about FROM audit_line WHERE action = 'account.closed'")
    assert line is not None and line["actor"] == line["about"] == resident.account_id


async def test_after_closing_every_device_is_out(house: House, resident: Neighbour) -> None:
    assert (await resident.delete("/me")).status_code == 204
    assert (await resident.get("/me")).status_code == 401
    answer = await house.http.post("/api/v1/auth/sessions/refresh", json={"refresh_token": resident.refresh_token})
    assert answer.status_code == 401
    assert (
        await fetchval("SELECT count(*) FROM session WHERE ended_at IS NULL AND account = $1", resident.account_id) == 0
    )


async def test_the_desk_still_reads_what_a_closed_account_left(
    house: House, community: Community, moderator: Neighbour, resident: Neighbour
) -> None:
    verification = await fetchval("SELECT id FROM verification")
    assert (await resident.delete("/me")).status_code == 204
    detail = await moderator.get(f"/desk/verifications/{verification}")
    assert detail.status_code == 200 and detail.json()["real_name"] == ""
    where = {"community_id": str(community.id), "state": "approved"}
    assert (await moderator.get("/desk/verifications", params=where)).status_code == 200
    admin = await house.officer(community, "committee_admin")
    assert (await admin.get("/desk/audit", params={"community_id": str(community.id)})).status_code == 200


async def test_the_same_phone_is_somebody_new_and_the_same_id_is_the_same_person(
    house: House, community: Community, moderator: Neighbour, resident: Neighbour
) -> None:
    person = await fetchval("SELECT id FROM person")
    assert (await resident.delete("/me")).status_code == 204
    again = await house.guest(resident.phone)
    assert again.account_id != resident.account_id
    assert (await again.get("/me")).json()["residencies"] == []
    verification = await apply(again, house, community, name="欧阳静", number=NUMBER)
    await approve(moderator, verification)
    assert await fetchval("SELECT count(*) FROM person") == 1
    assert await fetchval("SELECT person FROM account WHERE id = $1", again.account_id) == person
    me = (await again.get("/me")).json()
    assert me["person"]["real_name_masked"] == "欧阳*" and len(me["residencies"]) == 1
    assert me["residencies"][0]["display_name"] == "欧阳女士 · 3幢"
    assert (await again.get("/me/access-log")).json()["items"] == []


async def test_a_banned_identity_does_not_return_by_closing(
    house: House, community: Community, resident: Neighbour
) -> None:
    await execute("UPDATE account SET state = 'banned' WHERE id = $1", resident.account_id)
    assert (await resident.delete("/me")).status_code == 401
    assert await fetchval("SELECT state FROM account WHERE id = $1", resident.account_id) == "banned"


async def test_roles_end_with_a_line_each(house: House, community: Community, resident: Neighbour) -> None:
    for role in ("worker", "treasurer"):
        await execute(
            "INSERT INTO role_grant (id, community, account, role) VALUES ($1, $2, $3, $4)",
            new_id(),
            community.id,
            resident.account_id,
            role,
        )
    assert (await resident.delete("/me")).status_code == 204
    assert await fetchval("SELECT count(*) FROM audit_line WHERE action = 'role.ended'") == 2
    left = await fetchval(
        "SELECT count(*) FROM role_grant WHERE account = $1 AND ended_at IS NULL", resident.account_id
    )
    assert left == 0


async def test_the_last_admin_cannot_go(house: House, community: Community) -> None:
    admin = await house.officer(community, "committee_admin")
    refused = await admin.delete("/me")
    assert (refused.status_code, refused.json()["code"]) == (409, "identity.last_admin")
    assert (await admin.get("/me")).status_code == 200
    other = await house.officer(community, "committee_admin")
    answers = await at_once(admin.delete("/me"), other.delete("/me"))
    assert sorted(answer.status_code for answer in answers) == [204, 409]
    assert await fetchval("SELECT count(*) FROM role_grant WHERE ended_at IS NULL AND role = 'committee_admin'") == 1


async def test_closing_stays_within_its_statements(house: House, community: Community, moderator: Neighbour) -> None:
    guest = await house.guest()
    async with house.statements(8):
        assert (await guest.delete("/me")).status_code == 204
    resident = await house.resident(community, moderator)
    async with house.statements(8):
        assert (await resident.delete("/me")).status_code == 204


async def test_closing_twice_at_once_closes_once(house: House, resident: Neighbour) -> None:
    answers = await at_once(*(resident.delete("/me") for _ in range(3)))
    assert {answer.status_code for answer in answers} <= {204, 401, 404}
    assert await fetchval("SELECT count(*) FROM audit_line WHERE action = 'account.closed'") == 1


async def test_no_application_slips_in_while_an_account_closes(house: House, community: Community) -> None:
    for _ in range(6):
        guest = await house.guest()
        body = house.application(community, name="欧阳静")
        answers = await at_once(guest.post("/verifications", body), guest.delete("/me"))
        assert answers[1].status_code in (204, 503), answers[1].text
    left = await fetch("SELECT v.* FROM verification v JOIN account a ON a.id = v.account WHERE a.state = 'closed'")
    for row in left:
        assert row["state"] == "withdrawn"
        assert unseal(row["real_name_sealed"], bound_to=f"verification.real_name:{row['id']}") == ""


async def test_no_trace_of_the_name_is_left_in_the_database(
    house: House, community: Community, resident: Neighbour
) -> None:
    await execute("UPDATE community SET display_name_style = 'full_name' WHERE id = $1", community.id)
    await execute("UPDATE residency SET display_name = '欧阳静'")
    assert (await resident.delete("/me")).status_code == 204
    tables = await fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for table in tables:
        rows = await fetch(f'SELECT to_jsonb(t) AS row FROM "{table["tablename"]}" t')
        assert "欧阳静" not in json.dumps([row["row"] for row in rows], ensure_ascii=False), table["tablename"]
