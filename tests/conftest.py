"""Shared by all tests: own servers, the app's database role, no network but this machine's loopback."""

import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase, override_settings
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck
from hypothesis import settings as drawing

from factcheck.local.processes import wait_until
from tests import databases, environment, prepared

if TYPE_CHECKING:
    from accounts.models import User
    from annotations.models import Verdict

SERVERS = pytest.StashKey[ExitStack]()
TEMPLATE = pytest.StashKey[str]()


# Both measure the clock: a busy machine would fail a test that is right.
drawing.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
drawing.load_profile("desk")


def pytest_configure(config: pytest.Config) -> None:
    is_xdist_worker = hasattr(config, "workerinput")
    if not is_xdist_worker and not config.option.collectonly:
        stack = config.stash[SERVERS] = ExitStack()
        environment.start(stack)
    if not config.option.collectonly:
        environment.point_settings(getattr(config, "workerinput", {}).get("workerid", "main"))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Collect no garbage while tests are collected, nor walk over what stays until the end ever after.

    Imported modules and thousands of tests are 360,000 objects: walking over them took 2.2 of the 7.5 seconds of one core
    that a process needs to collect, and a twelfth of the tests' own time (2026-12-01).
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep the groups together where `--dist loadgroup` asks for it; None leaves the choice to xdist."""
    from tests.groups import GroupScheduling

    return GroupScheduling(config, log) if config.getvalue("dist") == "loadgroup" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long tests: else the last of them runs alone while the other processes have nothing left."""
    items.sort(key=lambda item: not any(item.get_closest_marker(name) for name in ("long", "load", "fault")))


def pytest_unconfigure(config: pytest.Config) -> None:
    if stack := config.stash.get(SERVERS, None):
        stack.close()


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any
) -> Iterator[None]:
    """This worker's database, cloned from the template that one of the workers migrates as the owner."""
    lock = Path(tempfile.gettempdir()) / f"{environment.database_prefix()}.{os.getuid()}.lock"
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        template = databases.ensure_template(lock, fresh=request.config.getvalue("create_db"))
        clones = databases.Clones(template)
        clones.renew()
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: clones.renew())
        request.config.stash[TEMPLATE] = template
        yield
        clones.close()


@pytest.fixture(scope="session")
def prepared_database(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> Iterator[prepared.PreparedDatabase]:
    """The database with a published check, made by the first test of this process that wants it."""
    with django_db_blocker.unblock():
        made = prepared.PreparedDatabase(request.config.stash[TEMPLATE])
        yield made
        made.close()


@pytest.fixture
def _prepared_check(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """Let a test that wants `published` run in the prepared database."""
    if "published" not in request.fixturenames:
        yield
        return
    marker = request.node.get_closest_marker("django_db")
    is_transactional = marker is not None and marker.kwargs.get("transaction", False)
    if is_transactional or {"transactional_db", "live_server"} & set(request.fixturenames):
        raise pytest.UsageError("`published` is for tests that end with a rollback")
    database = request.getfixturevalue("prepared_database")
    with django_db_blocker.unblock(), database.check() as check:
        yield
    assert not check.people, (
        f"`published` is by the first {' and '.join(check.people)} that the test makes: it made none"
    )


@pytest.fixture
def _django_db_helper(_prepared_check: None, _django_db_helper: None) -> None:
    """Choose the database before pytest-django begins the test's transaction in it."""


@pytest.fixture(autouse=True, scope="session")
def _fast_passwords() -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _empty_redis() -> Iterator[None]:
    """Throttles, caches and heartbeats of one test are no other test's business."""
    yield
    from articles.search.query import corpus_now
    from core.heartbeat import redis_client

    redis_client().flushdb()
    corpus_now.forget()


@pytest.fixture(autouse=True)
def _as_a_session() -> None:
    """A command sets how changes come in for its whole process; a test's command must not set it for the next test."""
    from accounts.audit import via

    via.set("session")


@pytest.fixture
def encoder() -> Iterator[None]:
    """The finder with its bundled encoder, which is off in tests."""
    from articles.search.embedding import forget_embedder

    with override_settings(EMBEDDER="bundled"):
        forget_embedder()
        yield
    forget_embedder()


@pytest.fixture
def owner_db(transactional_db: None) -> Iterator[psycopg.Connection]:
    """A psycopg connection as the owner of the tables, in autocommit. It sees what is committed, hence transactional."""
    with databases.owner_connection() as connection:
        yield connection


@pytest.fixture
def make_user(db: None) -> "Callable[..., User]":
    """`make_user(role="editor", name=..., email=..., **fields)`: a person with a role (or several, or None)."""
    from tests.people import add_person

    count = 0

    def make(role: str | tuple[str, ...] | None = "editor", **fields: Any) -> "User":
        nonlocal count
        count += 1
        roles = (role,) if isinstance(role, str) else role or ()
        if prepared.current and (person := prepared.current.take_person(roles, fields)):
            return person
        fields.setdefault("name", f"{' and '.join(roles).title() or 'Person'} {count}")
        fields.setdefault("email", f"person{count}@desk.example")
        return add_person(roles, **fields)

    return make


@pytest.fixture
def published(db: None) -> "Verdict":
    """The verdict of a check that was published before the test began, by the first editor and reviewer that it makes.

    Not where something must have happened before the publication.
    """
    assert prepared.current
    return prepared.current.verdict()


@pytest.fixture
def capture_queries(db: None) -> "Callable[[], CaptureQueriesContext]":
    """`with capture_queries() as queries:` keeps the queries of the block; `len(queries)` counts it."""
    return lambda: CaptureQueriesContext(connection)


@pytest.fixture
def celery_worker(transactional_db: None) -> Iterator[None]:
    """A real worker process on this test's database and Redis; tasks go through the broker meanwhile."""
    from core.heartbeat import is_worker_alive
    from factcheck.celery import app

    app.conf.update(task_always_eager=False)
    options = ["--pool", "solo", "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    worker = subprocess.Popen([sys.executable, "-m", "celery", "-A", "factcheck", "worker", *options])
    try:
        assert wait_until(lambda: is_worker_alive("imports") or worker.poll() is not None, 60)
        assert worker.poll() is None, "the worker ended by itself"
        yield
    finally:
        worker.terminate()
        worker.wait(30)
        app.conf.update(task_always_eager=True)


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder with the sample articles and fixtures beside the repository; without it a test is skipped, not in CI."""
    folder = Path(os.environ.get("FACTCHECK_SHARED_DIR", settings.BASE_DIR.parent / "shared"))
    if folder.is_dir():
        return folder.resolve()
    message = f"{folder} is not here; set FACTCHECK_SHARED_DIR"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
