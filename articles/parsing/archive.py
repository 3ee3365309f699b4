"""Read zip archives in memory within limits. Nothing is unpacked to a path that an archive names."""

import io
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from articles.limits import (
    MAX_ARCHIVE_BYTES,
    MAX_ARCHIVE_DEPTH,
    MAX_ARCHIVE_ENTRIES,
    MAX_ARCHIVE_RATIO,
    MAX_ITEM_BYTES,
    MIN_RATIO_BYTES,
)
from articles.parsing.base import Outcomes, ParseError, ParseFailure, ParseOptions, Source, failure
from articles.parsing.formats import supported
from articles.parsing.xml import refuse_entities
from core.marked import gettext as _

ParseMember = Callable[[Source], Outcomes]
_CHUNK = 256 * 1024
_END = b"PK\x05\x06"
_BYTES_PER_ENTRY = 400  # of central directory; its size is known before it is read
_JUNK = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"})
# zipfile has no error of its own for most damage: these are what it lets through.
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, OSError, ValueError)


@contextmanager
def checked_zip(stream: BinaryIO) -> Iterator[zipfile.ZipFile]:
    """Yield an open archive whose directory is within the limits. Damage found while reading is a refusal too.

    Raises ParseError `damaged-archive` or `too-many-entries`.
    """
    _refuse_long_directory(stream)
    try:
        with zipfile.ZipFile(stream) as archive:
            if len(archive.infolist()) > MAX_ARCHIVE_ENTRIES:
                raise _too_many()
            yield archive
    except _DAMAGED as error:
        raise ParseError(
            "damaged-archive", _("The file is damaged and cannot be unpacked. Nothing was stored.")
        ) from error


def kind_of_zip(archive: zipfile.ZipFile) -> str:
    """Return `docx`, `xlsx` or `zip`. Raises ParseError for other formats that are zip files inside."""
    names = set(archive.namelist())
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "[Content_Types].xml" in names or "mimetype" in names or "META-INF/MANIFEST.MF" in names:
        raise ParseError(
            "unsupported-format",
            _("It is an office file, book or program. Nothing was stored. {supported}").format(supported=supported()),
        )
    return "zip"


def read_member(archive: zipfile.ZipFile, name: str, budget: "Budget") -> bytes:
    """Return the bytes of one member, bounded; empty if it does not exist."""
    try:
        info = archive.getinfo(name)
    except KeyError:
        return b""
    with _unpacked(archive, info, budget, MAX_ITEM_BYTES) as unpacked:
        return unpacked.read()


def refuse_hostile(archive: zipfile.ZipFile, limit: int) -> None:
    """Check every member against the limits, for a library that unpacks by itself."""
    budget = Budget(limit)
    for info in archive.infolist():
        with _unpacked(archive, info, budget, limit) as unpacked:
            before = b""
            while chunk := unpacked.read(_CHUNK):
                refuse_entities(before + chunk)
                # A declaration may lie across two chunks.
                before = chunk[-40:]


def parse_zip(source: Source, parse_member: ParseMember) -> Outcomes:
    """Parse every member by its own format.

    A bad member does not affect the others; a used-up budget ends the archive.
    """
    if source.options.depth >= MAX_ARCHIVE_DEPTH:
        raise ParseError("nested-archive", _("An archive inside an archive is not opened. Send it by itself."))
    with checked_zip(source.stream()) as archive:
        members = [info for info in archive.infolist() if not info.is_dir() and not _is_junk(info.filename)]
        if not members:
            raise ParseError("empty-file", _("The archive holds no files. Nothing was stored."))
        budget = Budget()
        for info in members:
            name = f"{source.name}/{info.filename}"
            try:
                yield from _member(archive, info, name, budget, source.options, parse_member)
            except _ArchiveBomb:
                raise
            except ParseError as error:
                yield failure(name, error)
            except _DAMAGED:
                yield ParseFailure(
                    name, "damaged-archive", _("This member of the archive is damaged. The others were read.")
                )


