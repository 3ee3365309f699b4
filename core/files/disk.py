"""Write to disks that may be full: nothing half-written stays, and the refusal says what is the matter."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.errors import DomainError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class DiskFull(DomainError):
    status = 507
    code = "disk-full"
    title = gettext_noop("The desk's disk is full")

    def __init__(self) -> None:
        super().__init__(
            _(
                "There is no room left on the desk's disk. Nothing was stored. Tell the people who run this desk, then try again."
            )
        )


@contextmanager
def full_disk_refused() -> Iterator[None]:
    """Turn "no space left" into DiskFull; other errors pass."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull from error
        raise


def store_whole(name: str, file: "File[bytes]") -> str:
    """Store a file under the name or one like it, returned. What could not be written to its end is deleted. Raises DiskFull."""
    # Chosen here and not by save(), so that exactly this file is deleted if it fails.
    name = default_storage.get_available_name(name)
    try:
        with full_disk_refused():
            return default_storage.save(name, file)
    # A worker that is stopped in the middle (SystemExit) must not leave half a file either.
    except BaseException:
        default_storage.delete(name)
        raise
