"""Boards, threads and replies put straight into the tables: what reading is tested with, whoever may write it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from backend.core.clock import now
from backend.core.database import execute
from backend.core.ids import new_id
from tests.house import Community, Neighbour


async def put_board(community: Community, name: str = "邻里闲谈", **columns: Any) -> UUID:
    return await _put("board", community=community.id, name=name, **columns)


async def put_thread(
    community: Community, board: UUID, author: Neighbour, title: str = "楼下的灯又不亮了", **columns: Any
) -> UUID:
    body = columns.pop("body", "三号楼二单元门口的灯已经黑了三天。")
    at = columns.setdefault("last_activity_at", columns.get("created_at") or now())
    columns = {"hot": int(at.timestamp() * 1000), "html": f"<p>{body}</p>", **columns}
    thread = await _put(
        "thread", community=community.id, board=board, author=author.account_id, title=title, body=body, **columns
    )
    if columns.get("state", "shown") == "shown":
        await execute("UPDATE board SET thread_count = thread_count + 1 WHERE id = $1", board)
    return thread


async def put_reply(thread: UUID, author: Neighbour, body: str = "我家楼道也是。", **columns: Any) -> UUID:
    """The next number; counted in the thread's row if it is shown."""
    reply = new_id()
    row = {"html": f"<p>{body}</p>", "state": "shown", "created_at": now(), **columns}
    names = ", ".join(f'"{name}"' for name in row)
    values = ", ".join(f"${at}" for at in range(5, 5 + len(row)))
    await execute(
        f"""WITH counted AS (
                UPDATE thread SET last_number = last_number + 1,
                    reply_count = reply_count + CASE WHEN '{row["state"]}' = 'shown' THEN 1 ELSE 0 END,
                    last_activity_at = greatest(last_activity_at, '{row["created_at"].isoformat()}'::timestamptz),
                    last_author = CASE WHEN '{row["state"]}' = 'shown' THEN $3 ELSE last_author END
                WHERE id = $2 RETURNING community, last_number)
            INSERT INTO reply (id, community, thread, number, author, body, {names})
            SELECT $1, community, $2, last_number, $3, $4, {values} FROM counted""",
        reply,
        thread,
        author.account_id,
        body,
        *row.values(),
    )
    return reply


async def put_replies(thread: UUID, author: Neighbour, count: int, *, since: datetime | None = None) -> list[UUID]:
    since = since or now() - timedelta(minutes=count)
    return [await put_reply(thread, author, created_at=since + timedelta(minutes=at)) for at in range(count)]


async def _put(table: str, **columns: Any) -> UUID:
    row = {"id": new_id(), **columns}
    names = ", ".join(f'"{name}"' for name in row)
    await execute(
        f"INSERT INTO {table} ({names}) VALUES ({', '.join(f'${at}' for at in range(1, len(row) + 1))})",
        *row.values(),
    )
    return row["id"]
