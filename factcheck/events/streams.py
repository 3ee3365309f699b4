"""One open page: what waits to be sent to it, in the format of server-sent events."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

# Beyond this a page that reads too slowly is told to ask for everything instead.
MOST_PENDING = 100


def event(name: str, data: dict[str, Any], event_id: str = "") -> bytes:
    """Return an event as it is sent: https://html.spec.whatwg.org/multipage/server-sent-events.html."""
    head = f"id: {event_id}\n" if event_id else ""
    return f"{head}event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()


@dataclass(slots=True, eq=False)
class Stream:
    """`checked_at` is when the session was last found good, in seconds of the monotonic clock."""

    id: str
    person: str
    session_key: str
    place: str
    checked_at: float
    claim: str = ""
    farewell: str = ""
    _pending: dict[str, tuple[dict[str, Any], str]] = field(default_factory=dict)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def offer(self, name: str, data: dict[str, Any], event_id: str = "", *, key: str = "") -> None:
        """Queue an event. Of events with the same key (by default the same data) only the last one is sent."""
        key = f"{name} {key or json.dumps(data)}"
        self._pending.pop(key, None)
        self._pending[key] = (data, event_id)
        if len(self._pending) > MOST_PENDING:
            # `hello` must stay: without its stream id the page cannot say where it is.
            self._pending = {kept: value for kept, value in self._pending.items() if not kept.startswith("changed ")}
            self._pending["reset "] = ({}, event_id)
        self._wake.set()

    def cut(self, reason: str) -> None:
        """End the stream after one last event that says why."""
        self.farewell = self.farewell or reason
        self._wake.set()

    async def wait(self, seconds: float) -> bytes:
        """Return what is to be sent now, empty after `seconds` in which nothing happened."""
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return b""
        self._wake.clear()
        taken, self._pending = self._pending, {}
        body = b"".join(event(key.partition(" ")[0], data, event_id) for key, (data, event_id) in taken.items())
        return body + (event("bye", {"reason": self.farewell}) if self.farewell else b"")
