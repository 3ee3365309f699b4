import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from factcheck.local.redis_server import LocalRedis
from factcheck.local.secrets import load_secrets


@pytest.fixture
def editor(make_user):
    return make_user("editor", name="Mira Okafor")


@pytest.fixture
def reviewer(make_user):
    return make_user("reviewer", name="Jonas Weber")


@pytest.fixture
def private_redis() -> Iterator[LocalRedis]:
    """A Redis that a test may stop; its folder is not pytest's, which are closed to the server's account."""
    folder = Path(tempfile.mkdtemp(prefix="factcheck-events-"))
    folder.chmod(0o711)
    server = LocalRedis(folder, load_secrets(folder), durable=False)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)
