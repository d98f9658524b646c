"""Boards, threads and replies put straight into the tables, in any state: what search must and must not find."""

from typing import Any
from uuid import UUID

from backend.core.database import execute, fetchval
from backend.core.ids import new_id
from tests.house import Community, Neighbour


async def put_board(community: Community, name: str, **columns: Any) -> UUID:
    return await _put("board", community=community.id, name=name, **columns)


async def put_thread(community: Community, board: UUID, author: Neighbour, title: str, **columns: Any) -> UUID:
    body = columns.pop("body", "说说看。")
    return await _put(
        "thread", community=community.id, board=board, author=author.account_id, title=title, body=body,
        html=f"<p>{body}</p>", **columns,
    )  # fmt: skip


async def put_reply(thread: UUID, author: Neighbour, body: str, **columns: Any) -> UUID:
    number = await fetchval(
        "UPDATE thread SET last_number = last_number + 1 WHERE id = $1 RETURNING last_number", thread
    )
    community = await fetchval("SELECT community FROM thread WHERE id = $1", thread)
    return await _put(
        "reply", community=community, thread=thread, number=number, author=author.account_id, body=body,
        html=f"<p>{body}</p>", **columns,
    )  # fmt: skip


async def _put(table: str, **columns: Any) -> UUID:
    row = {"id": new_id(), **columns}
    names = ", ".join(f'"{name}"' for name in row)
    values = ", ".join(f"${at}" for at in range(1, len(row) + 1))
    await execute(f"INSERT INTO {table} ({names}) VALUES ({values})", *row.values())
    return row["id"]
