"""The folder for the data of the one-machine servers."""

import hashlib
import os
from pathlib import Path

from factcheck.local.account import can_account_reach, is_root
from factcheck.local.errors import LocalServiceError

CLONE = Path(__file__).resolve().parent.parent.parent
SYSTEM_FOLDER = Path("/var/lib/factcheck")
DEMO_ADDRESS = "demo.url"
"""The file in the data folder with the address of its demo, the last one's while none runs."""


def default_data_dir() -> Path:
    """Return `.data` in the clone; as root a system-wide folder, one per clone.

    The servers' own account must reach it, and nobody should have to open a home directory for that.
    """
    if is_root():
        return SYSTEM_FOLDER / hashlib.sha256(str(CLONE).encode()).hexdigest()[:12]
    return CLONE / ".data"


def data_dir(environ: dict[str, str] | os._Environ[str] = os.environ) -> Path:
    """Return the folder to use, created if needed."""
    given = environ.get("FACTCHECK_DATA_DIR")
    folder = Path(given).expanduser().resolve() if given else default_data_dir()
    if is_root() and not folder.exists():
        _make_passable(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if not can_account_reach(folder / "postgres"):
        raise LocalServiceError(
            f"As root the servers run under an account of their own, and it cannot get into {folder}. Set "
            f"FACTCHECK_DATA_DIR to a system-wide folder such as {SYSTEM_FOLDER}, or run this as an ordinary user."
        )
    return folder


def _make_passable(folder: Path) -> None:
    """Let other users traverse (not read) folders that we create; existing ones keep their permissions."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir()
        path.chmod(0o711)
