"""Raw bytes as they came in, kept by content: the same bytes are stored once, whoever sends them how often.

The bytes lie in Django's default storage (a folder, or S3 by setting). They are written before the row that names them;
a crash between the two leaves bytes that nothing refers to and that the next import of the same thing takes up again.
"""

import hashlib
import io
import tempfile
from collections.abc import Iterable
from typing import IO, BinaryIO, cast

from django.core.files import File
from django.core.files.storage import default_storage

from articles.limits import MAX_BULK_BYTES
from articles.models import StoredFile
from core.errors import DomainError

CHUNK_BYTES = 256 * 1024
_IN_MEMORY_BYTES = 4 * 1024 * 1024


class FileTooLarge(DomainError):
    status = 413
    code = "too-large"
    title = "The file is too large"


class EmptyFile(DomainError):
    code = "empty-file"
    title = "The file is empty"


def store_bytes(data: bytes, *, content_type: str = "") -> StoredFile:
    return store_stream(io.BytesIO(data), content_type=content_type)


def store_stream(stream: IO[bytes], *, content_type: str = "", limit: int | None = None) -> StoredFile:
    """Keep what the stream gives. Raises EmptyFile, or FileTooLarge at the first byte over the limit."""
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as copy:
        digest = hashlib.sha256()
        size = 0
        for chunk in _chunks(stream, limit or MAX_BULK_BYTES):
            digest.update(chunk)
            size += len(chunk)
            copy.write(chunk)
        if not size:
            raise EmptyFile("It is empty. Nothing of it was stored. Send a file with text in it.")
        copy.seek(0)
        return _keep(cast("BinaryIO", copy), digest.hexdigest(), size, content_type)


def open_stored(stored: StoredFile) -> BinaryIO:
    """The bytes, seekable; the caller closes it."""
    return cast("BinaryIO", default_storage.open(stored.path, "rb"))


def _keep(data: BinaryIO, sha256: str, size: int, content_type: str) -> StoredFile:
    known = StoredFile.objects.filter(pk=sha256).first()
    if known and default_storage.exists(known.path):
        return known
    wanted = f"imports/{sha256[:2]}/{sha256[2:4]}/{sha256}"
    # A file without a row is what a crash left, perhaps half-written: it is replaced, never trusted.
    default_storage.delete(wanted)
    path = default_storage.save(wanted, File(data))
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
                f"It is larger than {limit // (1024 * 1024):,} MB. Nothing of it was stored."
                " Split it and import the parts."
            )
        yield chunk
