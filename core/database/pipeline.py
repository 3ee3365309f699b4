"""A pipeline that sends its queries together, when the first answer is wanted.

psycopg's own sends each query by itself, and waits for BEGIN and once more when it ends: seven round trips for a claim, and a
server that is woken for each of its ten queries. Ours makes five of them (2026-12-01, docs/decisions/2026-12-01-writes.md).
It stands on what psycopg 3.3 calls private; `tests/core/test_sql.py` says what it must do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import Connection, Pipeline
from psycopg.generators import send
from psycopg.pq import TransactionStatus


class _BundledPipeline(Pipeline):
    """Queries wait in libpq's buffer until an answer is fetched. A Sync ends what is sent, so nothing is left to wait for."""

    def begin(self) -> None:
        """Send BEGIN with what follows. From now on libpq calls the connection active, so psycopg adds none of its own."""
        self.pgconn.send_query_params(b"BEGIN", None)
        self.result_queue.append(None)

    def _communicate_gen(self) -> Any:
        while self.command_queue:
            self.command_queue.popleft()()
        yield from ()

    def _fetch_gen(self, *, flush: bool) -> Any:
        if not self.result_queue:
            return
        if flush:
            self._enqueue_sync()
            yield from self._communicate_gen()
        yield from send(self.pgconn)
        yield from super()._fetch_gen(flush=False)

    def _exit_gen(self) -> Any:
        yield from self._fetch_gen(flush=True)


@contextmanager
def bundled(connection: "Connection[Any]") -> Iterator[None]:
    """Put the connection into such a pipeline. Its transaction, if it has not begun, begins with the first query."""
    pipeline = _BundledPipeline(connection)
    _use(connection, pipeline)
    try:
        with pipeline:
            is_idle = connection.pgconn.transaction_status == TransactionStatus.IDLE
            # Of another kind psycopg begins it itself, in a round trip.
            is_plain = (connection.isolation_level, connection.read_only, connection.deferrable) == (None, None, None)
            if is_idle and is_plain and not connection.autocommit:
                pipeline.begin()
            yield
    finally:
        _use(connection, None)


def _use(connection: "Connection[Any]", pipeline: _BundledPipeline | None) -> None:
    connection._pipeline = pipeline  # noqa: SLF001 -- as `Connection.pipeline()` does with psycopg's own
