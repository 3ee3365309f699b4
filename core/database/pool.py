"""The web server's pool of connections: warm ones first, checked without asking the server."""

import select
from typing import Any

from psycopg import Connection
from psycopg_pool import ConnectionPool


class WarmPool(ConnectionPool[Any]):
    """A pool that gives out the connection that was used last, and lets those at the other end go cold and be closed.

    A session of Postgres plans each prepared query and compiles each trigger for itself. psycopg's pool goes round all of its
    connections, so that a quiet desk asked sixteen cold ones in turn (2026-12-01).
    """

    def _get_ready_connection(self, timeout: float | None) -> Any:
        # The pool takes from the left what was returned on the right; the caller holds its lock.
        self._pool.rotate(1)
        return super()._get_ready_connection(timeout)


def check_if_open(connection: "Connection[Any]") -> None:
    """Raise OperationalError if the server has ended the connection. The pool calls it before each use.

    At rest a connection has nothing to read, unless the server said goodbye or something else, and then it is asked. Asking
    for each request was one of its three round trips (2026-11-30).
    """
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        ConnectionPool.check_connection(connection)
