"""A run whose worker, Redis and Postgres are killed with -9 in the middle: it finishes, every entry exactly once.

On servers of its own, so that nothing else notices; `IMPORT_FAULT_ARTICLES` sets the size.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from factcheck.local.account import is_root
from factcheck.local.paths import SYSTEM_FOLDER
from factcheck.local.postgres import APP, OWNER, LocalPostgres
from factcheck.local.redis_server import LocalRedis
from factcheck.local.secrets import load_secrets

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


class Servers:
    """Postgres, Redis and a worker that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        secrets = load_secrets(folder)
        self.postgres = LocalPostgres(folder, secrets)
        self.redis = LocalRedis(folder, secrets)
        self.postgres.start()
        self.redis.start()
        self.folder = folder
        self.worker: subprocess.Popen[bytes] | None = None
        self.env = {
            **os.environ,
            "DATABASE_URL": self.postgres.url(APP),
            "MIGRATE_DATABASE_URL": self.postgres.url(OWNER),
            "REDIS_URL": self.redis.url,
            "SECRET_KEY": secrets["secret_key"],
            "MEDIA_ROOT": str(folder / "media"),
            "IMPORT_LEASE_SECONDS": str(LEASE_SECONDS),
            "DJANGO_SETTINGS_MODULE": "factcheck.settings",
        }

    def python(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            env=self.env,
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert not check or done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def start_worker(self) -> None:
        with (self.folder / "worker.log").open("ab") as log:
            self.worker = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "factcheck", "worker", "-c", "2", "--loglevel", "WARNING"],
                env=self.env, cwd=settings.BASE_DIR, start_new_session=True, stdout=log, stderr=log,
            )  # fmt: skip

    def kill_worker(self) -> None:
        assert self.worker
        os.killpg(self.worker.pid, signal.SIGKILL)
        self.worker.wait(10)

    def kill_redis(self) -> None:
        os.kill(self.redis.pid, signal.SIGKILL)
        time.sleep(1)
        self.redis.start()

    def kill_postgres(self) -> None:
        os.kill(self.postgres.pid, signal.SIGKILL)
        time.sleep(1)
        self.postgres.start()

    def ask(self, query: str) -> tuple[Any, ...]:
        with psycopg.connect(self.postgres.url(OWNER), autocommit=True) as connection:
            row = connection.execute(query).fetchone()
        assert row
        return row

    def stop(self) -> None:
        if self.worker and self.worker.poll() is None:
            os.killpg(self.worker.pid, signal.SIGKILL)
            self.worker.wait(10)
        self.redis.stop()
        self.postgres.stop()


@pytest.fixture
def servers() -> Iterator[Servers]:
    base = SYSTEM_FOLDER if is_root() else None
    folder = Path(tempfile.mkdtemp(prefix="faults-", dir=base))
    folder.chmod(0o755)
    running = Servers(folder)
    try:
        running.python("manage.py", "migrate", "--database", "owner", "--verbosity", "0")
        password = "a long enough password"
        running.python(
            "manage.py", "create_desk_user", "a@b.example", "--name", "A", "--role", "admin", "--password", password
        )
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


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
    """What beat does, and what supervises the worker: Celery 5.7 ends when Redis goes while a task runs (kombu's Redis
    transport asks a closed channel for its host), so whoever runs a worker starts it again."""
    if servers.worker and servers.worker.poll() is not None:
        servers.start_worker()
    servers.python("-c", SWEEP, check=False)  # a broker that is not back yet is asked again


def _done(servers: Servers) -> int:
    try:
        return int(servers.ask("SELECT coalesce(sum(done), 0) FROM articles_importrun")[0])
    except psycopg.OperationalError:
        return 0
