"""Files that processes derive once and map together."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from core.files.shared import shared_folder


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FACTCHECK_DATA_DIR", str(tmp_path))
    return tmp_path


def test_a_version_is_made_once_and_replaces_the_one_before() -> None:
    calls = []

    def make(folder: Path) -> None:
        calls.append(folder)
        (folder / "words").write_text("some")

    first = shared_folder("words", "1", make)
    assert first is not None
    assert shared_folder("words", "1", make) == first
    assert (first / "words").read_text() == "some"
    assert len(calls) == 1
    assert shared_folder("words", "2", make) is not None
    assert not first.exists()


def test_of_several_at_once_one_wins_and_all_have_its_files(data_folder: Path) -> None:
    together = Barrier(4)

    def make(folder: Path) -> None:
        together.wait()
        (folder / "words").write_text("some")

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _: shared_folder("words", "1", make), range(4)))
    assert [path.name for path in (data_folder / "derived").iterdir()] == ["words-1"]
    [folder] = found
    assert folder is not None
    assert (folder / "words").read_text() == "some"


def test_where_nothing_can_be_written_each_process_does_without(
    data_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (data_folder / "derived").write_text("a file, where a folder must be")
    assert shared_folder("words", "1", lambda _: None) is None
    assert "a copy of its own" in caplog.text


def test_a_failure_of_the_maker_is_raised_and_leaves_nothing(data_folder: Path) -> None:
    def make(_: Path) -> None:
        raise ValueError("no model")

    with pytest.raises(ValueError, match="no model"):
        shared_folder("words", "1", make)
    assert list((data_folder / "derived").iterdir()) == []
