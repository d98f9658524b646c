"""What the forum holds about an account, for its owner to take away."""

from backend.core.holdings import Holding

HOLDINGS: dict[str, Holding] = {}
