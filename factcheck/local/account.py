"""The system account that the servers run as. Postgres refuses root, so root hands its files to another account."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import Any

from factcheck.local.errors import LocalServiceError

ACCOUNT = "factcheck-db"


def is_root() -> bool:
    return os.geteuid() == 0


def _find_account(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _server_account() -> pwd.struct_passwd | None:
    """Return the account for the servers if we are root, else None (they run as the current user)."""
    if not is_root():
        return None
    found = _find_account(ACCOUNT)
    if found is None and (useradd := shutil.which("useradd")):
        subprocess.run(
            [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT],
            check=False,
            capture_output=True,
        )
    # Where no account can be made (a minimal container), the one that every system has.
    found = found or _find_account(ACCOUNT) or _find_account("nobody")
    if found is None:
        raise LocalServiceError(
            f"Postgres does not run as root, and no system account could be made. Create one named {ACCOUNT}, "
            "or run this as an ordinary user."
        )
    return found


def popen_account() -> dict[str, Any]:
    """Return arguments for `subprocess.Popen` that run a server as its account."""
    account = _server_account()
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def own_folder(folder: Path) -> Path:
    """Make a folder that only the servers' account can read."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if account := _server_account():
        os.chown(folder, account.pw_uid, account.pw_gid)
    return folder


def own_file(path: Path) -> None:
    path.chmod(0o600)
    if account := _server_account():
        os.chown(path, account.pw_uid, account.pw_gid)


def can_account_reach(path: Path) -> bool:
    """Return whether the servers' account can traverse every folder above `path`."""
    if _server_account() is None:
        return True
    return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents if parent.exists())
