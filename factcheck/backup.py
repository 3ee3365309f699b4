"""Backups: the database, the stored files and the audit anchors in one folder, with a manifest of their digests.

A restore goes into an empty database and proves the audit trail before it says that it is done. Privileges are part of
the dump, so the role names of the desk it came from must exist where it is restored.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

from accounts.audit_proof.chain import Verdict, verify
from core.database.grants import app_role, grant
from core.database.locks import Lock
from core.database.schema import mark_schema, schema_mark
from core.errors import DomainError
from factcheck.local.binaries import postgres_bin
from factcheck.local.errors import LocalServiceError

DATABASE, FILES, ANCHORS, MANIFEST = "database.dump", "files.tar", "audit-heads.jsonl", "manifest.json"


class BackupError(DomainError):
    status = 500
    code = "backup-failed"
    title = "The backup or restore did not work"


def back_up(folder: Path, *, now: datetime) -> dict[str, Any]:
    """Write a backup into a folder that does not exist yet or is empty. Returns the manifest, written last."""
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty. Nothing was written; name another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    with _copied_anchors(folder / ANCHORS) as snapshot:
        _run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={folder / DATABASE}")
    _pack(Path(settings.MEDIA_ROOT), folder / FILES)
    parts = {path.name: _sha256(path) for path in sorted(folder.iterdir())}
    manifest = {"made_at": now.isoformat(), "schema": schema_mark(), "sha256": parts}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return manifest


def restore(folder: Path) -> Verdict:
    """Bring a backup into the configured, empty database. Raises BackupError before anything is written where it can.

    The answer is that of `verify_audit` on what was restored, against the anchors of the backup.
    """
    _check_manifest(folder)
    _check_empty()
    media, anchors = Path(settings.MEDIA_ROOT), Path(settings.AUDIT_ANCHORS)
    for there in (media, anchors):
        if there.is_file() or (there.is_dir() and any(there.iterdir())):
            raise BackupError(f"{there} holds data already. Nothing was restored; empty it or name another place.")
    name = connections["owner"].settings_dict["NAME"]
    _run(
        "pg_restore",
        "--no-owner",
        # The only comment in it is that of the extension `vector`, which belongs to the server's admin.
        "--no-comments",
        "--exit-on-error",
        "--single-transaction",
        f"--dbname={name}",
        str(folder / DATABASE),
    )
    # A comment too, so it did not come along: without it `migrate` refuses the database as another checkout's.
    mark_schema(connections["owner"])
    grant(using="owner", role=app_role())
    media.mkdir(parents=True, exist_ok=True)
    with tarfile.open(folder / FILES) as tar:
        tar.extractall(media, filter="data")
    if (folder / ANCHORS).exists():
        anchors.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / ANCHORS, anchors)
    return verify(anchors)


@contextmanager
def _copied_anchors(target: Path) -> Iterator[str]:
    """Copy the audit anchors and yield the name of a database snapshot of the same moment.

    An anchor written after the dump and copied with it would prove events that the dump does not hold: the restore then
    reported a broken chain. Locks: ANCHORS while the file is copied, not while the dump runs.
    """
    wrapper = connections.create_connection("owner")
    try:
        wrapper.ensure_connection()
        raw = wrapper.connection
        # Of the session: the snapshot below is taken by the transaction's first statement, which must come after the lock.
        raw.execute("SELECT pg_advisory_lock(%s)", [Lock.ANCHORS.value])
        with raw.transaction():
            raw.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            snapshot = raw.execute("SELECT pg_export_snapshot()").fetchone()[0]
            if Path(settings.AUDIT_ANCHORS).exists():
                shutil.copyfile(settings.AUDIT_ANCHORS, target)
            raw.execute("SELECT pg_advisory_unlock(%s)", [Lock.ANCHORS.value])
            yield snapshot
    finally:
        wrapper.close()


def _check_manifest(folder: Path) -> None:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BackupError(f"{folder} holds no whole backup: its {MANIFEST} cannot be read.") from error
    if (schema := manifest.get("schema")) != schema_mark():
        raise BackupError(
            f"{folder} was backed up by another checkout of Factcheck ({schema or 'an earlier one'}; this is {schema_mark()})."
            " Nothing was restored; go back to that checkout first."
        )
    for name, digest in manifest["sha256"].items():
        if not (folder / name).is_file() or _sha256(folder / name) != digest:
            raise BackupError(f"{name} in {folder} is not what was backed up. Nothing was restored.")


def _check_empty() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        if cursor.fetchone() != (0,):
            raise BackupError("The database is not empty. Nothing was restored; create a new one and name it.")


def _pack(source: Path, target: Path) -> None:
    with tarfile.open(target, "w") as tar:
        for path in sorted(source.rglob("*")) if source.is_dir() else ():
            if path.is_file():
                tar.add(path, arcname=path.relative_to(source), recursive=False)


def _run(program: str, *arguments: str) -> None:
    """Run a client program as the owner of the tables. Other users cannot read the password in the environment."""
    owner = connections["owner"].settings_dict
    env = os.environ | {
        "PGHOST": str(owner["HOST"]),
        "PGPORT": str(owner["PORT"] or 5432),
        "PGUSER": str(owner["USER"]),
        "PGPASSWORD": str(owner["PASSWORD"]),
        "PGDATABASE": str(owner["NAME"]),
    }
    done = subprocess.run([_find(program), *arguments], env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupError(f"{program} failed: {done.stderr.strip()[-800:]}")


def _find(program: str) -> str:
    """Return the embedded server's program, which has its version; else the system's."""
    try:
        path = postgres_bin() / program
        if path.exists():
            return str(path)
    except LocalServiceError:
        pass
    found = shutil.which(program)
    if found is None:
        raise BackupError(f"There is no {program} here. Install Postgres 18's client programs.")
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
