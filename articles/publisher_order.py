"""Order the versions of an article as their publisher does, whatever order they arrive in."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

MAX_VERSION = 40  # code points


@dataclass(frozen=True, slots=True)
class PublisherVersion:
    """`number` as given ("2"), `at` the time at which the publisher made this version. Empty, None: not told."""

    number: str = ""
    at: datetime | None = None

    def is_before(self, other: "PublisherVersion") -> bool:
        """Return whether the publisher made this version before the other; False where it does not tell."""
        own, its = _as_number(self.number), _as_number(other.number)
        # Numbers before times: an agency may send an old version again with a new time.
        if own is not None and its is not None and own != its:
            return own < its
        return self.at is not None and other.at is not None and self.at < other.at

    def __str__(self) -> str:
        parts = [_("version {number}").format(number=self.number)] if self.number else []
        parts += [_("of {at:%-d %B %Y, %H:%M} UTC").format(at=self.at)] if self.at else []
        return " ".join(parts) or _("no version")


def _as_number(version: str) -> int | None:
    return int(version) if version.isascii() and version.isdigit() else None
