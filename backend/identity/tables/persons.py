"""Verified persons. What names them is sealed; what must be counted once is found by keyed HMAC."""

from piccolo.columns import UUID, Bytea, Date, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check
from piccolo.table import Table

from backend.core.ids import new_id


class Person(Table, tablename="person"):
    """One national ID, one person: `id_number_hmac` is unique and is kept after an account closes."""

    id = UUID(primary_key=True, default=new_id)
    real_name_sealed = Text()
    id_number_sealed = Text()
    id_number_hmac = Bytea(unique=True)
    birth_date = Date(null=True, default=None)
    sex = Varchar(length=1, null=True, default=None)
    verified_at = Timestamptz(default=TimestamptzNow())

    known_sex = Check("sex IN ('M', 'F')")
