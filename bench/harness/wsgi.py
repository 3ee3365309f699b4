"""The WSGI application of a benchmark: the desk with the bare views beside it, or with BENCH_BARE=1 these alone.

Bare views alone stand behind no middleware. For benchmarks only.
"""

import os

from django.conf import settings

from factcheck.wsgi import application

settings.ROOT_URLCONF = "bench.harness.bare"
if os.environ.get("BENCH_BARE"):
    from django.core.handlers.wsgi import WSGIHandler

    settings.MIDDLEWARE = []
    application = WSGIHandler()

__all__ = ["application"]
