"""Identifiers: UUID version 7 (RFC 9562), so that index order follows creation order."""

import os
import time
from uuid import UUID

_last_tick = 0


def uuid7() -> UUID:
    """Return a new UUIDv7: 48 bits of Unix milliseconds, 12 of their fraction, 62 random bits.

    The ids of one thread ascend, however fast, so `created_at, id` is the order of creation of rows with equal times.
    (Postgres' own uuidv7() does the same per connection.)
    """
    global _last_tick
    # The clock may stand still between two calls, or be set back.
    _last_tick = tick = max(_last_tick + 1, (time.time_ns() << 12) // 1_000_000)
    random = int.from_bytes(os.urandom(8)) & (1 << 62) - 1
    return UUID(int=(tick >> 12) << 80 | 0x7 << 76 | (tick & 0xFFF) << 64 | 0b10 << 62 | random)


def parse_uuid(text: str) -> UUID | None:
    """Return the UUID that the text is, None for any other text."""
    try:
        return UUID(text)
    except ValueError:
        return None
