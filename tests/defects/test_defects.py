"""Every rule of `backend.invariants` bites: a seeded defect for each, which it must find and a healthy house not."""

from uuid import UUID

import pytest

from backend.commands.check_invariants import check_all
from backend.core.database import execute, fetch
from backend.inbox import service as inbox
from backend.invariants import INVARIANTS
from backend.notices.service import telling
from backend.settings import settings
from tests.defects.cases import CASE_DEFECTS, hold_court
from tests.defects.forum import FORUM_DEFECTS, hold_forum
from tests.defects.polls import POLL_DEFECTS, hold_polls
from tests.house import House
from tests.notices.office import Office, done

FREE = "ALTER TABLE {table} DISABLE TRIGGER USER"
TWICE = """
INSERT INTO {table} SELECT (jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid()))).* FROM {table} t
"""
DEFECTS: dict[str, list[str]] = {
    "flow.no_gap": [FREE.format(table="flow_step"), "DELETE FROM flow_step WHERE number = 2"],
    "flow.chain": [
        FREE.format(table="flow_step"),
        "UPDATE flow_step SET source = 'needs_more' WHERE move = 'approve'",
    ],
    "verification.state": ["UPDATE verification SET state = 'rejected' WHERE state = 'submitted'"],
    "verification.approved": ["DELETE FROM residency"],
    "verification.audited": [
        FREE.format(table="audit_line"),
        "DELETE FROM audit_line WHERE action = 'verification.approved'",
    ],
    "residency.approved": ["UPDATE residency SET home = (SELECT id FROM place WHERE name = '103' LIMIT 1)"],
    "evidence.purged": [
        "UPDATE verification SET decided_at = now() - interval '40 days' WHERE state = 'approved'",
        """INSERT INTO verification_evidence (id, verification, medium, position)
           SELECT gen_random_uuid(), id, gen_random_uuid(), 1 FROM verification WHERE state = 'approved'""",
    ],
    "tenancy.address": ["UPDATE place SET community = {other} WHERE kind = 'home' AND community = {here}"],
    "tenancy.residency": ["UPDATE residency SET community = {other}"],
    "community.home_count": ["UPDATE community SET home_count = home_count + 1"],
    "person.one_account": [
        "{free_unique:account}",
        "UPDATE account SET person = (SELECT id FROM person LIMIT 1)",
    ],
    "verification.one_open": [
        "{free_unique:verification}",
        """INSERT INTO verification
           SELECT (jsonb_populate_record(v, jsonb_build_object('id', gen_random_uuid()))).*
           FROM verification v WHERE state = 'submitted'""",
    ],
    "verification.not_by_oneself": ["UPDATE verification SET decided_by = account WHERE state = 'approved'"],
    "account.closed": ["UPDATE account SET state = 'closed' WHERE person IS NOT NULL"],
    "tenancy.role": [
        """UPDATE role_grant SET organisation = (SELECT id FROM organisation WHERE community = {other})
           WHERE community = {here}"""
    ],
    "audit.reason": [
        "INSERT INTO audit_line (id, action, subject_kind, reason) "
        "VALUES (gen_random_uuid(), 'identity.revealed', 'verification', ' ')"
    ],
    "once.whole": [
        "INSERT INTO first_answer (id, account, key, fingerprint) "
        "VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), '')"
    ],
    "notice.state": ["UPDATE notice SET state = 'withdrawn'"],
    "notice.reviewed": ["UPDATE notice SET approved_by = NULL"],
    "notice.validity": ["UPDATE notice SET ends_at = published_at + interval '91 days'"],
    "notice.reference": ["UPDATE notice_serial SET last = last + 1"],
    "notice.receipt": ["UPDATE notice_receipt SET read_version = 2"],
    "notice.one_receipt": ["{free_unique:notice_receipt}", TWICE.format(table="notice_receipt")],
    "notice.one_visit": ["{free_unique:notice_visit}", TWICE.format(table="notice_visit")],
    "notice.visit": ["UPDATE notice_visit SET home = (SELECT id FROM place WHERE community = {other} LIMIT 1)"],
    "notice.reminder": ["UPDATE notice_reminder SET version = 2"],
    "tenancy.notice": [
        "UPDATE notice SET places = array(SELECT id FROM place WHERE community = {other} AND kind = 'estate')"
    ],
    "inbox.told_once": ["{free_unique:inbox_item}", TWICE.format(table="inbox_item")],
    "inbox.merged": ["UPDATE inbox_item SET merged_count = 5 WHERE merged_into IS NULL"],
    **FORUM_DEFECTS,
    **POLL_DEFECTS,
    **CASE_DEFECTS,
    "inbox.push": ["UPDATE inbox_item SET retracted_at = now(), push_state = 'waiting', push_due_at = now()"],
}


@pytest.fixture
async def lived_in(house: House) -> House:
    """One person let in, one waiting, a second community; a notice that was read, told at a door and told of twice;
    threads, polls and a public issue; cases, decided and not."""
    here, _ = await house.open_community(), await house.open_community("桃源社区")
    moderator = await house.officer(here, "moderator")
    wang = await house.resident(here, moderator)
    guest = await house.guest()
    await guest.post("/verifications", house.application(here, 1))
    await hold_forum(here, moderator, wang)
    await hold_polls(here, moderator, wang)
    office = Office(house, here, wang, moderator, moderator, moderator, moderator)
    await _announce(office)
    await hold_court(house, office)
    return house


def test_every_rule_has_a_defect() -> None:
    assert set(DEFECTS) == {rule.name for rule in INVARIANTS}
    assert len({rule.name for rule in INVARIANTS}) == len(INVARIANTS)


async def test_a_healthy_house_breaks_no_rule(lived_in: House) -> None:
    assert await _broken() == set()


@pytest.mark.parametrize("name", sorted(DEFECTS))
async def test_a_defect_is_found(lived_in: House, name: str) -> None:
    for statement in DEFECTS[name]:
        await _seed(statement)
    assert name in await _broken()


async def _announce(office: Office) -> None:
    notice = UUID(await office.published())
    await done(office.wang.put(f"/notices/{notice}/read"))
    visit = {"home_id": str(office.community.homes[1]), "told": "本人"}
    await done(office.moderator.post(f"/desk/notices/{notice}/visits", visit))
    await telling.tell_audience(notice, 1)
    # Once more of the same group, while the first is unread.
    again = inbox.About(kind="notice.published", subject_kind="notice", subject_id=notice, group=f"notice:{notice}")
    await inbox.tell(office.moderator.account_id, again, once="again")


async def _broken() -> set[str]:
    return {verdict.invariant.name for verdict in await check_all(settings().dsn) if verdict.offenders}


async def _seed(statement: str) -> None:
    if statement.startswith("{free_unique:"):
        table = statement.removeprefix("{free_unique:").removesuffix("}")
        constraints = await fetch(
            "SELECT conname FROM pg_constraint WHERE conrelid = $1::regclass AND contype = 'u'", table
        )
        for (constraint,) in constraints:
            await execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
        indexes = await fetch(
            """SELECT indexrelid::regclass::text FROM pg_index
               WHERE indrelid = $1::regclass AND indisunique AND NOT indisprimary""",
            table,
        )
        for (index,) in indexes:
            await execute(f"DROP INDEX {index}")
        return
    here, other = (
        "(SELECT id FROM community WHERE name = '翠湖社区')",
        "(SELECT id FROM community WHERE name = '桃源社区')",
    )
    await execute(statement.replace("{here}", here).replace("{other}", other))
