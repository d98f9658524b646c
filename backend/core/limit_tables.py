"""Where strict limits are counted. PostgreSQL and not Redis: what guards sign-in must survive a lost cache."""

from piccolo.columns import UUID, Bytea, Integer, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from backend.core.ids import new_id


class StrictLimitUse(Table, tablename="strict_limit_use"):
    """One row a limit and subject, used again for each window, so the table grows with people, not with time."""

    id = UUID(primary_key=True, default=new_id)
    name = Varchar(length=60, null=False)
    subject = Bytea(null=False, help_text="Keyed HMAC of a phone, address or account; never plain.")
    used = Integer(null=False)
    ends_at = Timestamptz(null=False, default=None, index=True, help_text="End of the window; purged after it.")

    one_row_a_subject = Unique(["name", "subject"])
