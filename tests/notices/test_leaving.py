"""A closed account: its open papers are taken back, what is out stays, and its bell is empty."""

from backend.core.database import fetch, fetchval
from tests.notices.office import Office


async def test_closing_takes_back_what_is_not_out(office: Office) -> None:
    out = await office.published(title="周三电梯停用")
    drafted, handed_in = await office.draft(title="还没写完"), await office.submitted(title="等着审核")
    await office.house.drain()
    assert (await office.wang.put("/me/preferences", {"kinds": []})).status_code == 200
    assert (await office.wang.delete("/me")).status_code == 204
    await office.house.drain()
    states = {str(row["id"]): row["state"] for row in await fetch("SELECT id, state FROM notice")}
    assert states == {out: "published", drafted: "withdrawn", handed_in: "withdrawn"}
    left = await fetchval("SELECT count(*) FROM inbox_item WHERE account = $1", office.wang.account_id)
    chosen = await fetchval("SELECT count(*) FROM inbox_preference WHERE account = $1", office.wang.account_id)
    assert (left, chosen) == (0, 0)
    shown = (await office.moderator.get(f"/notices/{out}")).json()
    assert shown["author"]["name"] == "一位居民"


async def test_what_an_organisation_wrote_stays_its_own(office: Office) -> None:
    news = await office.news(office.colleague)
    assert (await office.colleague.delete("/me")).status_code == 204
    await office.house.drain()
    assert await fetchval("SELECT state FROM notice WHERE id = $1", news) == "draft"


async def test_the_export_holds_what_was_written_and_read(office: Office) -> None:
    notice = await office.published(title="周三电梯停用")
    await office.house.drain()
    await office.wang.put(f"/notices/{notice}/read")
    held = (await office.wang.get("/me/export")).json()["held"]
    assert [it["title"] for it in held["notices"]] == ["周三电梯停用"]
    assert [it["read_version"] for it in held["notice_receipts"]] == [1]
    assert {"notice.step"} <= {it["kind"] for it in held["inbox_items"]}
