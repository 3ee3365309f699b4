"""The log: one JSON line per request, with its id, without what must not be written down."""

import io
import json
import logging

import pytest
from django.conf import settings

from core.http import RequestIdLogFilter
from core.log import requests


@pytest.fixture
def lines():
    """Return what the configured formatter writes for our request log."""
    from logging.config import DictConfigurator

    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(DictConfigurator(settings.LOGGING).configure_formatter(settings.LOGGING["formatters"]["json"]))
    handler.addFilter(RequestIdLogFilter())
    requests.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    requests.removeHandler(handler)


@pytest.mark.django_db
def test_a_request_is_one_line_with_its_id_and_without_its_query(client, lines, caplog):
    caplog.set_level(logging.INFO, "factcheck.request")
    client.get("/nothing-here?secret=abc", headers={"X-Request-ID": "given-by-the-proxy"})
    (line,) = lines()
    assert (line["method"], line["path"], line["status"]) == ("GET", "/nothing-here", 404)
    assert line["request_id"] == "given-by-the-proxy"
    assert line["ms"] >= 0
    assert "secret" not in json.dumps(line)


def test_probes_that_succeed_are_not_logged(client, lines, caplog):
    caplog.set_level(logging.INFO, "factcheck.request")
    client.get("/healthz")
    assert lines() == []


def test_no_logger_writes_a_line_twice():
    doubled = [name for name in ("django", "django.request", "celery") if logging.getLogger(name).handlers]
    assert doubled == []
