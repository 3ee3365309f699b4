"""A large file of lines, cut where lines end, so that several workers read it at once."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from articles.models import StoredFile
from articles.storage import open_stored

SEGMENT_BYTES = 1024 * 1024
_LINES = (".jsonl", ".ndjson", ".jsonlines")
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Segment:
    """Bytes from `start` to before `end`; `line` lines stand before them, `lines` in them."""

    start: int
    end: int
    line: int
    lines: int


def segments_of(name: str, stored: StoredFile) -> list[Segment]:
    """Where to cut the file; empty where it is read as one."""
    if not name.lower().endswith(_LINES) or stored.size <= SEGMENT_BYTES:
        return []
    with open_stored(stored) as stream:
        return list(_cuts(stream, stored.size))


def _cuts(stream: BinaryIO, size: int) -> Iterator[Segment]:
    start = line = 0
    while start < size:
        end, lines = _cut(stream, start, size)
        yield Segment(start, end, line, lines)
        start, line = end, line + lines


def _cut(stream: BinaryIO, start: int, size: int) -> tuple[int, int]:
    """(end, lines) of the segment that begins at `start`: the first line end after SEGMENT_BYTES ends it."""
    stream.seek(start)
    at, lines, last = start, 0, b""
    while chunk := stream.read(_CHUNK):
        wanted = start + SEGMENT_BYTES - at
        cut = chunk.find(b"\n", max(wanted, 0)) if wanted < len(chunk) else -1
        if cut >= 0:
            return at + cut + 1, lines + chunk.count(b"\n", 0, cut + 1)
        at += len(chunk)
        lines += chunk.count(b"\n")
        last = chunk
    return size, lines + (not last.endswith(b"\n"))


class _Window(io.RawIOBase):
    """A part of a seekable stream, as a stream of its own."""

    def __init__(self, stream: BinaryIO, start: int, end: int) -> None:
        self._stream, self._start, self._end = stream, start, end
        self._at = start

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: self._start, io.SEEK_CUR: self._at, io.SEEK_END: self._end}[whence]
        self._at = max(base + offset, self._start)
        return self._at - self._start

    def readinto(self, buffer: Any) -> int:
        self._stream.seek(self._at)
        data = self._stream.read(min(len(buffer), max(self._end - self._at, 0)))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def window(stream: BinaryIO, bounds: tuple[int, int]) -> BinaryIO:
    return io.BufferedReader(_Window(stream, *bounds), 256 * 1024)
