"""Work on one thing after another in which a bad one keeps no other one waiting."""

import logging
from collections.abc import Callable, Iterable

logger = logging.getLogger(__name__)


class SomeFailed(Exception):
    """Raised after all had their turn, so that the run counts as failed. Names no content: each error is in the log."""


def in_turn[T, R](things: Iterable[T], act: Callable[[T], R], *, what: str) -> list[R]:
    """What `act` answers for each, which opens a transaction of its own. Raises SomeFailed at the end."""
    answers, failed = [], 0
    for thing in things:
        try:
            answers.append(act(thing))
        except Exception:
            failed += 1
            logger.exception("%s: %s failed", what, getattr(thing, "pk", thing))
    if failed:
        raise SomeFailed(f"{what}: {failed} of {failed + len(answers)} failed")
    return answers
