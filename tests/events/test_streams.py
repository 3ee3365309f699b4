"""Events that wait for one page that reads slowly."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from factcheck.events.streams import MOST_PENDING, Stream


def test_a_flood_of_changes_takes_away_neither_the_greeting_nor_who_is_here():
    stream = Stream(id="s", person="mira", session_key="k", place="article:a", checked_at=0)
    stream.offer("hello", {"stream": "s"}, "p-0")
    stream.offer("here", {"people": []}, key="here")
    for number in range(MOST_PENDING):
        stream.offer("changed", {"claim": str(number)}, f"p-{number + 1}")
    # In a thread: a browser test of the same process keeps its event loop in this one.
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(lambda: asyncio.run(stream.wait(1))).result().decode()
    names = [line.removeprefix("event: ") for line in sent.splitlines() if line.startswith("event: ")]
    # What came after the flood overflowed is still told.
    assert names == ["hello", "here", "reset", "changed"]
    assert "id: p-99\nevent: reset" in sent
