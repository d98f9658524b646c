"""Every setting of a Linli process: typed, read once from `LINLI_*`, with its default and reason."""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import msgspec

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
Second = Annotated[float, msgspec.Meta(ge=0, le=1)]
Count = Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class SettingsError(Exception):
    """A `LINLI_*` variable that cannot be used; the message is one sentence for the operator."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One field per variable: `database_url` is `LINLI_DATABASE_URL`."""

    home: Path = Path("var")
    """Where the embedded parts, keys and files live; a backup of it is a backup of everything."""
    host: str = "127.0.0.1"
    """Address to listen on. Loopback by default: opening a community's data to a network is a decision."""
    port: Port = 8000
    """The one port for API, sockets and web client."""
    public_url: str = ""
    """What people type, e.g. https://linli.example.cn; used in texts that leave the house."""
    demo: bool = False
    """Fills the demo neighbourhood and hands sign-in codes to the caller. Never for real people."""
    demo_outside_database: bool = False
    """The second yes needed to run the demo against `LINLI_DATABASE_URL`."""

    database_url: str | None = None
    """Any PostgreSQL 15 or newer, in place of the embedded one."""
    database_pool_size: Count = 16
    """Connections per process. 2 cores serve no faster with more; PostgreSQL's own limit is shared."""
    redis_url: str | None = None
    """Any Redis or Valkey 7 or newer, in place of the embedded one."""
    storage_url: str | None = None
    """s3://bucket/prefix in place of the folder `home/media`."""
    font_folder: Path | None = None
    """Where Noto Sans CJK SC (or Noto Sans SC, Source Han Sans SC) lies for posters, in place of the installed one."""
    meilisearch_url: str | None = None
    """A Meilisearch for search; without it PostgreSQL answers."""
    meilisearch_key: str | None = None
    """Its master key, or one that may do everything with indexes of the name below."""
    meilisearch_index: str = "linli"
    """What its indexes' names begin with, so that several houses can share one."""
    fcm_credentials: Path | None = None
    """Service account file for Firebase Cloud Messaging; without it pushes stay in inbox and socket."""
    web_push_hosts: str = ""
    """Comma-separated push services beside those of the big browsers. Clients name the URL, so only listed hosts."""
    sms_url: str | None = None
    """HTTP address that sends a text message; without it codes only show in demo mode, and no notice goes by text."""
    sms_token: str | None = None
    """Bearer token for `sms_url`."""

    keys_file: Path | None = None
    """Key ring, outside the database and its backups; default `home/keys/ring.json`."""
    trusted_proxies: str = ""
    """Comma-separated peers whose X-Forwarded-For is believed. Nobody by default."""
    metrics_token: str | None = None
    """Lets a Prometheus on another machine read /metrics; without it only loopback may."""
    rate_scale: float = 1.0
    """Multiplies the ordinary rate limits; 0 switches them off for load tests. Strict limits don't heed it."""
    caller_memory_s: Second = 0.8
    """How long a process remembers who called; 0 asks the database at every request. A lost right holds everywhere
    within a second, the answer's own time included."""
    search_limit_ms: Count = 300
    """What one search may take. Whoever waits longer types on: an empty page that says so is better than a queue."""
    min_app_version: str = "0.1.0"
    """Phone apps older than this are asked to update."""
    worker_processes: Count = 2
    """Child processes for image work; more than cores only makes them queue."""
    log_level: str = "INFO"
    """DEBUG, INFO, WARNING or ERROR."""

    @property
    def dsn(self) -> str:
        """What asyncpg connects to."""
        if self.database_url:
            return self.database_url
        return f"postgresql://linli@/linli?host={self.home.absolute() / 'run' / 'pg'}"

    @property
    def redis_dsn(self) -> str:
        """What redis-py connects to."""
        return self.redis_url or f"unix://{self.home.absolute() / 'run' / 'valkey.sock'}"

    @property
    def key_ring_path(self) -> Path:
        return self.keys_file or self.home / "keys" / "ring.json"


@cache
def settings() -> Settings:
    """The process's settings. Raises SettingsError, naming the variable, when one is wrong."""
    return read_settings(os.environ)


def read_settings(environ: Mapping[str, str]) -> Settings:
    found = {
        name: environ[variable]
        for name in Settings.__struct_fields__
        if environ.get(variable := f"LINLI_{name.upper()}", "") != ""
    }
    values: dict[str, Any] = {}
    for name, text in found.items():
        try:
            value = msgspec.convert(text, _type_of(name), strict=False)
        except msgspec.ValidationError:
            raise SettingsError(f"LINLI_{name.upper()} cannot be used: it is not a {_kind_of(name)}.") from None
        values[name] = Path(value) if _is_path(name) else value
    made = Settings(**values)
    if made.demo and made.database_url and not made.demo_outside_database:
        raise SettingsError(
            "LINLI_DEMO=1 with LINLI_DATABASE_URL would put invented people into your database: "
            "set LINLI_DEMO_OUTSIDE_DATABASE=1 as well if that is what you want."
        )
    return made


def _type_of(name: str) -> object:
    return str if _is_path(name) else Settings.__annotations__[name]


def _is_path(name: str) -> bool:
    return Settings.__annotations__[name] in (Path, Path | None)


def _kind_of(name: str) -> str:
    kind = Settings.__annotations__[name]
    return {bool: "yes or no (1 or 0)", float: "number", Second: "number from 0 to 1"}.get(
        kind, "whole number in range"
    )
