"""What core stores for every domain: audit lines, flow steps, first answers, strict limits."""

from piccolo.columns import JSONB, UUID, Bytea, Integer, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Unique
from piccolo.table import Table

from backend.core.ids import new_id
from backend.core.limit_tables import StrictLimitUse

__all__ = ["AuditLine", "FirstAnswer", "FlowStep", "StrictLimitUse", "WorkerBeat"]


class AuditLine(Table, tablename="audit_line"):
    """One decision or look: who, what, about whom, why. UPDATE, DELETE and TRUNCATE raise in the database."""

    id = UUID(primary_key=True, default=new_id)
    community = UUID(null=True, default=None)
    actor = UUID(null=True, default=None, help_text="Account; empty when the system acted on a timer.")
    action = Varchar(length=60, help_text="Noun and past participle, such as `identity.revealed`.")
    about = UUID(null=True, default=None, help_text="Account of the person concerned.")
    subject_kind = Varchar(length=40)
    subject_id = UUID(null=True, default=None)
    reason = Varchar(length=500, null=True, default=None)
    details = JSONB(default="{}", help_text="Never personal data: names of fields, states, counts.")
    request_id = Varchar(length=40, null=True, default=None)
    at = Timestamptz(default=TimestamptzNow())


class FlowStep(Table, tablename="flow_step"):
    """One step of one subject through its flow; the newest is where it stands."""

    id = UUID(primary_key=True, default=new_id)
    flow = Varchar(length=40)
    subject = UUID()
    number = Integer(help_text="1, 2, 3 … for each subject.")
    move = Varchar(length=40)
    source = Varchar(length=40, null=True, default=None)
    target = Varchar(length=40)
    actor = UUID(null=True, default=None)
    reason = Varchar(length=500, null=True, default=None)
    at = Timestamptz(default=TimestamptzNow())

    one_number_once = Unique(["flow", "subject", "number"])


class FirstAnswer(Table, tablename="first_answer"):
    """What an `Idempotency-Key` was answered the first time; kept for 24 hours."""

    id = UUID(primary_key=True, default=new_id)
    account = UUID()
    key = UUID()
    fingerprint = Bytea(help_text="Keyed HMAC of method, path and body.")
    status = Integer(default=0)
    body = Bytea(default=b"")
    created_at = Timestamptz(default=TimestamptzNow())

    one_answer_a_key = Unique(["account", "key"])


class WorkerBeat(Table, tablename="worker_beat"):
    """The last sign of life of each worker process."""

    id = UUID(primary_key=True, default=new_id)
    at = Timestamptz(default=TimestamptzNow())
