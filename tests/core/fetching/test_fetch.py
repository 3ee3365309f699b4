"""Fetching from servers that do not mean well. They run on this machine, which only an allowed name makes reachable."""

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from django.core.cache import cache

from core.fetching import (
    AddressRefused,
    BadAnswer,
    FetchError,
    FetchTimedOut,
    Limits,
    RobotsRefused,
    TooManyRedirects,
    TooMuch,
    fetch,
    request,
)


class Server:
    """Says what it is told to, byte for byte; `seen` lists (path, headers)."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes | list[tuple[bytes, float]]] = {}
        self.seen: list[tuple[str, dict[str, str]]] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def url(self, path: str = "/", host: str = "localhost") -> str:
        return f"http://{host}:{self.port}{path}"

    def say(self, path: str, body: bytes = b"hello", *, status: str = "200 OK", **headers: str) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.answers[path] = "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    def paths(self) -> list[str]:
        return [path for path, _ in self.seen]

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=[connection], daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(4096)
            first, *lines = head.decode("latin-1").split("\r\n")
            path = first.split(" ")[1]
            headers = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
            self.seen.append((path, headers))
            missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            answer = self.answers.get(path, missing)
            for part, pause in [(answer, 0.0)] if isinstance(answer, bytes) else answer:
                try:
                    connection.sendall(part)
                except OSError:
                    return
                time.sleep(pause)


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    settings.FETCH_ALLOWED_HOSTS = ["localhost"]
    cache.clear()
    with closing(Server()) as running:
        yield running


def test_a_page_is_fetched_under_an_honest_name(server: Server) -> None:
    server.say("/story?a=1", b"<p>words</p>", content_type="text/html; charset=utf-8", etag='"v1"')
    page = fetch(server.url("/story?a=1#part"))
    assert (page.body, page.content_type, page.etag) == (b"<p>words</p>", "text/html; charset=utf-8", '"v1"')
    headers = dict(server.seen)["/story?a=1"]
    assert headers["user-agent"].startswith("factcheck/")
    assert headers["host"] == f"localhost:{server.port}"


def test_this_machine_is_refused_unless_its_name_is_allowed(server: Server, settings: Any) -> None:
    server.say("/story")
    with pytest.raises(AddressRefused):
        fetch(server.url("/story", host="127.0.0.1"))
    settings.FETCH_ALLOWED_HOSTS = []
    for host in ("localhost", "127.1", "2130706433", "0x7f.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0"):
        with pytest.raises(FetchError):
            fetch(server.url("/story", host=host))
    assert server.seen == []


def test_a_name_with_a_port_allows_that_port_alone(server: Server, settings: Any) -> None:
    server.say("/page")
    settings.FETCH_ALLOWED_HOSTS = [f"LOCALHOST:{server.port}"]
    assert fetch(server.url("/page")).body == b"hello"
    settings.FETCH_ALLOWED_HOSTS = [f"localhost:{server.port + 1}"]
    with pytest.raises(AddressRefused):
        request("GET", server.url("/page"))


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://example.org/a", "gopher://example.org/", "javascript:alert(1)", "http:///path", "http://",
        "http://user:secret@example.org/", "http://example.org:99999/", "http://example.org:0/", "http://exa mple.org/",
        "http://example.org/\r\nX-Evil: 1", "",
    ],
)  # fmt: skip
def test_what_is_no_web_address(url: str) -> None:
    with pytest.raises(AddressRefused):
        fetch(url)


def test_a_redirect_to_this_machine_is_refused(server: Server) -> None:
    server.say("/away", status="302 Found", location=server.url("/secret", host="127.0.0.1"))
    server.say("/secret", b"secret")
    with pytest.raises(AddressRefused):
        fetch(server.url("/away"))
    assert "/secret" not in server.paths()


def test_a_redirect_to_another_scheme_is_refused(server: Server) -> None:
    server.say("/away", status="302 Found", location="file:///etc/passwd")
    with pytest.raises(AddressRefused):
        fetch(server.url("/away"))


def test_redirects_are_followed_and_end(server: Server) -> None:
    server.say("/old", status="301 Moved", location="/new")
    server.say("/new", b"new")
    assert fetch(server.url("/old")).url == server.url("/new")
    server.say("/round", status="302 Found", location="/round")
    with pytest.raises(TooManyRedirects):
        fetch(server.url("/round"))
    assert server.paths().count("/round") == 6


def test_the_name_is_looked_up_once_and_the_checked_address_connected_to(
    server: Server, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that answers with a public address first and with this machine afterwards (DNS rebinding)."""
    settings.FETCH_ALLOWED_HOSTS = []
    asked: list[str] = []
    connected: list[Any] = []

    def answer(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        address = "93.184.216.34" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    class Refusing(socket.socket):
        def connect(self, address: Any) -> None:
            connected.append(address)
            raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    monkeypatch.setattr(socket, "socket", Refusing)
    with pytest.raises(FetchError):
        request("GET", f"http://rebind.example:{server.port}/")
    assert connected == [("93.184.216.34", server.port)]
    with pytest.raises(AddressRefused):
        request("GET", f"http://rebind.example:{server.port}/")
    assert len(connected) == 1
    assert len(asked) == 2


def test_an_announced_two_gigabytes_are_not_read(server: Server) -> None:
    server.answers["/big"] = b"HTTP/1.1 200 OK\r\nContent-Length: 2147483648\r\n\r\n" + b"x" * 1000
    with pytest.raises(TooMuch):
        fetch(server.url("/big"))


def test_an_endless_answer_is_cut(server: Server) -> None:
    server.answers["/endless"] = [(b"HTTP/1.1 200 OK\r\n\r\n", 0.0)] + [(b"x" * 65_536, 0.0)] * 200
    with pytest.raises(TooMuch):
        fetch(server.url("/endless"), limits=Limits(max_bytes=1_000_000))


def test_a_bomb_is_cut_while_it_unfolds(server: Server) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    server.say("/bomb", bomb, content_encoding="gzip")
    with pytest.raises(TooMuch):
        fetch(server.url("/bomb"), limits=Limits(max_bytes=1_000_000))


def test_damaged_compression_is_told(server: Server) -> None:
    server.say("/odd", b"no gzip at all", content_encoding="gzip")
    with pytest.raises(FetchError, match="damaged"):
        fetch(server.url("/odd"))


@pytest.mark.parametrize("where", ["head", "body"])
def test_a_server_that_drips_is_left_at_the_deadline(server: Server, where: str) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nX-Long: " + b"y" * 100
    slow = [(bytes([byte]), 0.1) for byte in head]
    if where == "body":
        slow = [(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", 0.0)] + [(b"x", 0.1)] * 100
    server.answers["/drip"] = slow
    started = time.monotonic()
    with pytest.raises(FetchTimedOut):
        fetch(server.url("/drip"), limits=Limits(total_seconds=1.0))
    assert time.monotonic() - started < 8, "all of it takes over ten seconds"


def test_a_server_that_says_nothing(server: Server) -> None:
    server.answers["/silent"] = [(b"", 30.0)]
    with pytest.raises(FetchTimedOut):
        fetch(server.url("/silent"), limits=Limits(total_seconds=0.5))


def test_a_broken_answer(server: Server) -> None:
    server.answers["/cut"] = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this"
    with pytest.raises(FetchError, match="broke off"):
        fetch(server.url("/cut"))


def test_robots_are_respected_and_remembered(server: Server) -> None:
    server.say("/robots.txt", b"User-agent: Factcheck\nDisallow: /private/\n\nUser-agent: *\nDisallow: /\n")
    server.say("/private/a", b"secret")
    server.say("/public", b"open")
    with pytest.raises(RobotsRefused):
        fetch(server.url("/private/a"))
    assert fetch(server.url("/public")).body == b"open"
    assert server.paths() == ["/robots.txt", "/public"]


def test_a_site_that_fails_to_tell_its_rules_is_not_fetched(server: Server) -> None:
    server.say("/robots.txt", status="503 Service Unavailable")
    server.say("/public", b"open")
    with pytest.raises(FetchError, match=r"robots\.txt"):
        fetch(server.url("/public"))


def test_conditional_requests(server: Server) -> None:
    server.say("/feed", status="304 Not Modified")
    page = fetch(server.url("/feed"), etag='"v1"', last_modified="Sun, 22 Nov 2026 10:00:00 GMT")
    assert page.is_unchanged
    headers = dict(server.seen)["/feed"]
    assert headers["if-none-match"] == '"v1"'
    assert headers["if-modified-since"].startswith("sun, 22 nov")


@pytest.mark.parametrize(
    ("status", "said"), [("404 Not Found", "no such page"), ("403 Forbidden", "refuses"), ("500 Oops", "error")]
)
def test_an_error_status_is_told(server: Server, status: str, said: str) -> None:
    server.say("/page", status=status)
    with pytest.raises(BadAnswer, match=said):
        fetch(server.url("/page"))


def test_a_plain_request_follows_nothing(server: Server) -> None:
    server.say("/hook", status="302 Found", location="/elsewhere")
    answer = request("POST", server.url("/hook"), body=b"{}", headers={"Content-Type": "application/json"})
    assert answer.status == 302
    assert server.paths() == ["/hook"]
    assert server.seen[0][1]["content-type"] == "application/json"


def test_nobody_there(settings: Any) -> None:
    settings.FETCH_ALLOWED_HOSTS = ["localhost"]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(FetchError, match="does not answer"):
        request("GET", f"http://localhost:{port}/")


@pytest.mark.parametrize("pause", [3.0, 0.0])
def test_a_status_counts_although_its_body_is_slow_or_broken_off(server, pause):
    server.answers["/"] = [(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nwell", pause)]
    answer = request("POST", server.url(), body=b"", limits=Limits(total_seconds=1, is_cut=True))
    assert answer.status == 200
    with pytest.raises(FetchError):
        request("POST", server.url(), body=b"", limits=Limits(total_seconds=1))
