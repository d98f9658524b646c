"""Identifiers: UUIDv7 (RFC 9562), made by the application, so that a row has its id before it is stored.

Sorted by id is sorted by time of making, to the millisecond; between processes it is no order to rely on.
"""

import os
import time
from uuid import UUID


def new_id() -> UUID:
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | random
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)
