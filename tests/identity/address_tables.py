"""What the tests of address files share: a small table, and handing it in."""

from typing import Any

import httpx

from tests.house import Community, House, Neighbour

PATH = "/desk/address-imports"
HEAD = "小区,楼栋,单元,户,面积"
SMALL = f"""{HEAD}
柳岸新村,1号楼,1单元,101,88.5
柳岸新村,1号楼,1单元,102,
柳岸新村,10号楼,,301,60.25
柳岸新村,2号楼,2单元,201,
"""


async def hand_in(
    who: Neighbour,
    community: Community,
    content: bytes | str,
    *,
    dry_run: bool = False,
    name: str = "地址.csv",
    **more: Any,
) -> httpx.Response:
    data = content.encode() if isinstance(content, str) else content
    form = {"community_id": str(community.id), "dry_run": "true" if dry_run else "false"}
    return await who.post(PATH, data=form, files={"file": (name, data)}, **more)


async def imported(
    house: House, who: Neighbour, community: Community, content: bytes | str, **how: Any
) -> dict[str, Any]:
    """Handed in, run by the worker's table of reactions, and read again."""
    answer = await hand_in(who, community, content, **how)
    assert answer.status_code == 202, answer.text
    assert answer.json()["state"] == "queued"
    await house.drain()
    told: dict[str, Any] = (await who.get(f"{PATH}/{answer.json()['id']}")).json()
    return told
