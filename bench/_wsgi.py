"""The desk's WSGI application with the bare views beside it. For benchmarks alone."""

from django.conf import settings

from factcheck.wsgi import application

settings.ROOT_URLCONF = "bench._bare"

__all__ = ["application"]
