"""The passwords of the local servers, generated once, readable by their owner alone."""

import json
import os
import secrets
from pathlib import Path

from factcheck.local.processes import one_at_a_time

NAMES = ("admin", "owner", "app", "redis", "secret_key")


def load_secrets(data_dir: Path) -> dict[str, str]:
    """Return the secrets of a data folder, made on first use. Locks: two first starts agree on one set."""
    with one_at_a_time(data_dir / "secrets.lock"):
        return _load_or_make(data_dir / "secrets.json")


def _load_or_make(path: Path) -> dict[str, str]:
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    missing = [name for name in NAMES if name not in known]
    if missing:
        known |= {name: secrets.token_urlsafe(50 if name == "secret_key" else 24) for name in missing}
        _write_private(path, json.dumps(known, indent=1))
    return known


def _write_private(path: Path, text: str) -> None:
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    # In one step: a run that is killed here leaves the old file or the whole new one.
    partial.replace(path)
