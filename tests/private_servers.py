"""Postgres, Redis and a worker of a test's own, to be killed and started again without anybody else noticing."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from factcheck.local.postgres import APP, OWNER, LocalPostgres
from factcheck.local.processes import free_port
from factcheck.local.redis_server import LocalRedis
from factcheck.local.secrets import load_secrets
from tests import databases


class Servers:
    """Postgres, Redis and a worker that can be killed and started again."""

    def __init__(self, folder: Path, **extra: str) -> None:
        secrets = load_secrets(folder)
        self.postgres = LocalPostgres(folder, secrets)
        self.redis = LocalRedis(folder, secrets)
        self.postgres.start()
        self.redis.start()
        self.folder = folder
        self.worker: subprocess.Popen[bytes] | None = None
        self.web: subprocess.Popen[bytes] | None = None
        self.web_port = free_port()
        self.env = {
            **os.environ,
            "DATABASE_URL": self.postgres.url(APP),
            "MIGRATE_DATABASE_URL": self.postgres.url(OWNER),
            "REDIS_URL": self.redis.url,
            "SECRET_KEY": secrets["secret_key"],
            "MEDIA_ROOT": str(folder / "media"),
            "DJANGO_SETTINGS_MODULE": "factcheck.settings",
            **extra,
        }

    def add_person(self, email: str, role: str) -> None:
        self.python(
            "manage.py",
            "create_desk_user",
            email,
            "--name",
            role,
            "--role",
            role,
            "--password",
            "a long enough password",
        )

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

    def start_web(self) -> None:
        """gunicorn as in production: the server that pages, feed and API come from."""
        command = [sys.executable, "-m", "gunicorn", "factcheck.wsgi", "--config", "python:factcheck.serving"]
        env = self.env | {"DATABASE_POOL": "1", "SITE_URL": f"http://localhost:{self.web_port}", "WEB_WORKERS": "1"}
        with (self.folder / "web.log").open("ab") as log:
            self.web = subprocess.Popen(
                [*command, "--bind", f"127.0.0.1:{self.web_port}"],
                env=env, cwd=settings.BASE_DIR, start_new_session=True, stdout=log, stderr=log,
            )  # fmt: skip

    def wait_for_web(self) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.web_port), timeout=5).close()
            except OSError:
                assert time.monotonic() < deadline, (self.folder / "web.log").read_text()[-2000:]
                time.sleep(0.1)
            else:
                return

    def kill_web(self) -> None:
        assert self.web
        os.killpg(self.web.pid, signal.SIGKILL)
        self.web.wait(10)

    def kill_redis(self) -> None:
        os.kill(self.redis.pid, signal.SIGKILL)
        time.sleep(1)
        self.redis.start()

    def kill_postgres(self) -> None:
        os.kill(self.postgres.pid, signal.SIGKILL)
        time.sleep(1)
        self.postgres.start()

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.postgres.url(OWNER), autocommit=True)

    def ask(self, query: str) -> tuple[Any, ...]:
        with self.connect() as connection:
            row = connection.execute(query).fetchone()
        assert row
        return row

    def run(self, statement: str) -> None:
        with self.connect() as connection:
            connection.execute(statement)

    def stop(self) -> None:
        for process in (self.worker, self.web):
            if process and process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)
        self.redis.stop()
        self.postgres.stop()


@contextmanager
def private_servers(*, base: Path | None = None, **extra: str) -> Iterator[Servers]:
    """With a migrated database and nobody in it; `extra` goes into the environment of what runs there."""
    base = base or Path(os.environ["FACTCHECK_DATA_DIR"])
    folder = Path(tempfile.mkdtemp(prefix="faults-", dir=base))
    folder.chmod(0o755)
    copy_prepared(folder)
    running = Servers(folder, **extra)
    try:
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


def copy_prepared(folder: Path) -> None:
    """Fill a data folder with a migrated database."""
    # Not by shutil: the files belong to the account of the server.
    subprocess.run(["cp", "-a", *map(str, _prepared().iterdir()), str(folder)], check=True)


def _prepared() -> Path:
    """Return a data folder with a migrated database, made once: initdb and the migrations take five seconds of a core."""
    home = Path(os.environ["FACTCHECK_DATA_DIR"])
    folder, digest, wanted = home / "prepared", home / "prepared.digest", databases.fingerprint()
    with (home / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not digest.exists() or digest.read_text() != wanted:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            folder.chmod(0o755)
            running = Servers(folder)
            try:
                running.python("manage.py", "migrate", "--database", "owner", "--verbosity", "0")
            finally:
                running.stop()
            digest.write_text(wanted)
    return folder
