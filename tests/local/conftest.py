"""Private servers in folders of their own."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from factcheck.local.secrets import load_secrets


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder that the servers' account can reach (pytest's own are closed to it when we are root)."""
    path = Path(tempfile.mkdtemp(prefix="factcheck-local-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def secrets(folder: Path) -> dict[str, str]:
    return load_secrets(folder)
