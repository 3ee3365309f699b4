"""Due dates in words, as traffic lights, and as filter windows. Pure."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

SOON: Final = timedelta(days=1)


class _Window(NamedTuple):
    """A filter choice: due after `since` and not after `until`, counted from now.

    None means no bound.
    """

    label: str
    since: timedelta | None
    until: timedelta | None


WINDOWS: Final = {
    "overdue": _Window("Overdue", None, timedelta()),
    "day": _Window("Due within a day", timedelta(), SOON),
    "week": _Window("Due within a week", timedelta(), timedelta(days=7)),
}
NO_DATE: Final = "none"
CHOICES: Final = [*((key, window.label) for key, window in WINDOWS.items()), (NO_DATE, "No due date")]


def light_of(due_at: datetime, now: datetime) -> str:
    """Return red when overdue, amber within a day, else green."""
    return "red" if due_at <= now else "amber" if due_at - now < SOON else "green"


def words_of(due_at: datetime, now: datetime) -> str:
    """Return a due date in words. Both times must be in the reader's zone."""
    days = (due_at.date() - now.date()).days
    if due_at <= now:
        return f"Overdue by {-days} day{'' if days == -1 else 's'}" if days < 0 else "Overdue since today"
    if days < 2:
        return "Due tomorrow" if days else "Due today"
    return (
        f"Due in {days} days"
        if days < 7
        else f"Due {due_at.day} {due_at:%b}" + ("" if due_at.year == now.year else f" {due_at.year}")
    )
