"""Progress of a run: bar, rate, time left."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from articles.models import ImportRun
from articles.services.leases import unfinished

# Nothing done for this long: the screen checks whether any worker is alive.
IDLE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of a run. `total` is 0 while unknown: entries are counted as they are read."""

    is_open: bool
    is_idle: bool
    done: int
    total: int
    per_second: float
    seconds_left: int | None

    @property
    def rate(self) -> str:
        if not self.per_second:
            return ""
        return f"{self.per_second:,.0f} a second" if self.per_second >= 2 else f"{self.per_second * 60:,.0f} a minute"

    @property
    def time_left(self) -> str:
        if self.seconds_left is None:
            return ""
        if self.seconds_left < 60:
            return _("about {seconds} s left").format(seconds=max(self.seconds_left, 1))
        return _("about {minutes} min left").format(minutes=round(self.seconds_left / 60))


def progress_of(run: ImportRun, now: datetime) -> Progress:
    is_open = run.state in (ImportRun.State.QUEUED, ImportRun.State.RUNNING)
    total = _total(run) if is_open else run.total
    elapsed = ((run.finished_at or now) - (run.started_at or now)).total_seconds()
    per_second = run.done / elapsed if elapsed > 0.5 else 0.0
    left = round((total - run.done) / per_second) if is_open and per_second and total > run.done else None
    return Progress(
        is_open=is_open,
        is_idle=is_open and run.done == 0 and now - run.created_at > IDLE,
        done=run.done,
        total=max(total, run.done),
        per_second=per_second,
        seconds_left=left,
    )


def _total(run: ImportRun) -> int:
    """Count the items, plus the expected rest of files being read. A retried item stands for one entry of its file."""
    whole = unfinished(run).filter(locator__has_key="expected").exclude(locator__has_key="entry")
    counted = whole.values_list("locator", flat=True)
    return run.total + sum(
        max(int(locator["expected"]) - max(int(locator.get("next", 1)), 1), 0) for locator in counted
    )
