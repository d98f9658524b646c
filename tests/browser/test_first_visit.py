"""What a first visit costs: bytes of script, and seconds on a slow line and a slow phone."""

import json
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from playwright.async_api import CDPSession, expect

from tests.browser.conftest import Opener
from tests.parts.running import on_this_machine

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCRIPT_MAX_BYTES = 200_000
USABLE_AFTER_MAX_S = 8.0
THREE_G = {"offline": False, "latency": 300, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
SLOWER_PROCESSOR = 4
FIRST_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


async def test_first_visit_is_light_and_usable_on_3g(phone: Opener, pictures: Path) -> None:
    visitor = await phone()
    chromium = await visitor.context.new_cdp_session(visitor.page)
    transferred = await count_bytes(chromium)
    await chromium.send("Network.emulateNetworkConditions", THREE_G)
    await chromium.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_PROCESSOR})
    began = monotonic()
    await visitor.page.goto(visitor.origin, wait_until="commit")
    await expect(visitor.hook("phone")).to_be_editable(timeout=30_000)
    usable_s = monotonic() - began
    await visitor.page.wait_for_load_state("networkidle")
    measured = {
        "script_bytes": transferred["Script"],
        "all_bytes": sum(transferred.values()),
        "first_paint_s": round(await visitor.page.evaluate(FIRST_PAINT) / 1000, 2),
        "usable_s": round(usable_s, 2),
        "line": "1.6 Mbit/s, 300 ms",
        "processor": f"{SLOWER_PROCESSOR} times slower",
    }
    (pictures.parent / "first-visit.json").write_text(json.dumps(measured, indent=2) + "\n")
    assert 0 < measured["script_bytes"] <= SCRIPT_MAX_BYTES, measured
    assert usable_s <= on_this_machine(USABLE_AFTER_MAX_S), measured


async def count_bytes(chromium: CDPSession) -> dict[str, int]:
    """Bytes on the wire by kind of resource, filled as the page loads."""
    kinds: dict[str, str] = {}
    transferred: dict[str, int] = {}

    def answered(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]

    def ended(event: dict[str, Any]) -> None:
        kind = kinds.get(event["requestId"], "Other")
        transferred[kind] = transferred.get(kind, 0) + int(event["encodedDataLength"])

    chromium.on("Network.responseReceived", answered)
    chromium.on("Network.loadingFinished", ended)
    await chromium.send("Network.enable")
    return transferred
