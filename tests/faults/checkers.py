"""After the kills: what the clients were told, held against what is stored. Each checker answers with complaints."""

import json
from collections.abc import Awaitable, Callable
from uuid import UUID

import asyncpg

from backend.invariants import INVARIANTS
from tests.faults.history import History

Checker = Callable[[asyncpg.Connection, History], Awaitable[list[str]]]
COMPLAINTS_MAX = 5


async def applications_kept(database: asyncpg.Connection, history: History) -> list[str]:
    """Every acknowledged application is stored, under the account that made it."""
    rows = await database.fetch("SELECT id, account FROM verification")
    stored = {row["id"]: row["account"] for row in rows}
    return [
        f"application {it.application} of {it.phone} was acknowledged and is not stored"
        for it in history.promises
        if it.application and stored.get(it.application) != it.account
    ]


async def one_application_a_key(database: asyncpg.Connection, history: History) -> list[str]:
    """An applicant used one key: one application, one stored answer, and it names that application."""
    made = await _counts(database, "SELECT account, count(*) FROM verification GROUP BY account")
    rows = await database.fetch("SELECT account, key, status, body FROM first_answer")
    answers = {(row["account"], row["key"]): (row["status"], row["body"]) for row in rows}
    found: list[str] = []
    for it in history.promises:
        if it.account and made.get(it.account, 0) > 1:
            found.append(f"{it.phone} has {made[it.account]} applications from one key")
        status, body = answers.get((it.account, it.key), (0, b"{}"))
        if it.application and (status != 201 or json.loads(body).get("id") != str(it.application)):
            found.append(f"the first answer to {it.key} is not what {it.phone} was told")
    return found


async def approvals_kept(database: asyncpg.Connection, history: History) -> list[str]:
    """Every acknowledged claim left its step, every acknowledged approval stands."""
    states = await _counts(database, "SELECT id, state FROM verification")
    claims = await _counts(
        database, "SELECT subject, count(*) FROM flow_step WHERE flow = 'verification' AND move = 'claim' GROUP BY 1"
    )
    found = [
        f"claim of {it.application} lost" for it in history.promises if it.claimed and not claims.get(it.application)
    ]
    return found + [
        f"approval of {it.application} was acknowledged, it stands at {states.get(it.application)}"
        for it in history.promises
        if it.approved and states.get(it.application) != "approved"
    ]


WHOLE_SQL = """
SELECT v.id, a.person IS NOT NULL AND p.id_number_hmac = v.id_number_hmac AS person,
       p.real_name_sealed <> '' AND p.id_number_sealed <> '' AS sealed,
       (SELECT count(*) FROM residency r WHERE r.verification = v.id) AS residencies,
       (SELECT count(*) FROM residency r WHERE r.person = p.id AND r.home = v.home AND r.ended_at IS NULL) AS lives,
       (SELECT count(*) FROM person o WHERE o.id_number_hmac = v.id_number_hmac) AS persons,
       (SELECT count(*) FROM audit_line l WHERE l.subject_id = v.id AND l.action = 'verification.approved') AS lines,
       (SELECT array_agg(s.move::text ORDER BY s.number) FROM flow_step s
        WHERE s.flow = 'verification' AND s.subject = v.id) AS moves
FROM verification v JOIN account a ON a.id = v.account LEFT JOIN person p ON p.id = a.person
WHERE v.state = 'approved'
"""


async def none_half_done(database: asyncpg.Connection, _: History) -> list[str]:
    """Every approved application, acknowledged or not, has its person, residency, audit line and steps, each once."""
    found: list[str] = []
    for row in await database.fetch(WHOLE_SQL):
        wanted = {"residencies": 1, "lives": 1, "persons": 1, "lines": 1, "person": True, "sealed": True}
        found += [f"approved {row['id']}: {name} is {row[name]}" for name in wanted if row[name] != wanted[name]]
        if row["moves"] != ["begin", "claim", "approve"]:
            found.append(f"approved {row['id']} went {row['moves']}")
    return found


async def nothing_out_of_nothing(database: asyncpg.Connection, _: History) -> list[str]:
    """No person, residency or audit line of an approval without its approved application."""
    rows = await database.fetch(
        """SELECT 'person ' || p.id AS it FROM person p WHERE NOT EXISTS (
               SELECT FROM verification v WHERE v.id_number_hmac = p.id_number_hmac AND v.state = 'approved')
           UNION ALL SELECT 'residency ' || r.id FROM residency r LEFT JOIN verification v ON v.id = r.verification
           WHERE v.state IS DISTINCT FROM 'approved'
           UNION ALL SELECT 'line ' || l.id FROM audit_line l LEFT JOIN verification v ON v.id = l.subject_id
           WHERE l.action = 'verification.approved' AND v.state IS DISTINCT FROM 'approved'"""
    )
    return [f"{row['it']} stands alone" for row in rows]


async def sessions_kept(database: asyncpg.Connection, history: History) -> list[str]:
    """Every acknowledged sign-in is a living session of the one account of its phone."""
    rows = await database.fetch("SELECT id, account FROM session WHERE ended_at IS NULL AND expires_at > now()")
    living = {row["id"]: row["account"] for row in rows}
    found = [
        f"the session of {it.phone} is gone"
        for it in history.promises
        if it.session and living.get(it.session) != it.account
    ]
    doubled = await database.fetch("SELECT phone_hmac FROM account GROUP BY 1 HAVING count(*) > 1")
    return found + [f"{len(doubled)} phones with two accounts"] * bool(doubled)


async def jobs_done(database: asyncpg.Connection, history: History) -> list[str]:
    """No job failed or overdue, and each acknowledged nickname has reached the name that neighbours see."""
    rows = await database.fetch(
        """SELECT entrypoint, status::text, count(*) FROM pgqueuer
           WHERE status::text <> 'queued' OR execute_after < now() - interval '1 second' GROUP BY 1, 2"""
    )
    found = [f"{row['count']} jobs of {row['entrypoint']} are {row['status']} and should be done" for row in rows]
    shown = await _counts(
        database, "SELECT a.id, r.display_name FROM account a JOIN residency r ON r.person = a.person"
    )
    return found + [
        f"{it.phone} is shown as {shown.get(it.account)!r} and chose {it.nickname!r}"
        for it in history.promises
        if it.nickname and shown.get(it.account) != it.nickname
    ]


CHECKERS: tuple[Checker, ...] = (
    applications_kept,
    one_application_a_key,
    approvals_kept,
    none_half_done,
    nothing_out_of_nothing,
    sessions_kept,
    jobs_done,
)


async def complaints(database: asyncpg.Connection, history: History) -> dict[str, list[str]]:
    """By checker, the first few; what `linli check-invariants` asks among them. Empty when all is well."""
    found = {checker.__name__: (await checker(database, history))[:COMPLAINTS_MAX] for checker in CHECKERS}
    for invariant in INVARIANTS:
        rows = await database.fetch(f"SELECT * FROM ({invariant.offenders}) AS found LIMIT {COMPLAINTS_MAX}")
        found[invariant.name] = [str(row[0]) for row in rows]
    return {name: told for name, told in found.items() if told}


async def _counts(database: asyncpg.Connection, sql: str) -> dict[UUID, int | str]:
    return {row[0]: row[1] for row in await database.fetch(sql)}
