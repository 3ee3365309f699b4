"""A run whose worker, Redis and Postgres are killed with -9 in the middle: it finishes, every entry exactly once.

On servers of its own, so that nothing else notices; `IMPORT_FAULT_ARTICLES` sets the size.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.private_servers import Servers, private_servers

COUNT = int(os.environ.get("IMPORT_FAULT_ARTICLES", "6000"))
LEASE_SECONDS = 4
PATIENCE = float(os.environ.get("IMPORT_FAULT_SECONDS", "240"))
START = """
import sys, django
django.setup()
from django.utils import timezone
from accounts.models import User
from articles.services.runs import IncomingFile, start_import
files = [IncomingFile(path.rsplit("/", 1)[1], open(path, "rb").read()) for path in sys.argv[1:]]
print(start_import(person=User.objects.get(), files=files, now=timezone.now()).pk)
"""
SWEEP = "import django; django.setup(); from articles.tasks import sweep_imports; sweep_imports.delay()"

pytestmark = pytest.mark.fault


@pytest.fixture
def servers() -> Iterator[Servers]:
    with private_servers(IMPORT_LEASE_SECONDS=str(LEASE_SECONDS)) as running:
        running.add_person("a@b.example", "admin")
        yield running


def _article(n: int) -> dict[str, str]:
    text = f"Report {n} says {n * 3}. " * 40
    return {"url": f"https://example.org/{n}", "title": f"Title {n}", "text": text, "source": f"S{n % 7}"}


def write_articles(folder: Path) -> list[str]:
    """Two files of lines: each article once, told apart by its address."""
    paths = []
    for part in range(2):
        path = folder / f"part{part}.jsonl"
        path.write_text("\n".join(json.dumps(_article(n)) for n in range(part, COUNT, 2)))
        paths.append(str(path))
    return paths


def test_everything_is_killed_once_and_every_article_is_there_once(servers: Servers, tmp_path: Path) -> None:
    run = servers.python("-c", START, *write_articles(tmp_path)).strip()
    servers.start_worker()
    servers.python("-c", SWEEP)
    _until(servers, lambda done: done > 0)

    servers.kill_worker()
    seen = _done(servers)
    assert 0 < seen < COUNT, "the worker was too quick to be killed in the middle; raise IMPORT_FAULT_ARTICLES"
    servers.start_worker()
    _until(servers, lambda done: done > seen)
    servers.kill_redis()
    seen = _done(servers)
    _until(servers, lambda done: done > seen or done == COUNT)
    servers.kill_postgres()
    _until(servers, lambda done: done == COUNT)

    deadline = time.monotonic() + PATIENCE
    while servers.ask(f"SELECT state FROM articles_importrun WHERE id = '{run}'") != ("finished",):
        assert time.monotonic() < deadline
        _sweep(servers)
    assert servers.ask("SELECT count(*), count(DISTINCT url) FROM articles_article") == (COUNT, COUNT)
    assert servers.ask("SELECT count(*), count(DISTINCT article_id) FROM articles_articlerevision") == (COUNT, COUNT)
    assert servers.ask(
        "SELECT count(*), count(DISTINCT article_id), count(*) FILTER (WHERE state <> 'created'), count(lease_token)"
        " FROM articles_importitem"
    ) == (COUNT, COUNT, 0, 0)
    assert servers.ask("SELECT total, done, created, failed FROM articles_importrun") == (COUNT, COUNT, COUNT, 0)
    assert servers.ask("SELECT count(DISTINCT article_id) FROM articles_searchpassage") == (COUNT,)


def _until(servers: Servers, is_there: Callable[[int], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    next_sweep = time.monotonic() + LEASE_SECONDS
    while not is_there(_done(servers)):
        assert time.monotonic() < deadline, (servers.folder / "worker.log").read_text()[-3000:]
        time.sleep(0.1)
        if time.monotonic() > next_sweep:  # what beat does
            _sweep(servers)
            next_sweep = time.monotonic() + LEASE_SECONDS


def _sweep(servers: Servers) -> None:
    """Do as beat and a supervisor do: Celery 5.7 ends when Redis goes while a task runs (kombu's Redis
    transport asks a closed channel for its host), so whoever runs a worker starts it again."""
    if servers.worker and servers.worker.poll() is not None:
        servers.start_worker()
    servers.python("-c", SWEEP, check=False)  # a broker that is not back yet is asked again


def _done(servers: Servers) -> int:
    try:
        return int(servers.ask("SELECT coalesce(sum(done), 0) FROM articles_importrun")[0])
    except psycopg.OperationalError:
        return 0
