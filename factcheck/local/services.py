"""Postgres and Valkey together, as one `with` block."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from factcheck.local.paths import data_dir
from factcheck.local.postgres import APP, OWNER, LocalPostgres
from factcheck.local.redis_server import LocalRedis
from factcheck.local.secrets import load_secrets


@contextmanager
def local_services(
    folder: Path | None = None, *, durable: bool = True, started: list[LocalPostgres | LocalRedis] | None = None
) -> Iterator[dict[str, str]]:
    """Yield the environment that names the desk's servers, starting those that the environment does not name yet.

    `DATABASE_URL` (app role), `MIGRATE_DATABASE_URL` (owner), `REDIS_URL`, `SECRET_KEY`, `FACTCHECK_DATA_DIR`.
    `started` receives the servers that run for us, for somebody who keeps them running.
    Whoever holds the folder's lock stops the servers at the end; a second user of the folder shares them meanwhile.
    """
    folder, servers = folder or data_dir(), [] if started is None else started
    secrets = load_secrets(folder)
    env = {"FACTCHECK_DATA_DIR": str(folder), "SECRET_KEY": os.environ.get("SECRET_KEY") or secrets["secret_key"]}
    with ExitStack() as stack:
        is_owner = stack.enter_context(folder_lock(folder))
        if "DATABASE_URL" in os.environ:
            env |= {name: os.environ[name] for name in ("DATABASE_URL", "MIGRATE_DATABASE_URL") if name in os.environ}
        else:
            postgres = LocalPostgres(folder, secrets, durable=durable)
            env |= _start_postgres(stack, postgres, is_owner=is_owner)
            servers.append(postgres)
        if "REDIS_URL" in os.environ:
            env["REDIS_URL"] = os.environ["REDIS_URL"]
        else:
            local = LocalRedis(folder, secrets, durable=durable)
            env["REDIS_URL"] = _start_redis(stack, local, is_owner=is_owner)
            servers.append(local)
        yield env


def _start_postgres(stack: ExitStack, server: LocalPostgres, *, is_owner: bool) -> dict[str, str]:
    if is_owner:
        stack.callback(server.stop)
    server.start()
    return {"DATABASE_URL": server.url(APP), "MIGRATE_DATABASE_URL": server.url(OWNER)}


def _start_redis(stack: ExitStack, server: LocalRedis, *, is_owner: bool) -> str:
    if is_owner:
        stack.callback(server.stop)
    server.start()
    return server.url


@contextmanager
def folder_lock(folder: Path, name: str = "services.lock") -> Iterator[bool]:
    """True for the first process that asks, until it ends in whatever way; false for the others, at once."""
    with (folder / name).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
