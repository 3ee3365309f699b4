"""The events process's addresses: `GET /events/`, `POST /events/here`, `/events/healthz`, `/events/readyz`.

Plain ASGI instead of Django's handler: that one keeps a thread for every open request, which 500 readers would pay for.
"""

import asyncio
import contextlib
import logging
import re
import signal
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from io import BytesIO
from secrets import randbelow, token_urlsafe
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost, TooManyFieldsSent
from django.core.handlers.asgi import ASGIRequest
from django.core.signing import BadSignature, Signer
from django.db import Error as DatabaseError
from redis.exceptions import RedisError

from core.notices import channel
from factcheck.events.admission import people_of
from factcheck.events.hub import Full, Hub
from factcheck.events.streams import Stream, event

logger = logging.getLogger(__name__)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

# Proxies and browsers take a silent connection for a dead one.
BEAT_SECONDS = 15.0
MOST_BODY = 1_000
MOST_FIELDS = 4
# Streams that wait for their session to be checked; more than that is an attack or a herd, and both come again.
MOST_WAITING = 200
_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_PLACE = re.compile(rf"(?:article|claim|review):{_UUID}\Z")
_CLAIM = re.compile(rf"(?:{_UUID})?\Z")
_signer = Signer(salt="factcheck.events.stream")


class EventsApp:
    """An ASGI application. `hub` is there once the lifespan has started."""

    def __init__(self) -> None:
        self.hub: Hub
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="sessions")
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self.hub = Hub(
            url=settings.REDIS_URL,
            channel=channel(),
            check=self._check,
            most=settings.EVENTS_MAX_STREAMS,
            most_per_person=settings.EVENTS_MAX_STREAMS_PER_PERSON,
        )
        running = asyncio.create_task(self.hub.run())
        running.add_done_callback(_end_with_hub)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        running.cancel()
        await send({"type": "lifespan.shutdown.complete"})

    async def _check(self, session_keys: Iterable[str]) -> dict[str, str]:
        return await asyncio.get_running_loop().run_in_executor(self._threads, people_of, session_keys)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = ASGIRequest(scope, BytesIO())
        route = (request.method, scope["path"])
        try:
            origin = _allowed_origin(request)
        except (DisallowedHost, _ForeignOrigin):
            await _refuse(send, 400)
            return
        if route == ("GET", "/events/"):
            await self._stream(request, origin, receive, send)
        elif route == ("POST", "/events/here"):
            await self._move(origin, receive, send)
        elif route == ("GET", "/events/healthz"):
            await _refuse(send, 200)
        elif route == ("GET", "/events/readyz"):
            await _refuse(send, 200 if self.hub.is_connected else 503)
        else:
            await _refuse(send, 404, origin)

    async def _stream(self, request: ASGIRequest, origin: Mapping[str, str], receive: Receive, send: Send) -> None:
        try:
            place = request.GET.get("at", "")
        except TooManyFieldsSent:
            place = ""
        if not _PLACE.match(place):
            await _refuse(send, 400, origin)
            return
        stream, status = await self._admit(request, place)
        if stream is None:
            await _refuse(send, status, origin)
            return
        try:
            self.hub.open(stream, request.headers.get("Last-Event-ID") or request.GET.get("last", ""))
        except Full as full:
            await _refuse(send, 429 if full.args[0] == "person" else 503, {**origin, "retry-after": "60"})
            return
        gone = asyncio.create_task(_wait_for_end(receive))
        # Else colleagues would see a page that was closed until its next beat, 15 s later.
        gone.add_done_callback(lambda _: stream.cut("gone"))
        try:
            await _start(send, 200, {"content-type": "text/event-stream; charset=utf-8", **origin})
            # Readers that all lost the same process must not all come back in the same moment.
            await _send(send, f"retry: {1_000 + randbelow(3_000)}\n\n".encode())
            while not gone.done() and not stream.farewell:
                await _send(send, await stream.wait(BEAT_SECONDS) or event("beat", {}))
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            self.hub.close(stream)

    async def _admit(self, request: ASGIRequest, place: str) -> tuple[Stream | None, int]:
        """Return the stream, or None and the status that says why not."""
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        if not re.fullmatch(r"[a-z0-9]{8,40}", key):
            return None, 401
        if self._waiting >= MOST_WAITING:
            return None, 503
        self._waiting += 1
        try:
            person = (await self._check([key])).get(key)
        except DatabaseError:
            logger.exception("a session could not be checked")
            return None, 503
        finally:
            self._waiting -= 1
        if person is None:
            return None, 401
        stream_id = _signer.sign(token_urlsafe(18))
        now = time.monotonic()
        return Stream(id=stream_id, person=person, session_key=key, place=place, checked_at=now), 200

    async def _move(self, origin: Mapping[str, str], receive: Receive, send: Send) -> None:
        """Move a stream to another claim. Its signed id is the permission: only its page was told it."""
        try:
            form = parse_qs((await _read(receive)).decode("ascii", "replace"), max_num_fields=MOST_FIELDS)
        except ValueError:  # more fields
            await _refuse(send, 400, origin)
            return
        claim = form.get("claim", [""])[0]
        try:
            stream_id = form.get("stream", [""])[0]
            _signer.unsign(stream_id)
        except BadSignature:
            await _refuse(send, 403, origin)
            return
        if not _CLAIM.match(claim):
            await _refuse(send, 400, origin)
            return
        try:
            await self.hub.move(stream_id, claim)
        except (RedisError, OSError):
            await _refuse(send, 503, origin)
            return
        await _refuse(send, 204, origin)


