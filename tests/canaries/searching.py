"""Looks for secrets in any surface, in the disguises that computers put on text."""

import base64
import json
from collections.abc import Iterable
from urllib.parse import quote

from backend.core.database import fetch
from backend.core.live import redis

SEALED = frozenset({"phone_sealed", "real_name_sealed", "id_number_sealed"})


def disguises(secret: str) -> dict[str, bytes]:
    """The secret's bytes, plain and as they look inside base64, hex, JSON, URLs, backwards, in UTF-16 and spaced."""
    raw = secret.encode()
    found = {
        "plain": raw,
        "hex": raw.hex().encode(),
        "HEX": raw.hex().upper().encode(),
        "reversed": secret[::-1].encode(),
        "utf-16": secret.encode("utf-16-le"),
        "utf-16 in hex": secret.encode("utf-16-le").hex().encode(),
        "spaced": " ".join(secret).encode(),
        "json": json.dumps(secret)[1:-1].encode(),
        "url": quote(secret).encode(),
    }
    # In base64 a text looks different at each of three alignments; its first and last characters depend on neighbours.
    for shift in range(3):
        inner = base64.b64encode(b"\0" * shift + raw)[4 if shift else 0 :]
        found[f"base64+{shift}"] = inner.rstrip(b"=")[:-1]
    return found


def hits(surfaces: dict[str, bytes], secrets: Iterable[str]) -> list[str]:
    """Where and in which disguise a secret stands, by its last two characters."""
    return [
        f"…{secret[-2:]} as {how} in {where}"
        for secret in secrets
        for how, needle in disguises(secret).items()
        for where, hay in surfaces.items()
        if needle in hay
    ]


async def stored() -> dict[str, bytes]:
    """Every table as text (bytes in hex), job payloads once more as they are, every Redis key and value."""
    tables = await fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    surfaces = {}
    for (name,) in tables:
        rows = await fetch(f"SELECT t::text AS line FROM {name} t")
        surfaces[f"table {name}"] = "\n".join(row["line"] for row in rows).encode()
    jobs = await fetch("SELECT payload FROM pgqueuer")
    surfaces["job payloads"] = b"\n".join(row["payload"] or b"" for row in jobs)
    surfaces["redis"] = await _redis()
    return surfaces


async def _redis() -> bytes:
    parts = []
    async for key in redis().scan_iter(count=1000):
        parts.append(key if isinstance(key, bytes) else key.encode())
        parts.append(await redis().dump(key) or b"")
    return b"\n".join(parts)
