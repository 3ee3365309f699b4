"""Test databases: one migrated template a run, cloned for each worker, cloned again after each transactional test.

Django would empty the tables with TRUNCATE; ours refuse it, to the app's role and by their triggers, and no guard is
removed for tests. Cloning the template as its owner takes 30 ms with the data in memory (see environment.py) and from 130 ms to
a second on a disk; dropping the old database and renaming a clone that is ready takes 20 ms (2026-12-01).
"""

import fcntl
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from factcheck.local.paths import CLONE
from tests.environment import database_prefix

APPS = ("core", "accounts", "articles", "annotations", "publishing")
# What no migration imports: a change there keeps the template.
NOT_SCHEMA = {
    "views",
    "urls",
    "forms",
    "tasks",
    "admin",
    "services",
    "api",
    "local",
    "management",
    "querysets",
    "tests",
}


def maintenance() -> psycopg.Connection:
    """The owner's connection to the server, beside every test database.

    Not by Django's settings: a test may have changed them while the next database is cloned.
    """
    return psycopg.connect(
        urlsplit(os.environ["MIGRATE_DATABASE_URL"])._replace(path="/postgres").geturl(), autocommit=True
    )


def connect(name: str) -> psycopg.Connection:
    owner = settings.DATABASES["owner"]
    return psycopg.connect(
        host=owner["HOST"],
        port=owner["PORT"],
        user=owner["USER"],
        password=owner["PASSWORD"],
        dbname=name,
        autocommit=True,
    )


def owner_connection() -> psycopg.Connection:
    """As the owner of the tables, in this worker's database."""
    return connect(settings.DATABASES["owner"]["NAME"])


def fingerprint() -> str:
    """Return a digest of the schema's sources and the versions of the packages that migrate."""
    digest = hashlib.sha256()
    for package in ("django", "django-allauth", "psycopg"):
        digest.update(version(package).encode())
    for app in APPS:
        for path in sorted(path for kind in ("*.py", "*.sql") for path in (CLONE / app).rglob(kind)):
            if NOT_SCHEMA.isdisjoint((*path.relative_to(CLONE).parts[1:], path.stem)):
                digest.update(str(path.relative_to(CLONE)).encode() + path.read_bytes())
    return digest.hexdigest()


def ensure_template(lock: Path, *, fresh: bool) -> str:
    """Make the template once, whoever of the workers comes first."""
    name = f"{database_prefix()}_template"
    wanted = fingerprint()
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if fresh or _comment(name) != wanted:
            _make_template(name, wanted)
    return name


def _comment(name: str) -> str | None:
    with maintenance() as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
    return row[0] if row else None


def _make_template(name: str, comment: str) -> None:
    with maintenance() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    owner = connections["owner"]
    own_name = owner.settings_dict["NAME"]
    owner.close()
    owner.settings_dict["NAME"] = name
    try:
        call_command("migrate", database="owner", verbosity=0, interactive=False)
    finally:
        owner.close()
        owner.settings_dict["NAME"] = own_name
    with maintenance() as connection:
        # Written last: a template whose migration failed is never taken for a whole one.
        statement = sql.SQL("COMMENT ON DATABASE {} IS {}")
        connection.execute(statement.format(sql.Identifier(name), sql.Literal(comment)))


def recreate(template: str) -> None:
    """Give this process a database as the migrations left it."""
    drop()
    clone(template, own_name())


class Clones:
    """This worker's database, and beside it the next one: it is cloned while a test runs, so that the next seldom waits."""

    def __init__(self, template: str) -> None:
        self._template = template
        self._spare_name = f"{own_name()}_spare"
        self._maker = ThreadPoolExecutor(1, "clones")
        self._spare = self._maker.submit(self._make_spare)

    def renew(self) -> None:
        if self._spare.exception():
            self._make_spare()  # the cause was the last test's: the next ones need not fail with it
        drop()
        with maintenance() as connection:
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            connection.execute(rename.format(sql.Identifier(self._spare_name), sql.Identifier(own_name())))
        self._spare = self._maker.submit(self._make_spare)

    def close(self) -> None:
        self._maker.shutdown()
        drop()
        drop_named(self._spare_name)

    def _make_spare(self) -> None:
        drop_named(self._spare_name)  # a killed run's
        clone(self._template, self._spare_name)


def own_name() -> str:
    return str(settings.DATABASES["default"]["NAME"])


def drop() -> None:
    for alias in ("default", "owner"):
        connections[alias].close()
    drop_named(own_name())


def drop_named(name: str) -> None:
    with maintenance() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def clone(template: str, name: str) -> None:
    with maintenance() as connection:
        clone = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        connection.execute(clone.format(sql.Identifier(name), sql.Identifier(template)))
        # A clone has the tables' privileges, not the database's own.
        connection.execute(sql.SQL("REVOKE TEMP ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
