"""Check a pooled connection without asking the server."""

import select
from typing import Any

from psycopg import Connection
from psycopg_pool import ConnectionPool


def check_if_open(connection: "Connection[Any]") -> None:
    """Raise OperationalError if the server has ended the connection. The pool calls it before each use.

    At rest a connection has nothing to read, unless the server said goodbye or something else, and then it is asked. Asking
    for each request was one of its three round trips (2026-11-30).
    """
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        ConnectionPool.check_connection(connection)
