"""A real events process on the test's database and Redis, and a reader of its streams."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Self
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from accounts.login.sessions import SessionStore
from factcheck.local.processes import free_port, wait_until

PATIENCE = 30.0


class EventsProcess:
    def __init__(self, site_url: str, **env: str) -> None:
        self.port = free_port()
        self._env = {
            **os.environ,
            "SECRET_KEY": settings.SECRET_KEY,
            "SITE_URL": site_url,
            "LOG_LEVEL": "WARNING",
            **env,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        command = [sys.executable, "-m", "factcheck.events", "--port", str(self.port)]
        self.process = subprocess.Popen(command, env=self._env, cwd=settings.BASE_DIR)
        assert wait_until(lambda: self.is_ready() or self.process.poll() is not None, PATIENCE)
        assert self.process.poll() is None, "the events process ended by itself"
        return self

    def is_ready(self) -> bool:
        try:
            return self.ask("GET", "/events/readyz")[0] == 200
        except OSError:
            return False

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(20)

    def ask(self, method: str, path: str, form: dict[str, str] | None = None, **headers: str) -> tuple[int, Any]:
        """Status and headers of one answer; a stream is left at once."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body=urlencode(form) if form else None, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers
        finally:
            connection.close()

    def listen(self, place: str, session_key: str, **headers: str) -> "Listener":
        return Listener(self.port, place, session_key, headers)


class Listener:
    """An open stream, read by a thread. `events` are (name, data, id)."""

    def __init__(self, port: int, place: str, session_key: str, headers: dict[str, str]) -> None:
        self.events: list[tuple[str, dict[str, Any], str]] = []
        self.is_ended = False
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        cookie = f"{settings.SESSION_COOKIE_NAME}={session_key}"
        self._connection.request("GET", f"/events/?at={place}", headers={"Cookie": cookie, **headers})
        # Kept: http.client forgets the socket of an answer that ends with its connection.
        self._socket = self._connection.sock
        self.answer = self._connection.getresponse()
        self.status = self.answer.status
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        fields: dict[str, str] = {}
        try:
            while line := self.answer.readline().decode():
                name, _, value = line.rstrip("\n").partition(": ")
                if name:
                    fields[name] = value
                elif "event" in fields:
                    self.events.append((fields["event"], json.loads(fields["data"]), fields.get("id", "")))
                    fields = {}
        except (OSError, ValueError, AttributeError):
            pass  # closed by the test or by the server: `is_ended` says so
        self.is_ended = True

    def named(self, name: str) -> list[dict[str, Any]]:
        return [data for kind, data, _ in self.events if kind == name]

    def wait(self, condition: Callable[["Listener"], object]) -> None:
        assert wait_until(lambda: bool(condition(self)), PATIENCE), self.events

    def wait_for(self, name: str, **data: Any) -> None:
        self.wait(lambda one: any(data.items() <= found.items() for found in one.named(name)))

    def close(self) -> None:
        """Leave. The reading thread holds the answer: closing that waits for the server's next word, 15 s at most."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(PATIENCE)
        self.answer.close()


@contextmanager
def events_process(site_url: str = "http://localhost:8000", **env: str) -> Iterator[EventsProcess]:
    running = EventsProcess(site_url, **env).start()
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.kill()


def session_of(person: Any) -> str:
    """A logged-in session's key."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)
