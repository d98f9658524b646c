"""Signing in, and the devices signed in."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.text import Line60

Phone = Annotated[str, msgspec.Meta(min_length=5, max_length=20)]
Code = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}$")]
Token = Annotated[str, msgspec.Meta(min_length=20, max_length=200)]
Platform = Literal["web", "ios", "android", "other"]
Locale = Literal["zh-CN", "en"]
UiMode = Literal["standard", "elder"]
Theme = Literal["auto", "light", "dark"]


class CodeCreate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    phone: Phone


class CodeOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """`demo_code` is there in demo mode only."""

    resend_after_s: int
    # tidy: allow defaults, because outside the demo the field is not there at all
    demo_code: str | None = None


class Device(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    platform: Platform
    name: Line60


class SessionCreate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`refresh_in: cookie` puts the refresh token out of reach of scripts; a browser wants that."""

    phone: Phone
    code: Code
    device: Device
    refresh_in: Literal["body", "cookie"] = "body"


class SessionRefresh(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Without a token here, the cookie's is taken."""

    refresh_token: Token | None = None


class AccountOut(msgspec.Struct, frozen=True):
    id: UUID
    phone_masked: str
    nickname: str | None
    locale: Locale
    ui_mode: UiMode
    theme: Theme
    state: Literal["active", "banned", "closed"]


class SignedIn(msgspec.Struct, frozen=True):
    access_token: str
    refresh_token: str | None
    expires_in: int
    account: AccountOut


class Refreshed(msgspec.Struct, frozen=True):
    access_token: str
    refresh_token: str | None
    expires_in: int


class SessionOut(msgspec.Struct, frozen=True):
    id: UUID
    platform: str
    name: str
    created_at: datetime
    last_seen_at: datetime
    current: bool
    ended_at: datetime | None
    ended_reason: str | None
