"""The queues of background work: which task waits in which, and which worker takes from which. Imports no Django.

One queue for everything stood still under ordinary load: a receiver that never answered held every process for 15 s a
message, imports waited five minutes and an embargo would have ended ten minutes late. So work that waits for somebody
else's network, work that takes minutes and work that readers wait for are taken by different processes. Exports alone
share that of publishing: one at a time, in a thread that it does not need.
"""

import contextlib
import gc
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final, Literal, NoReturn

from core.memory import keep_objects_shared, keep_small

if TYPE_CHECKING:
    from celery import Celery

ROUTES: Final = {
    # publishing: short, and somebody waits for it. Nothing here may ask the network or run for minutes.
    "publishing.publish_scheduled": "publishing",
    "publishing.drain_outbox": "publishing",
    "publishing.announce_changed_articles": "publishing",
    "publishing.find_expired": "publishing",
    "publishing.sweep_exports": "publishing",
    "publishing.wake_enrichment": "publishing",
    "articles.sweep_imports": "publishing",
    "accounts.anchor_audit": "publishing",
    # imports: articles in, and the marks on their new revisions.
    "articles.process_import": "imports",
    "articles.poll_feeds": "imports",
    "articles.revisit_pages": "imports",
    "annotations.place_revision": "imports",
    "annotations.place_all_pending": "imports",
    "publishing.run_export": "exports",
    "publishing.deliver": "webhooks",
    "publishing.tell_of_endpoint": "mail",
    "annotations.send_notifications": "mail",
    # enrichment: nobody waits for it.
    "articles.enrich": "enrichment",
    "articles.index_for_finder": "enrichment",
    "publishing.index_checks": "enrichment",
    "publishing.find_repeats": "enrichment",
    "publishing.check_links": "enrichment",
    "publishing.check_link": "enrichment",
    "publishing.clean_up": "enrichment",
}
# A worker that dies as soon as it starts must not keep a core busy.
RESTART_SECONDS: Final = 1.0
# What Celery imports when a worker starts, so that workers share it: 24 of a fork's 44 MB, its check of the models included
# (2026-11-30).
_LOADED_BY_WORKERS: Final = (
    "billiard.pool",
    "celery.app.amqp",
    "celery.app.control",
    "celery.app.events",
    "celery.app.log",
    "celery.app.routes",
    "celery.apps.worker",
    "celery.backends.base",
    "celery.concurrency.prefork",
    "celery.concurrency.thread",
    "celery.contrib.django.task",
    "celery.events.receiver",
    "celery.worker.autoscale",
    "celery.worker.components",
    "celery.worker.consumer",
    "celery.worker.consumer.delayed_delivery",
    "celery.worker.control",
    "celery.worker.loops",
    "celery.worker.strategy",
    "kombu.pidbox",
    "kombu.transport.redis",
    "psycopg_pool",
)
QUEUES: Final = tuple(dict.fromkeys(ROUTES.values()))


@dataclass(frozen=True, slots=True)
class _Worker:
    """A worker takes from its queues in turn. Threads wait for networks in one process; `prefork` has a process each.

    `niceness` is added to the process's: others get the processor first.
    """

    queues: tuple[str, ...]
    pool: Literal["prefork", "threads"]
    concurrency: int
    niceness: int = 0


WORKERS: Final = {
    # An export takes minutes, but of one thread alone (`run_export_task`). A process of its own cost 40 MB (2026-12-01).
    "publishing": _Worker(("publishing", "exports"), "threads", 3),
    "imports": _Worker(("imports",), "prefork", 2),
    # Apart, so that an import has both of its processes at once; and one, so that the sentence encoder is loaded once.
    "enrichment": _Worker(("enrichment",), "threads", 1, niceness=10),
    # Each task here ends within 15 s, the sender's time limit: mail waits at most so long for a free thread.
    "webhooks": _Worker(("webhooks", "mail"), "threads", 8),
}


def _load() -> "Celery":
    """Import what workers need, and no more: without pages, API and Celery's command line, 27 of 106 MB (2026-12-01)."""
    from factcheck.celery import app

    app.loader.import_default_modules()
    for module in _LOADED_BY_WORKERS:
        import_module(module)
    app.finalize()  # makes the tasks
    return app


def _run(app: "Celery", name: str, concurrency: int | None = None) -> int:
    """Become a worker of WORKERS until it gets SIGTERM. Returns its exit code."""
    from celery.utils.nodenames import gethostname, nodename

    own = WORKERS[name]
    os.nice(own.niceness)
    worker = app.Worker(
        hostname=nodename(name, gethostname()),
        queues=own.queues,
        pool=own.pool,
        concurrency=concurrency or own.concurrency,
        without_gossip=True,
        without_mingle=True,
    )
    worker.start()
    return int(worker.exitcode or 0)


def _run_together(app: "Celery", names: Sequence[str]) -> NoReturn:
    """Run several workers as forks of this process until it gets SIGTERM; a fork that ends is started again.

    They share the imported code: all workers for little more than the memory and the start-up time of one.
    """
    gc.collect()
    keep_objects_shared()
    gc.freeze()  # a collection in a fork would touch, and so copy, every shared page
    running = {_fork_worker(app, name): name for name in names}
    signal.signal(signal.SIGTERM, lambda *_: _stop_workers(running))
    while True:
        pid, _status = os.wait()
        name = running.pop(pid)
        time.sleep(RESTART_SECONDS)
        running[_fork_worker(app, name)] = name


def _stop_workers(running: dict[int, str]) -> NoReturn:
    """Let the workers end what they hold, as Celery does on SIGTERM, then exit."""
    for pid in running:
        with contextlib.suppress(ProcessLookupError):  # it has just ended
            os.kill(pid, signal.SIGTERM)
    # Raised when no child is left.
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    raise SystemExit(0)


def _fork_worker(app: "Celery", name: str) -> int:
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        try:
            _run(app, name)
        finally:
            os._exit(1)
    return pid


def main(names: list[str]) -> None:
    """Become the worker, or the parent of several. WORKER_CONCURRENCY overrides the table for one."""
    keep_small()
    app = _load()
    if len(names) > 1:
        _run_together(app, names)
    [name] = names
    raise SystemExit(_run(app, name, int(os.environ.get("WORKER_CONCURRENCY") or 0) or None))


if __name__ == "__main__":
    main(sys.argv[1:])
