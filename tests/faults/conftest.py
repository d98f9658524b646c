"""The campaign of kills runs once for all the tests that look at what it left."""

import asyncio
import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.console import Console

from tests.faults.nemesis import Campaign, run_campaign
from tests.faults.pieces import Pieces, start_pieces
from tests.parts.running import free_port


@pytest.fixture(scope="package")
def after_kills() -> Iterator[tuple[Pieces, Campaign]]:
    """The campaign, over, and its house still up."""
    with campaign_over(int(os.environ.get("LINLI_FAULT_SEED") or random.SystemRandom().randrange(10**6))) as over:
        yield over


@contextmanager
def campaign_over(seed: int) -> Iterator[tuple[Pieces, Campaign]]:
    console = Console()
    console.print(f"\nfaults: LINLI_FAULT_SEED={seed} replays this order of kills")
    with tempfile.TemporaryDirectory(prefix="linli-f", dir="/tmp") as base:
        port = free_port()
        pieces = start_pieces(Path(base) / "h", {"api": port}, LINLI_TRUSTED_PROXIES="127.0.0.1", LINLI_RATE_SCALE="10")
        try:
            campaign = asyncio.run(run_campaign(pieces, seed))
            console.print(
                f"faults: {len(campaign.kills)} kills, {campaign.history.approved} approvals, "
                f"{campaign.history.acknowledged} acknowledged, {campaign.history.retried_unknowns()} unknowns retried"
            )
            yield pieces, campaign
        finally:
            pieces.stop()
