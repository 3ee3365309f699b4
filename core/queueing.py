"""Hand rows to background workers without flooding the queues.

A task in MOST_QUEUED has at most that many messages per row in its queue; a task without row, in all. Without the limit
every sweep added one for each waiting row, each message of an import began a chain of its own, and a new import waited
behind all of them. The count is in the broker's Redis: whatever loses the messages loses the count too.
"""

import logging
from typing import Any, Final
from uuid import UUID

import redis
from kombu.exceptions import OperationalError as BrokerError

from core.heartbeat import redis_client

MOST_QUEUED: Final = {
    "articles.process_import": 2,  # so that both processes of a worker can be at one large import
    "publishing.run_export": 1,
    # These look for their rows themselves, and go on in a message of their own: each import once began a chain of them.
    "articles.enrich": 1,
    "articles.index_for_finder": 1,
    "publishing.index_checks": 1,
    "publishing.find_repeats": 1,
    "publishing.drain_outbox": 1,
}
# A message that was lost, or that waits for longer, is sent again by a sweep after this.
_COUNTED_SECONDS: Final = 120
logger = logging.getLogger(__name__)


def hand_over(task: Any, row_id: UUID | str = "", *, times: int = 1) -> None:
    """Tell workers of a committed row at once; without a row, that a task has work which it finds itself.

    Without a broker nothing is lost: a sweep finds the row later.
    """
    try:
        for _ in range(times):
            if _has_room(task, row_id):
                task.delay(*filter(None, [str(row_id)]))
    except (BrokerError, redis.RedisError) as error:
        logger.warning("%s(%s) waits for the next sweep: the broker does not answer: %r", task.name, row_id, error)


def note_start(task: Any, row_id: str) -> None:
    """Make room for another message of this row. Called before each task runs (factcheck/celery.py)."""
    for key in reversed(_queue_keys(task, row_id)):
        if redis_client().delete(key):
            return


def _has_room(task: Any, row_id: UUID | str) -> bool:
    keys = _queue_keys(task, row_id)
    return not keys or any(redis_client().set(key, 1, nx=True, ex=_COUNTED_SECONDS) for key in keys)


def _queue_keys(task: Any, row_id: UUID | str) -> list[str]:
    return [f"factcheck:queued:{task.name}:{row_id}:{n}" for n in range(MOST_QUEUED.get(task.name, 0))]