class _ArchiveBomb(ParseError):
    def __init__(self, reason: str) -> None:
        super().__init__(
            "archive-too-large",
            _("{reason} The rest of the archive was left out. Send it in parts.").format(reason=reason),
        )


class Budget:
    """The remaining decompressed bytes, counted as they come out: sizes that an archive states prove nothing."""

    def __init__(self, limit: int = MAX_ARCHIVE_BYTES) -> None:
        self.given = 0
        self.limit = limit

    def take(self, count: int, from_member: int, compressed: int) -> None:
        self.given += count
        if self.given > self.limit:
            raise _ArchiveBomb(
                _("The archive unpacks to more than {size:,} MB.").format(size=self.limit // (1024 * 1024))
            )
        if from_member > MIN_RATIO_BYTES and from_member > MAX_ARCHIVE_RATIO * max(compressed, 1):
            raise _ArchiveBomb(
                _("A file in the archive unpacks to more than {limit} times its size.").format(limit=MAX_ARCHIVE_RATIO)
            )


def _member(
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    name: str,
    budget: Budget,
    options: ParseOptions,
    parse_member: ParseMember,
) -> Outcomes:
    if _is_unsafe(info.filename):
        raise ParseError(
            "unsafe-path", _("The member's path leads out of the archive. It was not read; the others were.")
        )
    # Bit 0 of the flags (APPNOTE 4.4.4): zipfile would raise a RuntimeError about a password.
    if info.flag_bits & 0x1:
        raise ParseError("encrypted", _("The member is encrypted. It was not read. Send it without a password."))
    inner = ParseOptions(columns=options.columns, depth=options.depth + 1)
    with _unpacked(archive, info, budget, MAX_ARCHIVE_BYTES) as unpacked:
        yield from parse_member(Source(unpacked, name=name, options=inner))


@contextmanager
def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget, limit: int) -> Iterator[BinaryIO]:
    """Yield a member as a file: in memory up to the item limit, beyond it in an unnamed temporary file."""
    with tempfile.SpooledTemporaryFile(max_size=MAX_ITEM_BYTES) as spool:
        count = 0
        with archive.open(info) as member:
            while chunk := member.read(_CHUNK):
                count += len(chunk)
                budget.take(len(chunk), count, info.compress_size)
                if count > limit:
                    raise ParseError(
                        "too-large", _("A part of it is larger than {size:,} MB.").format(size=limit // (1024 * 1024))
                    )
                spool.write(chunk)
        spool.seek(0)
        yield cast("BinaryIO", spool)


def _refuse_long_directory(stream: BinaryIO) -> None:
    """Check the directory's size, from the last record: zipfile reads the whole directory at once."""
    size = stream.seek(0, io.SEEK_END)
    # The last record is 22 bytes and a comment of at most 65,535.
    stream.seek(max(0, size - 65_557))
    tail = stream.read()
    stream.seek(0)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 20:
        raise ParseError("damaged-archive", _("The archive is damaged or cut off. Nothing was stored."))
    entries, directory = struct.unpack_from("<HI", tail, at + 10)
    if entries > MAX_ARCHIVE_ENTRIES or directory > MAX_ARCHIVE_ENTRIES * _BYTES_PER_ENTRY:
        raise _too_many()


def _too_many() -> ParseError:
    return ParseError(
        "too-many-entries",
        _("The archive holds more than {limit:,} files. Nothing was stored. Send it in parts.").format(
            limit=MAX_ARCHIVE_ENTRIES
        ),
    )


def _is_junk(path: str) -> bool:
    return any(part in _JUNK or part.startswith("._") for part in PurePosixPath(path).parts)


def _is_unsafe(path: str) -> bool:
    parts = PurePosixPath(path.replace("\\", "/")).parts
    return ".." in parts or path.startswith(("/", "\\")) or path[1:2] == ":"
