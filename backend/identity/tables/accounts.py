"""Accounts and what signs them in."""

from piccolo.columns import (
    UUID,
    Boolean,
    Bytea,
    ForeignKey,
    Integer,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check
from piccolo.table import Table

from backend.core.ids import new_id
from backend.identity.tables.persons import Person


class Account(Table, tablename="account"):
    """One person's sign-in. The phone is sealed; its keyed HMAC finds it."""

    id = UUID(primary_key=True, default=new_id)
    phone_sealed = Text()
    phone_hmac = Bytea(unique=True)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, null=True, default=None, unique=True)
    nickname = Varchar(length=20, null=True, default=None)
    locale = Varchar(length=5, default="zh-CN")
    ui_mode = Varchar(length=10, default="standard")
    theme = Varchar(length=5, default="auto")
    state = Varchar(length=10, default="active")
    created_at = Timestamptz(default=TimestamptzNow())
    closed_at = Timestamptz(null=True, default=None)

    known_state = Check("state IN ('active', 'banned', 'closed')")
    known_locale = Check("locale IN ('zh-CN', 'en')")
    known_ui_mode = Check("ui_mode IN ('standard', 'elder')")
    known_theme = Check("theme IN ('auto', 'light', 'dark')")


class SignInCode(Table, tablename="sign_in_code"):
    """The newest code asked for by a phone. It is drawn when the message is sent; only its keyed HMAC is stored."""

    id = UUID(primary_key=True, default=new_id)
    phone_hmac = Bytea(unique=True)
    phone_sealed = Text()
    code_hmac = Bytea(null=True, default=None)
    tries = Integer(default=0)
    asked_at = Timestamptz(default=TimestamptzNow())
    expires_at = Timestamptz()


class Session(Table, tablename="session"):
    """One device signed in, and the family of refresh tokens that it has had."""

    id = UUID(primary_key=True, default=new_id)
    account = ForeignKey(Account, on_delete=OnDelete.restrict, index=True)
    platform = Varchar(length=10)
    device_name = Varchar(length=60)
    in_cookie = Boolean(default=False)
    created_at = Timestamptz(default=TimestamptzNow())
    last_seen_at = Timestamptz(default=TimestamptzNow())
    expires_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)
    ended_reason = Varchar(length=20, null=True, default=None)


class RefreshToken(Table, tablename="refresh_token"):
    """Used once. A second use means that two hold it: the whole session ends."""

    token_hmac = Bytea(primary_key=True, default=b"")
    session = ForeignKey(Session, on_delete=OnDelete.restrict, index=True)
    created_at = Timestamptz(default=TimestamptzNow())
    used_at = Timestamptz(null=True, default=None)
