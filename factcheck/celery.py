"""The Celery app. Tasks stand in each app's `tasks.py`, queues in `factcheck/queues.py`, the schedule in settings."""

import os
from typing import Any

from celery import Celery
from celery.signals import heartbeat_sent, setup_logging, task_prerun, worker_init, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")
# Workers and beat would import all URLs for Django's checks, for nobody to read what they find. Our own checks run all the same.
os.environ["CELERY_SKIP_CHECKS"] = "1"

app = Celery("factcheck")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def _keep_own_logging(**_signal: Any) -> None:
    """Keep Celery from adding its handlers to the root logger; connecting this signal is how."""


@worker_init.connect
def refuse_unsafe_database(**_signal: Any) -> None:
    """Stop the worker if guards are off or its role could get around them.

    Raises SystemExit: Celery only logs any other exception of a signal.
    """
    from django.core.exceptions import ImproperlyConfigured

    from factcheck import checks

    try:
        checks.refuse_unsafe_database()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from error


@worker_ready.connect
@heartbeat_sent.connect
def _write_heartbeat(**_signal: Any) -> None:
    """Write a heartbeat for each queue of this worker."""
    from core.heartbeat import beat

    beat(app.amqp.queues.consume_from)


@task_prerun.connect
def _count_started_task(task: Any, args: tuple[Any, ...], **_signal: Any) -> None:
    """Make room in the queue for the next message of the same row (core/queueing.py)."""
    from core.queueing import note_start

    note_start(task, str(args[0]) if args else "")
