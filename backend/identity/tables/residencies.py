"""Applications to be verified, and the residencies they become."""

from piccolo.columns import (
    UUID,
    Boolean,
    Bytea,
    Date,
    ForeignKey,
    Integer,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from backend.core.ids import new_id
from backend.identity.tables.accounts import Account
from backend.identity.tables.persons import Person
from backend.identity.tables.places import Community, Place


class Verification(Table, tablename="verification"):
    """One application: this account is this person and lives in this home. Its flow is in `rules`."""

    id = UUID(primary_key=True, default=new_id)
    community = ForeignKey(Community, on_delete=OnDelete.restrict)
    account = ForeignKey(Account, on_delete=OnDelete.restrict, index=True)
    home = ForeignKey(Place, on_delete=OnDelete.restrict)
    relation = Varchar(length=10)
    lease_ends_on = Date(null=True, default=None)
    method = Varchar(length=10, default="document")
    entered_by = UUID(null=True, default=None, help_text="Account of the worker who entered it at the desk.")
    real_name_sealed = Text()
    id_number_sealed = Text()
    id_number_hmac = Bytea(index=True)
    id_hint = Varchar(length=18)
    conflict = Boolean(default=False, help_text="The same ID number belongs to another account.")
    state = Varchar(length=12, default="submitted")
    state_since = Timestamptz(default=TimestamptzNow())
    claimed_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True, default=None)
    decided_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)
    reason = Varchar(length=500, null=True, default=None)
    evidence_purged_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=TimestamptzNow())

    known_relation = Check("relation IN ('owner', 'tenant', 'family')")
    known_method = Check("method IN ('document', 'desk')")
    known_state = Check("state IN ('submitted', 'claimed', 'needs_more', 'approved', 'rejected', 'withdrawn')")
    tenant_has_lease_end = Check("relation <> 'tenant' OR lease_ends_on IS NOT NULL")


class Evidence(Table, tablename="verification_evidence"):
    """A photo handed in with an application; gone 30 days after the decision."""

    id = UUID(primary_key=True, default=new_id)
    verification = ForeignKey(Verification, on_delete=OnDelete.restrict)
    medium = UUID()
    position = Integer()

    one_medium_once = Unique(["verification", "medium"])


class VerificationLock(Table, tablename="verification_lock"):
    """Refused attempts of one account; every fifth locks further ones for a while."""

    account = UUID(primary_key=True, default=new_id)
    refusals = Integer(default=0)
    locked_until = Timestamptz(null=True, default=None)


class Residency(Table, tablename="residency"):
    """A person lives in a home, as the committee approved it."""

    id = UUID(primary_key=True, default=new_id)
    community = ForeignKey(Community, on_delete=OnDelete.restrict)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, index=True)
    home = ForeignKey(Place, on_delete=OnDelete.restrict, index=True)
    relation = Varchar(length=10)
    lease_ends_on = Date(null=True, default=None)
    display_name = Varchar(length=60)
    verification = ForeignKey(Verification, on_delete=OnDelete.restrict, null=True, default=None)
    started_at = Timestamptz(default=TimestamptzNow())
    ended_at = Timestamptz(null=True, default=None)
    ended_reason = Varchar(length=20, null=True, default=None)

    known_relation = Check("relation IN ('owner', 'tenant', 'family')")
