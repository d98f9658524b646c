"""Communities and their address trees."""

from piccolo.columns import (
    JSONB,
    UUID,
    Boolean,
    Bytea,
    ForeignKey,
    Integer,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from backend.core.ids import new_id


class Community(Table, tablename="community"):
    """The tenant."""

    id = UUID(primary_key=True, default=new_id)
    name = Varchar(length=40, unique=True)
    district = Varchar(length=60)
    display_name_style = Varchar(length=20, default="surname_building")
    timezone = Varchar(length=40, default="Asia/Shanghai")
    modules = JSONB(default="[]")
    home_count = Integer(default=0)
    version = Integer(default=1, help_text="Counts edits; what If-Match names.")
    created_at = Timestamptz(default=TimestamptzNow())

    known_style = Check("display_name_style IN ('full_name', 'surname_building', 'nickname')")


class Place(Table, tablename="place"):
    """A node of the address tree: estate, building, entrance or home."""

    id = UUID(primary_key=True, default=new_id)
    community = ForeignKey(Community, on_delete=OnDelete.restrict)
    parent: ForeignKey = ForeignKey("self", on_delete=OnDelete.restrict, null=True, default=None)
    kind = Varchar(length=10)
    name = Varchar(length=40)
    sort_key = Varchar(length=120, help_text="The name with its numbers padded: 2幢 before 10幢.")
    path = Varchar(length=200, help_text="Names from the estate down, joined by spaces.")
    floor_area_cm2 = Integer(null=True, default=None, help_text="Square centimetres of a home, when known.")
    has_children = Boolean(default=False)

    known_kind = Check("kind IN ('estate', 'building', 'entrance', 'home')")
    one_name_a_parent = Unique(["community", "parent", "name"], nulls_distinct=False)


class AddressImport(Table, tablename="address_import"):
    """One run of an address file: what it would do (dry run) or did, and how far it is."""

    id = UUID(primary_key=True, default=new_id)
    community = ForeignKey(Community, on_delete=OnDelete.restrict, index=True)
    started_by = UUID(null=True, default=None)
    file_name = Varchar(length=120)
    content = Bytea(default=b"", help_text="The uploaded file until the run ends.")
    upload_key = UUID(null=True, default=None, help_text="Idempotency-Key of the upload.")
    digest = Bytea(null=True, default=None, help_text="SHA-256 of the file and what was asked of it.")
    dry_run = Boolean(default=True)
    state = Varchar(length=10, default="queued")
    rows_total = Integer(default=0)
    rows_done = Integer(default=0)
    created = Integer(default=0)
    updated = Integer(default=0, help_text="Homes whose floor area the file told anew.")
    unchanged = Integer(default=0)
    errors = Integer(default=0)
    error_rows = JSONB(default="[]", help_text="At most 1,000 of {row, column, value, problem}.")
    detail = Varchar(length=200, null=True, default=None)
    created_at = Timestamptz(default=TimestamptzNow())
    started_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)

    known_state = Check("state IN ('queued', 'running', 'done', 'failed')")
