"""Open sockets to checked addresses: resolve once, check, connect to exactly that address."""

import queue
import socket
import threading
import time
from typing import Any

import urllib3
from django.conf import settings
from django.utils.translation import gettext
from urllib3.connection import HTTPConnection, HTTPSConnection

from core.fetching.addresses import is_public
from core.fetching.errors import AddressRefused, FetchError, FetchTimedOut

# For each address of a name: one that is dead must not use up the deadline of the others.
CONNECT_SECONDS = 5.0
SocketAddress = tuple[Any, ...]


class Deadline:
    """The deadline of a whole fetch. Closes sockets that still wait when it passes.

    Time-outs of single reads do not stop a server that sends one byte a second.
    """

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds
        self._timer: threading.Timer | None = None

    @property
    def left(self) -> float:
        return self._ends - time.monotonic()

    @property
    def is_over(self) -> bool:
        return self.left <= 0

    def check(self) -> float:
        """Return the seconds left. Raises FetchTimedOut."""
        if self.is_over:
            raise FetchTimedOut(gettext("The server took too long to answer. Nothing was stored; try it again later."))
        return self.left

    def watch(self, connection: socket.socket) -> None:
        self.release()
        self._timer = threading.Timer(max(self.left, 0.01), _cut, [connection])
        self._timer.daemon = True
        self._timer.start()

    def release(self) -> None:
        if self._timer:
            self._timer.cancel()


def _cut(connection: socket.socket) -> None:
    try:
        # shutdown wakes the thread that waits for bytes; close alone would leave it waiting.
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        connection.close()  # it was no longer connected


def is_allowed_by_name(host: str, port: int) -> bool:
    """Return whether FETCH_ALLOWED_HOSTS names the host, alone or with this port."""
    name = host.lower().rstrip(".")
    return not {name, f"{name}:{port}"}.isdisjoint(allowed.lower() for allowed in settings.FETCH_ALLOWED_HOSTS)


def is_private_by_name(host: str) -> bool:
    """Return whether the name alone shows a private host: a number or this machine's name."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    return (":" in name or name.replace(".", "").isdigit()) and not is_public(name)


def _open_socket(host: str, port: int, deadline: Deadline) -> socket.socket:
    """Connect to the host. Raises AddressRefused unless its address is public or the name is allowed."""
    addresses = _resolve(host, port, deadline)
    if not is_allowed_by_name(host, port):
        addresses = [address for address in addresses if is_public(address[1][0])]
        if not addresses:
            raise AddressRefused(
                gettext(
                    "{host} is not on the public internet, so it was not connected to. For a host of your own network"
                    " ask the person who runs this desk to allow it by name (FETCH_ALLOWED_HOSTS)."
                ).format(host=host)
            )
    return _connect(host, addresses, deadline)


def _resolve(host: str, port: int, deadline: Deadline) -> list[tuple[int, SocketAddress]]:
    """Resolve to (family, address), in a thread: the system's resolver has no deadline."""
    answers: queue.SimpleQueue[list[tuple[int, SocketAddress]] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put([(int(family), address) for family, _, _, _, address in found])
        except (OSError, UnicodeError) as error:
            answers.put(error if isinstance(error, OSError) else OSError(str(error)))

    # A daemon: a resolver that hangs must not keep the process from ending.
    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=min(deadline.check(), 2 * CONNECT_SECONDS))
    except queue.Empty as error:
        raise FetchTimedOut(
            gettext("The name {host} could not be looked up in time. Try it again later.").format(host=host)
        ) from error
    if isinstance(answer, OSError):
        raise FetchError(gettext("There is no host {host}. Check the address.").format(host=host)) from answer
    return answer


def _connect(host: str, addresses: list[tuple[int, SocketAddress]], deadline: Deadline) -> socket.socket:
    failure: OSError | None = None
    # A name may have dozens of addresses; each costs up to CONNECT_SECONDS.
    for family, address in addresses[:4]:
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            connection.settimeout(min(deadline.check(), CONNECT_SECONDS))
            connection.connect(address)
        except OSError as error:
            connection.close()
            failure = error
        else:
            return connection
    raise FetchError(gettext("{host} does not answer. Try it again later.").format(host=host)) from failure


class _Checked:
    """Mixin for urllib3's connections that replaces their only way to open a socket."""

    deadline: Deadline
    host: str
    port: int

    def _new_conn(self) -> socket.socket:
        connection = _open_socket(self.host, self.port, self.deadline)
        # urllib3's own way of opening a socket sets this, and is replaced here.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.deadline.watch(connection)
        return connection


class _CheckedHTTPConnection(_Checked, HTTPConnection):
    pass


class _CheckedHTTPSConnection(_Checked, HTTPSConnection):
    pass


def pool_for(scheme: str, host: str, port: int | None, deadline: Deadline) -> urllib3.HTTPConnectionPool:
    """Make a pool for one request, so that no connection outlives its check."""
    # urllib3 refuses a time-out of zero or less.
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=max(deadline.left, 0.01))
    if scheme == "https":
        secure = urllib3.HTTPSConnectionPool(host, port, timeout=timeout, maxsize=1, cert_reqs="CERT_REQUIRED")
        secure.ConnectionCls = type("_Https", (_CheckedHTTPSConnection,), {"deadline": deadline})
        return secure
    plain = urllib3.HTTPConnectionPool(host, port, timeout=timeout, maxsize=1)
    plain.ConnectionCls = type("_Http", (_CheckedHTTPConnection,), {"deadline": deadline})
    return plain
