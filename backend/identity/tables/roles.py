"""Organisations, and who holds which role where."""

from piccolo.columns import UUID, ForeignKey, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check
from piccolo.table import Table

from backend.core.ids import new_id
from backend.identity.tables.accounts import Account
from backend.identity.tables.places import Community


class Organisation(Table, tablename="organisation"):
    """Committee, owners' committee, property company, department or merchant: it speaks under its own badge."""

    id = UUID(primary_key=True, default=new_id)
    community = ForeignKey(Community, on_delete=OnDelete.restrict, index=True)
    kind = Varchar(length=20)
    name = Varchar(length=60)
    phone = Varchar(length=30, null=True, default=None)
    state = Varchar(length=10, default="approved")
    created_at = Timestamptz(default=TimestamptzNow())

    known_kind = Check(
        "kind IN ('committee', 'party', 'owners_committee', 'property_company', 'department', 'merchant')"
    )
    known_state = Check("state IN ('submitted', 'approved', 'suspended')")


class RoleGrant(Table, tablename="role_grant"):
    """A role held by an account, in a community or (platform roles) in none, until it ends."""

    id = UUID(primary_key=True, default=new_id)
    community = ForeignKey(Community, on_delete=OnDelete.restrict, null=True, default=None)
    account = ForeignKey(Account, on_delete=OnDelete.restrict, index=True)
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=True, default=None)
    role = Varchar(length=30)
    granted_by = UUID(null=True, default=None)
    granted_at = Timestamptz(default=TimestamptzNow())
    ends_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    ended_by = UUID(null=True, default=None)
