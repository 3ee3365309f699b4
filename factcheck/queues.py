"""The queues of background work: which task waits in which, and which worker takes from which. Imports no Django.

One queue for everything stood still under ordinary load: a receiver that never answered held every process for 15 s a
message, imports waited five minutes and an embargo would have ended ten minutes late. So work that waits for somebody
else's network, work that takes minutes and work that readers wait for are taken by different processes.
"""

import os
import sys
from dataclasses import dataclass
from typing import Final, Literal

ROUTES: Final = {
    # publishing: short, and somebody waits for it. Nothing here may ask the network or run for minutes.
    "publishing.publish_scheduled": "publishing",
    "publishing.drain_outbox": "publishing",
    "publishing.announce_changed_articles": "publishing",
    "publishing.find_expired": "publishing",
    "publishing.sweep_exports": "publishing",
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
    "publishing.check_links": "enrichment",
    "publishing.check_link": "enrichment",
    "publishing.clean_up": "enrichment",
}
QUEUES: Final = tuple(dict.fromkeys(ROUTES.values()))


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker takes from its queues in turn. Threads wait for networks in one process; `prefork` has a process each."""

    queues: tuple[str, ...]
    pool: Literal["prefork", "threads"]
    concurrency: int


WORKERS: Final = {
    "publishing": Worker(("publishing",), "threads", 2),
    "imports": Worker(("imports", "enrichment"), "prefork", 2),
    "exports": Worker(("exports",), "threads", 1),
    # Each task here ends within 15 s, the sender's time limit: mail waits at most so long for a free thread.
    "webhooks": Worker(("webhooks", "mail"), "threads", 8),
}


def worker_command(name: str, concurrency: int | None = None) -> list[str]:
    """Return the command that runs a worker of WORKERS."""
    worker = WORKERS[name]
    return [
        *(sys.executable, "-m", "celery", "-A", "factcheck", "worker", "--without-gossip", "--without-mingle"),
        *("--hostname", f"{name}@%h", "--queues", ",".join(worker.queues)),
        *("--pool", worker.pool, "--concurrency", str(concurrency or worker.concurrency)),
    ]


def main(name: str) -> None:
    """Become the worker; WORKER_CONCURRENCY overrides the table."""
    command = worker_command(name, int(os.environ.get("WORKER_CONCURRENCY") or 0) or None)
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1])
