"""Find a member that stands twice in one object of JSON: RFC 8259 leaves open which counts, and readers drop one."""

import json
from collections.abc import Callable
from typing import Any


class _Repeated(Exception):
    """Carries the member's name."""


def repeated_member(raw: bytes, *, counts: Callable[[str], bool] = bool) -> str | None:
    """Return the first member that stands twice with different values and `counts`; None where there is none.

    The JSON was read already: what this reader alone cannot take (numbers of 5,000 digits) is no repetition.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            for name, value in pairs:
                if made[name] != value and counts(name):
                    raise _Repeated(name)
        return made

    try:
        json.loads(raw, object_pairs_hook=once)
    except _Repeated as error:
        return str(error)
    except (ValueError, RecursionError):
        return None
    return None
