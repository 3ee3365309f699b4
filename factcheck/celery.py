"""The Celery app. Tasks are found in each app's `tasks.py`; the schedule stands in settings (CELERY_BEAT_SCHEDULE)."""

import os
from typing import Any

from celery import Celery
from celery.signals import heartbeat_sent, setup_logging, worker_init, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")

app = Celery("factcheck")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_signal: Any) -> None:
    """Celery would put its own handlers on the root logger; connecting this signal is how it is told not to."""


@worker_init.connect
def refuse_excess_rights(**_signal: Any) -> None:
    """A signal's exception is only logged by Celery, hence SystemExit."""
    from django.core.exceptions import ImproperlyConfigured

    from factcheck import checks

    try:
        checks.refuse_excess_rights()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from error


@worker_ready.connect
@heartbeat_sent.connect
def show_that_a_worker_lives(**_signal: Any) -> None:
    from core.heartbeat import beat

    beat()
