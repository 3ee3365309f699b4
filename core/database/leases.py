"""The conditions, for queries, of a lease that has ended or is held. Pure."""

from datetime import datetime, timedelta

from django.db.models import Q

# A lease that ends later than clocks can differ was written by a wrong clock: waiting for its end could take years.
_CLOCKS_DIFFER = timedelta(minutes=5)


def ended(now: datetime, length: timedelta) -> Q:
    """Return the condition of a lease that is over.

    One that ends later than any could was given by a clock that ran ahead: when that clock is put right, the row would wait
    for as long as it was wrong.
    """
    return Q(lease_until__lt=now) | Q(lease_until__gt=now + length + _CLOCKS_DIFFER)


def held(now: datetime, length: timedelta) -> Q:
    """Return the opposite of `ended`, of a row that has a lease."""
    return Q(lease_until__gte=now, lease_until__lte=now + length + _CLOCKS_DIFFER)
