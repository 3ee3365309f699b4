"""Postgres and Valkey together, as one `with` block."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO

from factcheck.local.paths import DEMO_ADDRESS, data_dir
from factcheck.local.postgres import APP, OWNER, LocalPostgres
from factcheck.local.redis_server import LocalRedis
from factcheck.local.secrets import load_secrets


@contextmanager
def local_services(
    folder: Path | None = None, *, durable: bool = True, started: list[LocalPostgres | LocalRedis] | None = None
) -> Iterator[dict[str, str]]:
    """Yield the environment that names the desk's servers, starting those that the environment does not name yet.

    `DATABASE_URL` (app role), `MIGRATE_DATABASE_URL` (owner), `REDIS_URL`, `SECRET_KEY`, `FACTCHECK_DATA_DIR`, and
    `SITE_URL` where a demo of this folder has an address.
    `started` receives the servers that run for us, for somebody who keeps them running.
    Locks: every user of the folder shares `services.lock`; the last one to leave stops the servers.
    """
    folder, servers = folder or data_dir(), [] if started is None else started
    secrets = load_secrets(folder)
    env = {"FACTCHECK_DATA_DIR": str(folder), "SECRET_KEY": os.environ.get("SECRET_KEY") or secrets["secret_key"]}
    # The demo's port may be any: with another address `verify_audit` takes each published check for a forgery.
    if "SITE_URL" not in os.environ and (folder / DEMO_ADDRESS).exists():
        env["SITE_URL"] = (folder / DEMO_ADDRESS).read_text()
    with ExitStack() as stack:
        last_one_stops = stack.enter_context(_shared_use(folder))
        if "DATABASE_URL" in os.environ:
            env |= {name: os.environ[name] for name in ("DATABASE_URL", "MIGRATE_DATABASE_URL") if name in os.environ}
        else:
            postgres = LocalPostgres(folder, secrets, durable=durable)
            last_one_stops.callback(postgres.stop)
            env |= _start_postgres(postgres)
            servers.append(postgres)
        if "REDIS_URL" in os.environ:
            env["REDIS_URL"] = os.environ["REDIS_URL"]
        else:
            local = LocalRedis(folder, secrets, durable=durable)
            last_one_stops.callback(local.stop)
            env["REDIS_URL"] = _start_redis(local)
            servers.append(local)
        yield env


def _start_postgres(server: LocalPostgres) -> dict[str, str]:
    server.start()
    return {"DATABASE_URL": server.url(APP), "MIGRATE_DATABASE_URL": server.url(OWNER)}


def _start_redis(server: LocalRedis) -> str:
    server.start()
    return server.url


@contextmanager
def _shared_use(folder: Path) -> Iterator[ExitStack]:
    """Yield a stack that is unwound only by the last user of the folder.

    Locks: waits while an earlier last user stops the servers, so nobody adopts a server on its way out.
    """
    with (folder / "services.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        at_the_end = ExitStack()
        try:
            yield at_the_end
        finally:
            if _has_locked_alone(file):
                at_the_end.close()


def _has_locked_alone(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def folder_lock(folder: Path, name: str) -> Iterator[bool]:
    """Yield True to the first process that asks, until it ends in whatever way; False to the others, at once."""
    with (folder / name).open("w") as file:
        yield _has_locked_alone(file)
