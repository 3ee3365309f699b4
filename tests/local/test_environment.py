"""The folder of the tests' own servers: in memory, where anybody may make a folder or a link of its name before us."""

import os
from pathlib import Path

import pytest

from tests import environment


@pytest.fixture
def in_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(environment, "MEMORY", tmp_path)
    monkeypatch.setattr(environment, "_has_memory", lambda: True)
    return tmp_path / f"factcheck-tests-{os.getuid()}-{environment.CLONE_ID}"


def test_it_is_made_once_and_found_again(in_memory: Path) -> None:
    assert environment._base_folder() == in_memory
    assert not in_memory.stat().st_mode & 0o066
    assert environment._base_folder() == in_memory


@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_is_not_followed(in_memory: Path, tmp_path: Path, is_there: bool) -> None:
    """As root we would write into the folder that somebody else chose, and change its mode."""
    chosen = tmp_path / "chosen"
    if is_there:
        chosen.mkdir()
    in_memory.symlink_to(chosen)
    assert environment._base_folder() != in_memory
    assert chosen.exists() == is_there