class _ForeignOrigin(Exception):
    """Another site's script asks."""


def _allowed_origin(request: ASGIRequest) -> dict[str, str]:
    """Return the CORS headers for the desk's own pages, where they come from another port of the same host.

    Raises DisallowedHost, _ForeignOrigin.
    """
    host = urlsplit(f"//{request.get_host()}").hostname
    given = request.headers.get("Origin", "")
    if not given:
        return {}
    site = urlsplit(settings.SITE_URL)
    try:
        origin = urlsplit(given)
        is_ours = (origin.scheme, origin.hostname, origin.port) == (site.scheme, host, site.port)
    except ValueError:  # `http://[`, `http://localhost:abc`
        is_ours = False
    if not is_ours:
        raise _ForeignOrigin
    return {
        "access-control-allow-origin": given,
        "access-control-allow-credentials": "true",
        "vary": "Origin",
    }


async def _wait_for_end(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _read(receive: Receive) -> bytes:
    """Return the body, at most MOST_BODY bytes of it."""
    body, is_more = b"", True
    while is_more and len(body) < MOST_BODY:
        message = await receive()
        body += message.get("body", b"")
        is_more = message.get("more_body", False)
    return body[:MOST_BODY]


async def _start(send: Send, status: int, headers: Mapping[str, str]) -> None:
    always = {
        "cache-control": "no-store",
        "x-accel-buffering": "no",  # nginx would keep events back
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "referrer-policy": settings.SECURE_REFERRER_POLICY,
    }
    rows = [(name.encode(), value.encode("latin-1")) for name, value in {**always, **headers}.items()]
    await send({"type": "http.response.start", "status": status, "headers": rows})


async def _send(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _refuse(send: Send, status: int, headers: Mapping[str, str] | None = None) -> None:
    """Answer with the status and its name."""
    body = b"" if status == 204 else HTTPStatus(status).phrase.encode()
    given = {"content-type": "text/plain; charset=utf-8", "content-length": str(len(body)), **(headers or {})}
    if status == 204:
        del given["content-length"], given["content-type"]
    await _start(send, status, given)
    await send({"type": "http.response.body", "body": body})


def _end_with_hub(task: "asyncio.Task[None]") -> None:
    with contextlib.suppress(asyncio.CancelledError):
        if error := task.exception():
            logger.critical("the hub ended, and so does this process: it is started again", exc_info=error)
            signal.raise_signal(signal.SIGTERM)
