"""One case as a moderator decides upon it."""

from datetime import datetime
from uuid import UUID

import msgspec
from asyncpg import Record

from backend.core.auth import Caller
from backend.core.database import fetchrow
from backend.core.errors import NotFound
from backend.core.subjects import Snapshot, subject_of
from backend.identity.queries.names import NAME_OR_COMMITTEE
from backend.moderation.permissions import DECIDE
from backend.moderation.queries.cases import ITEM, author_of
from backend.moderation.queries.sanctions import appeal_of
from backend.moderation.rules.desk import next_moves, verdicts_for
from backend.moderation.rules.sanctions import hours_of, next_step
from backend.moderation.schemas.cases import CaseNoteOut, CaseOut, CaseReport, PastSanction, ReportReason

REPORTS_SHOWN_MOST = 100
"""The heaviest; a moderator reads ten."""
PAST_SHOWN_MOST = 50

CASE_SQL = f"""
SELECT {ITEM}, c.subject_id, c.snapshot, c.rule, c.sentence, c.decided_at, s.penalty, s.id AS sanction,
       a.id AS appeal, a.text AS appeal_text, a.reason AS appeal_reason,
       a.decided_at AS appeal_decided_at, a.first_decided_by,
       array(SELECT row(r.reason, r.comment, r.weight_pct, r.outcome, r.at) FROM report r
             WHERE r.moderation_case = c.id ORDER BY r.weight_pct DESC, r.at LIMIT {REPORTS_SHOWN_MOST}) AS reports,
       array(SELECT row(p.measure, p.penalty, p.step, p.rule, p.lifted_at IS NOT NULL, p.starts_at, p.ends_at)
             FROM sanction p WHERE p.account = c.author AND p.community = c.community AND p.moderation_case <> c.id
             ORDER BY p.starts_at DESC LIMIT {PAST_SHOWN_MOST}) AS past,
       array(SELECT row(n.id, {NAME_OR_COMMITTEE.format(who="n.writer", where="n.community")}, n.writer, n.text, n.at)
             FROM case_note n WHERE n.moderation_case = c.id ORDER BY n.id) AS notes,
       (SELECT count(*) FROM moderation_case b
        WHERE b.author = c.author AND b.community = c.community AND b.id <> c.id AND b.state <> 'decided') AS others,
       (SELECT count(*) FROM sanction p WHERE p.account = c.author AND p.community = c.community
          AND p.penalty IN ('mute', 'suspend') AND p.lifted_at IS NULL AND p.moderation_case <> c.id) AS rungs
FROM moderation_case c LEFT JOIN sanction s ON s.moderation_case = c.id LEFT JOIN appeal a ON a.sanction = s.id
WHERE c.id = $1
"""


async def case(caller: Caller, case_id: UUID) -> CaseOut:
    """Two statements. Raises NotFound."""
    row = await fetchrow(CASE_SQL, case_id)
    if row is None:
        raise NotFound()
    caller.require(DECIDE, row["community"])
    subject = subject_of(row["subject_kind"])
    now = await subject.snapshot(row["subject_id"]) if subject is not None else None
    return _out(caller, row, msgspec.json.decode(row["snapshot"], type=Snapshot), now)


def _out(caller: Caller, row: Record, then: Snapshot, now: Snapshot | None) -> CaseOut:
    step = next_step(row["rungs"])
    claimed = row["state"] == "claimed"
    own = row["author"] == caller.account_id
    return CaseOut(
        id=row["id"],
        community_id=row["community"],
        subject_kind=row["subject_kind"],
        subject_id=row["subject_id"],
        url=(now or then).url,
        author_id=row["author"],
        author_name=author_of(row),
        own=own,
        snapshot_title=then.title,
        snapshot_body=then.body,
        now_title=now.title if now else None,
        now_body=now.body if now else None,
        now_shown=now is not None and now.is_shown,
        is_protected=(now or then).is_protected,
        source=row["source"],
        state=row["state"],
        weight=row["weight_pct"] / 100,
        homes=row["homes"],
        tags=msgspec.json.decode(row["tags"], type=list[str]),
        auto_hidden_at=row["auto_hidden_at"],
        reports=[_report(own, *report) for report in row["reports"]],
        notes=[] if own else [_note(caller, *note) for note in row["notes"]],
        past=[PastSanction(*earlier) for earlier in row["past"]],
        others=row["others"],
        next_step=step,
        next_step_hours=hours_of(step),
        claimed_by_me=claimed and row["claimed_by"] == caller.account_id,
        claimed_by=row["claimer"] if claimed else None,
        verdict=row["verdict"],
        penalty=row["penalty"],
        rule=row["rule"],
        sentence=row["sentence"],
        decided_at=row["decided_at"],
        appeal=appeal_of(row),
        opened_at=row["opened_at"],
        verdicts=verdicts_for(subject_of(row["subject_kind"])),
        can=next_moves(row, caller.account_id),
    )


def _report(own: bool, reason: ReportReason, comment: str, pct: int, outcome: str | None, at: datetime) -> CaseReport:
    # A moderator whose own words were reported could tell by a comment who it was.
    return CaseReport(reason, "" if own else comment, pct / 100, outcome, at)


def _note(caller: Caller, note_id: UUID, name: str, writer: UUID, text: str, at: datetime) -> CaseNoteOut:
    return CaseNoteOut(note_id, name, writer == caller.account_id, text, at)
