"""A checker that finds nothing must be one that would have found something: each defect here is caught by its own."""

from typing import NamedTuple
from uuid import UUID

import asyncpg
import pytest

from tests.faults.checkers import CHECKERS, complaints
from tests.faults.nemesis import Campaign
from tests.faults.pieces import Pieces


class Defect(NamedTuple):
    """`sql` damages one acknowledged journey ({application}, {account}); `caught_by` must complain."""

    name: str
    caught_by: str
    sql: str


COPY_OF_APPLICATION = """
INSERT INTO verification (id, community, account, home, relation, real_name_sealed, id_number_sealed, id_number_hmac,
    id_hint, state, created_at) SELECT gen_random_uuid(), community, account, home, relation, real_name_sealed,
    id_number_sealed, id_number_hmac, id_hint, 'withdrawn', created_at FROM verification WHERE id = '{application}'
"""
COPY_OF_RESIDENCY = """
INSERT INTO residency (id, community, person, home, relation, display_name, verification)
SELECT gen_random_uuid(), community, person, (SELECT id FROM place WHERE kind = 'home' AND id <> home LIMIT 1),
    relation, display_name, verification FROM residency WHERE verification = '{application}'
"""
COPY_OF_LINE = """
INSERT INTO audit_line (id, community, actor, action, about, subject_kind, subject_id)
SELECT gen_random_uuid(), community, actor, action, about, subject_kind, subject_id FROM audit_line
WHERE subject_id = '{application}' AND action = 'verification.approved'
"""
OF_PERSON = "(SELECT person FROM account WHERE id = '{account}')"

DEFECTS = (
    Defect(
        "an acknowledged application is gone",
        "applications_kept",
        "DELETE FROM verification WHERE id = '{application}'",
    ),
    Defect("a retry applied a second time", "one_application_a_key", COPY_OF_APPLICATION),
    Defect("the first answer is gone", "one_application_a_key", "DELETE FROM first_answer WHERE account = '{account}'"),
    Defect(
        "the first answer names another",
        "one_application_a_key",
        """UPDATE first_answer SET body = '{{"id":"another"}}' WHERE account = '{account}'""",
    ),
    Defect(
        "an approval is undone",
        "approvals_kept",
        "UPDATE verification SET state = 'claimed' WHERE id = '{application}'",
    ),
    Defect(
        "a claim left no step",
        "approvals_kept",
        "DELETE FROM flow_step WHERE subject = '{application}' AND move = 'claim'",
    ),
    Defect(
        "approved without a residency", "none_half_done", "DELETE FROM residency WHERE verification = '{application}'"
    ),
    Defect("approved into two homes", "none_half_done", COPY_OF_RESIDENCY),
    Defect("approved without a person", "none_half_done", "UPDATE account SET person = NULL WHERE id = '{account}'"),
    Defect(
        "a person without a name", "none_half_done", f"UPDATE person SET real_name_sealed = '' WHERE id = {OF_PERSON}"
    ),
    Defect(
        "approved without an audit line", "none_half_done", "DELETE FROM audit_line WHERE subject_id = '{application}'"
    ),
    Defect("one approval, two audit lines", "none_half_done", COPY_OF_LINE),
    Defect(
        "approved without the last step",
        "none_half_done",
        "DELETE FROM flow_step WHERE subject = '{application}' AND move = 'approve'",
    ),
    Defect(
        "a person out of nothing",
        "nothing_out_of_nothing",
        "UPDATE verification SET state = 'rejected' WHERE id = '{application}'",
    ),
    Defect("a session is gone", "sessions_kept", "UPDATE session SET ended_at = now() WHERE account = '{account}'"),
    Defect(
        "a job is held", "jobs_done", "UPDATE pgqueuer SET status = 'failed' WHERE id = (SELECT min(id) FROM pgqueuer)"
    ),
    Defect("a job is never picked", "jobs_done", "UPDATE pgqueuer SET execute_after = now() - interval '1 hour'"),
    Defect(
        "a job had no effect", "jobs_done", f"UPDATE residency SET display_name = '邻居' WHERE person = {OF_PERSON}"
    ),
)


@pytest.mark.parametrize("defect", DEFECTS, ids=[defect.name for defect in DEFECTS])
async def test_defect_is_caught(after_kills: tuple[Pieces, Campaign], defect: Defect) -> None:
    pieces, campaign = after_kills
    victim = next(it for it in campaign.history.promises if it.nickname)
    assert victim.application and victim.account
    # As the superuser and past every trigger and foreign key: what is tested is the checker.
    database = await asyncpg.connect(pieces.dsn, user="postgres")
    damaging = database.transaction()
    await damaging.start()
    try:
        await database.execute("SET LOCAL session_replication_role = replica")
        assert await _damage(database, defect.sql, victim.application, victim.account) > 0
        assert defect.caught_by in await complaints(database, campaign.history)
    finally:
        await damaging.rollback()
        await database.close()


def test_every_checker_has_a_defect() -> None:
    assert {checker.__name__ for checker in CHECKERS} == {defect.caught_by for defect in DEFECTS}


async def _damage(database: asyncpg.Connection, sql: str, application: UUID, account: UUID) -> int:
    """The number of rows that it touched."""
    done: str = await database.execute(sql.format(application=application, account=account))
    return int(done.rsplit(" ", 1)[-1])
