"""Process items one by one, so that one failure does not stop the others."""

import logging
from collections.abc import Callable, Iterable

logger = logging.getLogger(__name__)


class SomeFailed(Exception):
    """Raised after all items ran and at least one failed. Names no content: each error is in the log."""


def in_turn[T, R](things: Iterable[T], act: Callable[[T], R], *, what: str) -> list[R]:
    """Call `act` for each item in its own transaction. Returns the answers; raises SomeFailed at the end."""
    answers, failed = [], 0
    for thing in things:
        try:
            answers.append(act(thing))
        # Any: the items after this one would not get their turn.
        except Exception:
            failed += 1
            logger.exception("%s: %s failed", what, getattr(thing, "pk", thing))
    if failed:
        raise SomeFailed(f"{what}: {failed} of {failed + len(answers)} failed")
    return answers
