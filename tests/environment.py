"""Where the tests run: a Postgres and a Redis of their own, a database and a Redis number per xdist worker.

Servers that DATABASE_URL, MIGRATE_DATABASE_URL and REDIS_URL name are used as they are (their owner role needs CREATEDB
and pg_signal_backend); what is not named is started from the embedded programs.
"""

import contextlib
import hashlib
import os
import shutil
import stat
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections

from factcheck.local.account import is_root
from factcheck.local.paths import CLONE, SYSTEM_FOLDER
from factcheck.local.services import folder_lock, local_services
from tests.memory import RUN_LOCK, available, claim_folder, remove_left_behind

CLONE_ID = hashlib.sha256(str(CLONE).encode()).hexdigest()[:10]
SLOT = "FACTCHECK_TEST_SLOT"
MEMORY, ROOM = Path("/dev/shm"), 2 * 1024**3


def start(stack: ExitStack) -> None:
    """Put the servers' addresses into the environment, for us and for the xdist workers that inherit it."""
    slot, folder = _take_slot(stack)
    os.environ[SLOT] = slot
    # Nothing that a developer's shell says about modes may change what a test sees.
    for name in ("DEBUG", "DEMO", "SITE_URL"):
        os.environ.pop(name, None)
    # Imports would load the encoder in every test process; the finder's tests switch it on.
    os.environ["EMBEDDER"] = settings.EMBEDDER = "off"
    env = stack.enter_context(local_services(folder, durable=False))
    os.environ.update(env)


def _base_folder() -> Path:
    """Return the folder of the tests' servers: in memory where there is enough of it, else on disk.

    Each transactional test wants a clone of the template, 860 files: in memory such tests take a quarter of the time
    (2026-12-01). Between two runs 80 MB stay there.
    """
    ours = MEMORY / f"factcheck-tests-{os.getuid()}-{CLONE_ID}"
    remove_left_behind(MEMORY, f"factcheck-tests-{os.getuid()}-*")
    if _has_memory() and _is_made(ours):
        claim_folder(ours, CLONE)
        return ours
    return SYSTEM_FOLDER / f"tests-{CLONE_ID}" if is_root() else CLONE / ".data" / "tests"


def _is_made(folder: Path) -> bool:
    """Make the folder unless it is there. Return whether it is ours: anybody may make one of this name there, or a link."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o711)
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()


def _has_memory() -> bool:
    # A container's /dev/shm is 64 MB unless told otherwise.
    has_room = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return has_room and available() > 2 * ROOM


def _take_slot(stack: ExitStack) -> tuple[str, Path]:
    """A folder that no other run uses now. A killed run's folder, and its servers, are taken over."""
    base = _base_folder()
    for number in range(1, 20):
        folder = base / str(number)
        folder.mkdir(parents=True, exist_ok=True)
        if is_root():
            # The servers' own account passes through them.
            for path in (base.parent, base):
                if path != MEMORY:
                    path.chmod(0o711)
        if stack.enter_context(folder_lock(folder, RUN_LOCK)):
            return str(number), folder
    raise RuntimeError(f"Nineteen test runs hold {base}: stop some.")


def database_prefix() -> str:
    return f"test_{CLONE_ID}_{os.environ[SLOT]}"


def point_settings(worker: str) -> None:
    """Make Django, Celery and child processes use this worker's database, files and Redis number."""
    name = f"{database_prefix()}_{worker}"
    for alias, variable in (("default", "DATABASE_URL"), ("owner", "MIGRATE_DATABASE_URL")):
        url = urlsplit(os.environ.get(variable, os.environ["DATABASE_URL"]))._replace(path=f"/{name}")
        os.environ[variable] = url.geturl()
        settings.DATABASES[alias].update(
            HOST=url.hostname, PORT=url.port or 5432, USER=url.username, PASSWORD=url.password or "", NAME=name
        )
        connections[alias].settings_dict.update(settings.DATABASES[alias])
    # Files are named by their content: the clean-up of one worker deleted what another had just stored.
    settings.MEDIA_ROOT = Path(settings.MEDIA_ROOT) / worker
    os.environ["MEDIA_ROOT"] = str(settings.MEDIA_ROOT)
    _point_redis(worker)


def _point_redis(worker: str) -> None:
    from factcheck.celery import app

    url = urlsplit(os.environ["REDIS_URL"])
    index = int(worker.removeprefix("gw")) if worker.startswith("gw") else 0
    number = int(url.path.strip("/") or 0) + 1 + index
    address = url._replace(path=f"/{number}").geturl()
    os.environ["REDIS_URL"] = settings.REDIS_URL = settings.CELERY_BROKER_URL = address
    settings.CACHES["default"]["LOCATION"] = address
    # Tasks run where they are sent, their errors reach the test; the `celery_worker` fixture starts a real one.
    app.conf.update(broker_url=address, task_always_eager=True, task_eager_propagates=True)
