"""Money: whole fen in integers, never a float or a decimal. 1 yuan = 100 fen."""

from typing import Annotated

import msgspec

MOST_FEN = 10**12
"""Ten billion yuan: above any neighbourhood's books, far below what BIGINT and JSON readers hold exactly."""

Fen = Annotated[int, msgspec.Meta(ge=0, le=MOST_FEN)]


def yuan_text(fen: int) -> str:
    """`123456` as `¥1,234.56`."""
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{sign}¥{yuan:,}.{rest:02d}"


def split_evenly(fen: int, shares: int) -> list[int]:
    """Shares that add up to `fen` exactly and differ by at most one fen."""
    each, left_over = divmod(fen, shares)
    return [each + (1 if at < left_over else 0) for at in range(shares)]
