"""A medium's files: evidence is sealed on its way out of the process, and opened on its way in."""

import asyncio
from uuid import UUID

from asyncpg import Record

from backend.core.crypto import seal_bytes, unseal_bytes
from backend.media import rules
from backend.media.service import storage


async def read_file(row: Record, name: str) -> bytes:
    data = await storage.get(row["owner"], row["file"], name)
    if row["purpose"] == rules.EVIDENCE:
        data = await asyncio.to_thread(unseal_bytes, data, bound_to=cell(row["id"], name))
    return data


async def write_file(row: Record, name: str, data: bytes) -> int:
    """How many bytes it took."""
    if row["purpose"] == rules.EVIDENCE:
        data = await asyncio.to_thread(seal_bytes, data, bound_to=cell(row["id"], name))
    await storage.put(row["owner"], row["file"], name, data)
    return len(data)


def cell(media_id: UUID, name: str) -> str:
    return f"medium:{media_id}:{name}"
