"""Due dates in words, as traffic lights, and as filter windows."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop, ngettext

SOON: Final = timedelta(days=1)


class _Window(NamedTuple):
    """A filter choice: due after `since` and not after `until`, counted from now.

    None means no bound.
    """

    label: str
    since: timedelta | None
    until: timedelta | None


WINDOWS: Final = {
    "overdue": _Window(gettext_noop("Overdue"), None, timedelta()),
    "day": _Window(gettext_noop("Due within a day"), timedelta(), SOON),
    "week": _Window(gettext_noop("Due within a week"), timedelta(), timedelta(days=7)),
}
NO_DATE: Final = "none"
CHOICES: Final = [*((key, window.label) for key, window in WINDOWS.items()), (NO_DATE, gettext_noop("No due date"))]


def light_of(due_at: datetime, now: datetime) -> str:
    """Return red when overdue, amber within a day, else green."""
    return "red" if due_at <= now else "amber" if due_at - now < SOON else "green"


def words_of(due_at: datetime, now: datetime) -> str:
    """Return a due date in words. Both times must be in the reader's zone."""
    days = (due_at.date() - now.date()).days
    if due_at <= now and days == 0:
        return gettext("Overdue since today")
    if due_at <= now:
        return ngettext("Overdue by {days} day", "Overdue by {days} days", -days).format(days=-days)
    if days < 2:
        return gettext("Due tomorrow") if days else gettext("Due today")
    if days < 7:
        return ngettext("Due in {days} day", "Due in {days} days", days).format(days=days)
    return gettext("Due {date}").format(date=date_format(due_at, "j F" if due_at.year == now.year else "j F Y"))
