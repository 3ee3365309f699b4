"""The hub: one Redis subscription, passed on to every open stream, and the reports of who is where."""

import asyncio
import json
import logging
import secrets
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from django.db import Error as DatabaseError
from redis import asyncio as redis
from redis.exceptions import RedisError

from core.heartbeat import KEY, LIFETIME_SECONDS
from factcheck.events.presence import REPORT_SECONDS, Presence, Seat
from factcheck.events.streams import MOST_PENDING, Stream

logger = logging.getLogger(__name__)

# A session that merely expires sends no notice: each is looked up again so often.
CHECK_SECONDS = 15.0
# A session that could not be checked for so long (the database is away) counts as ended.
UNCHECKED_SECONDS = 60.0
# How many events a page may have missed to be told of them after it connects again: all of them and `hello` must fit
# into what waits for one stream.
REMEMBERED = MOST_PENDING - 10
REPLY_SECONDS = 5.0
MOST_DIGITS = 18  # of the number of an event

Check = Callable[[Iterable[str]], Awaitable[dict[str, str]]]


class Full(Exception):
    """No room for another stream. `args[0]` says whose limit it is: `person` or `process`."""


class Hub:
    def __init__(self, *, url: str, channel: str, check: Check, most: int, most_per_person: int) -> None:
        self._url, self._channel, self._check = url, channel, check
        self._most, self._most_per_person = most, most_per_person
        self._client: redis.Redis = redis.from_url(url, socket_connect_timeout=2, health_check_interval=10)
        self._process = secrets.token_urlsafe(6)
        self._number = 0
        self._log: deque[tuple[int, dict[str, str]]] = deque(maxlen=REMEMBERED)
        self._presence = Presence()
        self._stale_places: set[str] = set()
        self._to_report: dict[str, Seat | None] = {}
        self._report_wanted = asyncio.Event()
        self._check_wanted = asyncio.Event()
        self.streams: dict[str, Stream] = {}
        self.is_connected = False

    # --- streams
    def open(self, stream: Stream, last_event_id: str) -> None:
        """Add a stream and tell it what it missed. Raises Full."""
        if len(self.streams) >= self._most:
            raise Full("process")
        if Counter(one.person for one in self.streams.values())[stream.person] >= self._most_per_person:
            raise Full("person")
        self.streams[stream.id] = stream
        missed = self._missed_since(last_event_id)
        hello = {"stream": stream.id, "is_complete": missed is not None, "is_live": self.is_connected}
        # What was missed follows: a page that is cut off before it came must ask for it again.
        stream.offer("hello", hello, last_event_id if missed else self._event_id(self._number))
        for number, ids in missed or ():
            self._offer_change(stream, number, ids)
        self._report(stream, self._seat_of(stream))
        self._stale_places |= {stream.place}

    def close(self, stream: Stream) -> None:
        if self.streams.pop(stream.id, None):
            self._report(stream, None)

    def cut_all(self, reason: str) -> None:
        for stream in self.streams.values():
            stream.cut(reason)

    async def move(self, stream_id: str, claim: str) -> None:
        """Say at which claim the page is; the stream may be held by another events process."""
        await self._publish({"type": "move", "stream": stream_id, "claim": claim})

    def _event_id(self, number: int) -> str:
        return f"{self._process}-{number}"

    def _missed_since(self, event_id: str) -> list[tuple[int, dict[str, str]]] | None:
        """Return the events after this one, or None where nobody knows any more."""
        process, _, number = event_id.rpartition("-")
        # The page sends it, so it can be anything: int() refuses thousands of digits.
        if process != self._process or not number.isdecimal() or len(number) > MOST_DIGITS:
            return None
        after = int(number)
        if after < self._number - len(self._log):
            return None
        return [entry for entry in self._log if entry[0] > after]

    # --- the three loops
    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_listening())
            group.create_task(self._keep_reporting())
            group.create_task(self._keep_checking())
            group.create_task(self._keep_showing())

    async def _keep_listening(self) -> None:
        while True:
            try:
                await self._listen()
            except (RedisError, OSError):
                logger.exception("redis does not answer: open pages poll until it does")
            self._lost()
            await asyncio.sleep(1)

    async def _listen(self) -> None:
        async with self._client.pubsub(ignore_subscribe_messages=True) as subscription:
            await subscription.subscribe(self._channel)
            # First: on a connection kept from before an outage it fails, and pages would hear `reset` and `lost` in turn.
            await self._publish({"type": "report"})
            self.is_connected = True
            # What was sent while nobody listened is not known: every page asks once. So must a page that opened in the
            # outage and left again: the number it was told must be older than any from now on.
            self._number += 1
            for stream in self.streams.values():
                stream.offer("reset", {}, self._event_id(self._number))
            while True:
                message = await subscription.get_message(timeout=REPLY_SECONDS)
                if message is not None:
                    self._take(message["data"])

    def _lost(self) -> None:
        if self.is_connected:
            self.is_connected = False
            self._log.clear()
            self._number += 1
            for stream in self.streams.values():
                stream.offer("lost", {})

    def _take(self, data: bytes) -> None:
        try:
            self._receive(json.loads(data))
        except (AttributeError, KeyError, TypeError, ValueError):
            # Another version's, in the minutes of an update. It would end this process, and the next one, and all others.
            logger.exception("a notice has an unexpected shape and is left out")

    def _receive(self, notice: dict[str, Any]) -> None:
        handlers: dict[str, Callable[[dict[str, Any]], None]] = {
            "changed": self._on_changed,
            "access": lambda _: self._check_wanted.set(),
            "seats": self._on_seats,
            "report": lambda _: self._report_wanted.set(),
            "move": self._on_move,
        }
        handler = handlers.get(notice.get("type", ""))
        if handler is None:
            # A newer web process beside an older events process, in the minutes of an update.
            logger.warning("unknown notice: %s", notice.get("type"))
        else:
            handler(notice)

    def _on_changed(self, notice: dict[str, Any]) -> None:
        ids = {name: str(value) for name, value in notice.items() if name != "type"}
        self._number += 1
        self._log.append((self._number, ids))
        for stream in self.streams.values():
            self._offer_change(stream, self._number, ids)

    def _offer_change(self, stream: Stream, number: int, ids: dict[str, str]) -> None:
        """Tell a page of a change, and whether its own person made it. Nobody learns who else did."""
        data: dict[str, Any] = {name: value for name, value in ids.items() if name != "by"}
        if ids.get("by") == stream.person:
            data["is_own"] = True
        stream.offer("changed", data, self._event_id(number))

    # --- who is where
    def _on_move(self, notice: dict[str, Any]) -> None:
        stream, claim = self.streams.get(notice["stream"]), str(notice["claim"])
        if stream is not None and stream.claim != claim:
            stream.claim = claim
            self._report(stream, self._seat_of(stream))

    def _on_seats(self, notice: dict[str, Any]) -> None:
        seats = {stream: Seat(*map(str, seat)) if seat else None for stream, seat in notice["seats"].items()}
        process, now = notice["process"], time.monotonic()
        if notice["is_all"]:
            taken = {stream: seat for stream, seat in seats.items() if seat}
            self._stale_places |= self._presence.replace(process, taken, now)
        else:
            self._stale_places |= self._presence.update(process, seats, now)

    @staticmethod
    def _seat_of(stream: Stream) -> Seat:
        return Seat(stream.person, stream.place, stream.claim)

    def _report(self, stream: Stream, seat: Seat | None) -> None:
        self._to_report[stream.id] = seat

    async def _keep_reporting(self) -> None:
        """Report changed seats a few times a second, and all of them every REPORT_SECONDS or when asked."""
        due = 0.0
        while True:
            is_all = self._report_wanted.is_set() or time.monotonic() >= due
            if is_all:
                self._report_wanted.clear()
                due = time.monotonic() + REPORT_SECONDS
            seats: dict[str, Seat | None] = {stream.id: self._seat_of(stream) for stream in self.streams.values()}
            changes, self._to_report = (seats if is_all else self._to_report), {}
            if is_all or changes:
                await self._send_seats(changes, is_all=is_all)
            # Changes within a fifth of a second go out as one message.
            await asyncio.sleep(0.2)

    async def _send_seats(self, seats: dict[str, Seat | None], *, is_all: bool) -> None:
        rows = {stream: seat and [seat.person, seat.place, seat.claim] for stream, seat in seats.items()}
        try:
            await self._publish({"type": "seats", "process": self._process, "is_all": is_all, "seats": rows})
            if is_all:
                await self._client.set(f"{KEY}events", int(time.time()), ex=int(REPORT_SECONDS) + LIFETIME_SECONDS)
        except (RedisError, OSError):
            # `_keep_listening` says so in the log; the next full report makes up for this one.
            self._report_wanted.set()
            await asyncio.sleep(1)

    async def _keep_showing(self) -> None:
        """Tell the streams of a place who is there now. The more there are, the less often."""
        while True:
            self._stale_places |= self._presence.drop_silent(time.monotonic())
            places, self._stale_places = self._stale_places, set()
            told = 0
            for place in places:
                here = [stream for stream in self.streams.values() if stream.place == place]
                people = self._presence.people_at(place) if here else []
                for stream in here:
                    stream.offer("here", {"people": people}, key="here")
                told += len(here)
            await asyncio.sleep(0.1 + told / 500)

    async def _publish(self, notice: dict[str, Any]) -> None:
        await self._client.publish(self._channel, json.dumps(notice))

    # --- who may still listen
    async def _keep_checking(self) -> None:
        while True:
            try:
                async with asyncio.timeout(CHECK_SECONDS):
                    await self._check_wanted.wait()
            except TimeoutError:
                pass
            self._check_wanted.clear()
            await self._check_sessions()

    async def _check_sessions(self) -> None:
        streams = list(self.streams.values())
        if not streams:
            return
        now = time.monotonic()
        try:
            admitted = await self._check({stream.session_key for stream in streams})
        except DatabaseError:
            logger.exception("sessions could not be checked")
            for stream in streams:
                if now - stream.checked_at > UNCHECKED_SECONDS:
                    stream.cut("unchecked")
            return
        for stream in streams:
            if admitted.get(stream.session_key) == stream.person:
                stream.checked_at = now
            else:
                stream.cut("signed_out")
