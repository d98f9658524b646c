"""What crosses the wire about the bell, its preferences and the devices it reaches."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

ITEM_IDS_MOST = 100
"""Two screens of a list; marking more is `until`."""
PUSH_TOKEN_MAX_CHARS = 4096
"""FCM tokens are about 160 long and may grow."""
ENDPOINT_MAX_CHARS = 1000

Channel = Literal["inbox", "push", "sms"]
Platform = Literal["ios", "android", "web"]
ClockTime = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", max_length=5)]
"""`22:00`, in the community's zone."""


class InboxItemOut(msgspec.Struct, frozen=True):
    """`title` and `body` are sentences in the asker's language; the subject is what a tap opens."""

    id: UUID
    kind: str
    community_id: UUID | None
    subject_kind: str
    subject_id: UUID
    title: str
    body: str
    count: int
    created_at: datetime
    changed_at: datetime
    read_at: datetime | None


class InboxPage(msgspec.Struct, frozen=True):
    """`unread` is counted up to 100."""

    items: list[InboxItemOut]
    next_cursor: str | None
    unread: int


class InboxRead(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Which to mark read: these, or all that changed up to a moment (that of the newest item shown)."""

    item_ids: Annotated[list[UUID], msgspec.Meta(max_length=ITEM_IDS_MOST)] = []
    until: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class UnreadOut(msgspec.Struct, frozen=True):
    unread: int


class KindPreference(msgspec.Struct, frozen=True):
    """`locked` channels can't be switched off: urgent safety, decisions about you."""

    kind: str
    title: str
    inbox: bool
    push: bool
    sms: bool
    locked: list[Channel]


class QuietHours(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    on: bool
    starts: ClockTime
    ends: ClockTime


class PreferencesOut(msgspec.Struct, frozen=True):
    quiet_hours: QuietHours
    kinds: list[KindPreference]


class PreferenceChange(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    kind: Annotated[str, msgspec.Meta(max_length=40)]
    channel: Channel
    on: bool


class PreferencesUpdate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Only what changes."""

    quiet_hours: QuietHours | None = None
    kinds: Annotated[list[PreferenceChange], msgspec.Meta(max_length=60)] = []


class WebPushSubscription(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """As the browser's PushManager gives it; keys in base64url."""

    endpoint: Annotated[str, msgspec.Meta(min_length=8, max_length=ENDPOINT_MAX_CHARS)]
    p256dh: Annotated[str, msgspec.Meta(min_length=80, max_length=100, pattern=r"^[A-Za-z0-9_-]+=*$")]
    auth: Annotated[str, msgspec.Meta(min_length=16, max_length=40, pattern=r"^[A-Za-z0-9_-]+=*$")]


class DeviceUpdate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`push_token` for ios and android, `subscription` for web: exactly the one that fits."""

    platform: Platform
    push_token: Annotated[str, msgspec.Meta(min_length=8, max_length=PUSH_TOKEN_MAX_CHARS)] | None = None
    subscription: WebPushSubscription | None = None


class DeviceOut(msgspec.Struct, frozen=True):
    platform: Platform
    provider: Literal["fcm", "web_push", "log"]
    seen_at: datetime


class WebPushKeyOut(msgspec.Struct, frozen=True):
    """The application server's public key, base64url, for `pushManager.subscribe`."""

    public_key: str
