"""Content-addressed storage of raw bytes: equal bytes are stored once.

The bytes are in Django's default storage (a folder, or S3 by setting). They are written before the row that names them;
after a crash between the two the next import of the same bytes uses them again. A large file of lines is split at line
ends, so that several workers read it.
"""

import hashlib
import io
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Any, BinaryIO, cast

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from articles.limits import MAX_BULK_BYTES
from articles.models import StoredFile
from core.errors import DomainError
from core.files.disk import full_disk_refused, store_whole

CHUNK_BYTES = 256 * 1024
# What is larger goes to a temporary file while its digest is made.
_BEING_STORED = timedelta(hours=1)  # longer than any upload takes
_IN_MEMORY_BYTES = 4 * 1024 * 1024


class FileTooLarge(DomainError):
    status = 413
    code = "too-large"
    title = gettext_noop("The file is too large")


class EmptyFile(DomainError):
    code = "empty-file"
    title = gettext_noop("The file is empty")


def store_bytes(data: bytes, *, content_type: str = "") -> StoredFile:
    return store_stream(io.BytesIO(data), content_type=content_type)


def store_stream(stream: IO[bytes], *, content_type: str = "", limit: int | None = None) -> StoredFile:
    """Store a stream. Raises EmptyFile, DiskFull, or FileTooLarge at the first byte over the limit."""
    with full_disk_refused(), tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as copy:
        # A copy first: the file's name is the digest, which is known when all of it was read.
        digest = hashlib.sha256()
        size = 0
        for chunk in _chunks(stream, limit or MAX_BULK_BYTES):
            digest.update(chunk)
            size += len(chunk)
            copy.write(chunk)
        if not size:
            raise EmptyFile(gettext("It is empty. Nothing of it was stored. Send a file with text in it."))
        copy.seek(0)
        return _keep(cast("BinaryIO", copy), digest.hexdigest(), size, content_type)


def open_stored(stored: StoredFile) -> BinaryIO:
    """Open the bytes as a seekable stream; the caller closes it."""
    return cast("BinaryIO", default_storage.open(stored.path, "rb"))


def _keep(data: BinaryIO, sha256: str, size: int, content_type: str) -> StoredFile:
    known = StoredFile.objects.filter(pk=sha256).first()
    # A row alone proves nothing: a database can be restored without its files.
    if known and default_storage.exists(known.path):
        return known
    wanted = f"imports/{sha256[:2]}/{sha256[2:4]}/{sha256}"
    # A file without a row is what a crash left, perhaps half-written, or what somebody else stores at this moment: it is never
    # trusted and, as long as it may be theirs, not deleted. This one then gets another name.
    if default_storage.exists(wanted) and default_storage.get_modified_time(wanted) < timezone.now() - _BEING_STORED:
        default_storage.delete(wanted)
    path = store_whole(wanted, File(data))
    stored, _ = StoredFile.objects.update_or_create(
        pk=sha256,
        defaults={"path": path},
        create_defaults={"path": path, "size": size, "content_type": content_type[:120]},
    )
    return stored


def _chunks(stream: IO[bytes], limit: int) -> Iterable[bytes]:
    size = 0
    while chunk := stream.read(CHUNK_BYTES):
        size += len(chunk)
        if size > limit:
            raise FileTooLarge(
                gettext(
                    "It is larger than {size:,} MB. Nothing of it was stored. Split it and import the parts."
                ).format(size=limit // (1024 * 1024))
            )
        yield chunk


# Workers read the segments of a large file side by side.
SEGMENT_BYTES = 1024 * 1024
_LINES = (".jsonl", ".ndjson", ".jsonlines")
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Segment:
    """Bytes [start, end) of a file: `line` lines before them, `lines` inside."""

    start: int
    end: int
    line: int
    lines: int


def segments_of(name: str, stored: StoredFile) -> list[Segment]:
    """Return where to cut the file; empty if it is read whole."""
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
    """Return (end, lines) of the segment at `start`, which ends at the first line end after SEGMENT_BYTES."""
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
    """A part of a seekable stream, as a stream."""

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
