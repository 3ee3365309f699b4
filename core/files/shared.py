"""Large files that processes derive once and map into memory together. Imports no Django.

A model that every process unpacks for itself is paid for by each: the language model and the sentence encoder took 220 MB
in each of four processes (2026-11-30). Of one mapped file the kernel keeps one copy, of the pages that somebody reads.
"""

import logging
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

logger = logging.getLogger(__name__)


def shared_folder(kind: str, version: str, make: Callable[[Path], None]) -> Path | None:
    """Return the folder with the derived files of this version; None where none can be kept.

    `make` fills an empty folder, once for all processes. Side effect: folders of the kind's other versions are removed; who
    has them mapped keeps them. The data folder is the desk's own: its files are trusted as the code is.
    """
    base = Path(os.environ.get("FACTCHECK_DATA_DIR") or Path(__file__).resolve().parent.parent / ".data") / "derived"
    folder = base / f"{kind}-{version}"
    if folder.is_dir():
        return folder
    try:
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{kind}-", dir=base))
        try:
            make(made)
            _write_through(made)
            _take_place(made, folder)
        finally:
            shutil.rmtree(made, ignore_errors=True)
        for other in base.glob(f"{kind}-*"):
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)
    except OSError:
        logger.warning("no files can be kept in %s: each process holds a copy of its own", base, exc_info=True)
        return None
    return folder


def _write_through(folder: Path) -> None:
    """Force the files to disk: after a crash a folder that is there must hold them whole."""
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _take_place(made: Path, folder: Path) -> None:
    try:
        made.rename(folder)
    except OSError:
        if not folder.is_dir():  # else another process was quicker
            raise
