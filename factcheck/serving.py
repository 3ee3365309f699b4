"""gunicorn's configuration: `gunicorn factcheck.wsgi --config python:factcheck.serving`.

Pages are served by threads that share a pool of database connections (DATABASE_POOL=1), one connection per thread at
most. With two processes of eight threads, four worker processes and beat the desk stays under 30 of Postgres's 100.
"""

import gc
import os
from typing import Any

from core.log import logging_config

worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "1"))
threads = int(os.environ.get("WEB_THREADS", os.environ.get("DATABASE_POOL_SIZE", "8")))
graceful_timeout = 20
# Longer than the proxy keeps an idle connection (60 s in docker/proxy): else it writes into one that was just closed here.
keepalive = 75
# Lines about requests come from our middleware, with the request's id; gunicorn adds those about its own life.
logconfig_dict = logging_config(os.environ.get("LOG_LEVEL", "INFO"))


def post_worker_init(_worker: Any) -> None:
    """Freeze objects loaded at start, so that the garbage collector skips them."""
    # Collect first: frozen garbage would never be freed.
    gc.collect()
    gc.freeze()
