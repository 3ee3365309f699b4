"""The passwords of the local servers, generated once, readable by their owner alone."""

import json
import os
import secrets
from pathlib import Path

NAMES = ("admin", "owner", "app", "redis", "secret_key")


def load_secrets(data_dir: Path) -> dict[str, str]:
    path = data_dir / "secrets.json"
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
    partial.replace(path)
