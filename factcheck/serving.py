"""gunicorn's configuration: `gunicorn factcheck.wsgi --config python:factcheck.serving`.

Pages are served by threads that share a pool of database connections (DATABASE_POOL=1), one connection per thread at
most. With two processes of eight threads, four workers and beat the desk stays under 33 of Postgres's 100.
"""

import gc
import os
from typing import Any

from core.log import logging_config
from core.memory import keep_objects_shared, keep_small

worker_class = "gthread"
keep_small()
# The master loads the application and the processes are forks of it: what they only read is there once.
preload_app = True
workers = int(os.environ.get("WEB_WORKERS", "1"))
threads = int(os.environ.get("WEB_THREADS", os.environ.get("DATABASE_POOL_SIZE", "8")))
graceful_timeout = 20
# Longer than the proxy keeps an idle connection (60 s in docker/proxy): else it writes into one that was just closed here.
keepalive = 75
# Lines about requests come from our middleware, with the request's id; gunicorn adds those about its own life.
logconfig_dict = logging_config(os.environ.get("LOG_LEVEL", "INFO"))


def when_ready(_server: Any) -> None:
    """Load what the first request would, once for all processes, and freeze it: a collection would copy every shared page.

    Side effect: closes the master's database connections, which must not live on in its forks.
    """
    from django.db import connections
    from django.urls import get_resolver

    from articles.search.embedding import prepare_fork

    _ = get_resolver().url_patterns
    prepare_fork()
    _close(connections.all(initialized_only=True))
    # Collect first: frozen garbage would never be freed.
    gc.collect()
    keep_objects_shared()
    gc.freeze()
    # A page of thousands of rows makes hundreds of thousands of objects, none of them garbage before it is sent: looking through
    # them at each 700 was half of the reader's time with 10,000 marks (1.2 s of CPU, then 0.6; 2026-12-01).
    gc.set_threshold(20_000, 20, 20)


def _close(connections: Any) -> None:
    for connection in connections:
        connection.close()
        connection.close_pool()
