"""The folder of the tests' own servers: in memory, where anybody may make a folder or a link of its name before us."""

import os
from pathlib import Path

import pytest

from factcheck.local.services import folder_lock
from tests import environment, memory


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


def test_a_folder_goes_with_its_clone(in_memory: Path, tmp_path: Path) -> None:
    prefix, gone = in_memory.name.rpartition("-")[0], tmp_path / "gone"
    left, kept, unknown = (tmp_path / f"{prefix}-{name}" for name in ("left", "kept", "unknown"))
    for folder, clone in ((left, gone), (kept, tmp_path), (unknown, None)):
        (folder / "1" / "postgres").mkdir(parents=True)
        if clone:
            memory.claim_folder(folder, clone)
    assert environment._base_folder() == in_memory
    assert [left.exists(), kept.exists(), unknown.exists(), in_memory.exists()] == [False, True, True, True]


def test_the_folder_of_a_run_that_goes_on_is_kept_where_its_clone_is_not_seen(tmp_path: Path) -> None:
    folder = tmp_path / "factcheck-tests-0-a"
    (folder / "1").mkdir(parents=True)
    memory.claim_folder(folder, tmp_path / "in a container")
    with folder_lock(folder / "1", memory.RUN_LOCK):
        memory.remove_left_behind(tmp_path, "factcheck-tests-*")
        assert folder.exists()
    memory.remove_left_behind(tmp_path, "factcheck-tests-*")
    assert not folder.exists()


@pytest.mark.parametrize(
    ("line", "files", "room"),
    [
        ("0::/a/b", {"a/b/memory.max": "max", "a/memory.max": "3000", "a/memory.current": "1000"}, 2000),
        ("0::/a/b", {"memory.max": "500"}, 500),
        ("4:memory:/x", {"memory/memory.limit_in_bytes": "900", "memory/memory.usage_in_bytes": "100"}, 800),
        ("2:cpu:/x", {"memory.max": "500"}, None),
        ("0::/a", {"a/memory.max": "max"}, None),
    ],
)
def test_a_container_may_have_less_memory_than_the_machine(
    tmp_path: Path, line: str, files: dict[str, str], room: int | None
) -> None:
    (tmp_path / "groups").write_text(f"{line}\n")
    for name, number in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"{number}\n")
    found = memory.available(tmp_path / "groups", tmp_path)
    assert found == room if room is not None else found > 10_000
