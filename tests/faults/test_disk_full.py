"""The disk is full while something is uploaded, exported and imported: told in words, nothing half there, goes on with room.

On real file systems of a few megabytes, so only where a tmpfs can be mounted (as root).
"""

import contextlib
import io
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files import File
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from articles.models import Article, ImportItem
from core.files.disk import DiskFull, store_whole
from publishing.exports.runs import start_export
from publishing.exports.worker import run_export
from publishing.models import ExportRun
from tests.annotations import story
from tests.private_servers import Servers, private_servers

CHECKS = 600 if os.environ.get("FACTCHECK_SOAK") else 25  # a document has some two kilobytes

pytestmark = [pytest.mark.fault, pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small file system")]


class SmallDisk:
    def __init__(self, folder: Path, size: str) -> None:
        self.folder = folder
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "tmpfs", folder], check=True)

    def grow(self, size: str) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", self.folder], check=True)

    def files(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file()]


@pytest.fixture
def disk(settings, tmp_path: Path) -> Iterator[SmallDisk]:
    """Half a megabyte for stored files."""
    made = SmallDisk(tmp_path, "512k")
    settings.MEDIA_ROOT = tmp_path
    yield made
    subprocess.run(["umount", tmp_path], check=True)


def lines(count: int, sentences: int = 200) -> bytes:
    texts = (
        {"url": f"https://example.org/{n}", "title": f"Title {n}", "text": f"Report {n}. " * sentences}
        for n in range(count)
    )
    return "\n".join(json.dumps(one) for one in texts).encode()


def test_a_file_that_does_not_fit_leaves_nothing(disk: SmallDisk):
    with pytest.raises(DiskFull):
        store_whole("a/b.bin", File(io.BytesIO(b"x" * 3_000_000)))
    assert disk.files() == []
    assert store_whole("a/b.bin", File(io.BytesIO(b"x" * 1_000))) == "a/b.bin"


@pytest.mark.django_db
def test_an_upload_that_does_not_fit_is_told_and_fits_later(disk: SmallDisk, client, make_user):
    client.force_login(make_user("editor"))

    def upload() -> None:
        file = SimpleUploadedFile("a.jsonl", lines(20, 2_500))  # six hundred kilobytes
        assert client.post("/imports/new/", {"import-files": file}).status_code == 302

    upload()
    refused = ImportItem.objects.get()
    assert (refused.state, refused.code, "no room left" in refused.detail) == ("failed", "disk-full", True)
    assert disk.files() == []
    disk.grow("20m")
    upload()
    assert Article.objects.count() == 20


@pytest.mark.django_db(transaction=True)  # an export reads on a connection of its own
def test_an_export_that_does_not_fit_fails_in_words_and_leaves_nothing(disk: SmallDisk, make_user):
    editor, reviewer = make_user("editor"), make_user("reviewer")
    for _ in range(3):
        story.published(editor, reviewer)
    (disk.folder / "exports").mkdir()
    filler = disk.folder / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"x" * 4096):
            pass
    run = start_export(person=reviewer, kind="jsonl", given={}, now=timezone.now())
    assert not run_export(run_id=run.pk, clock=timezone.now), [(path, path.stat().st_size) for path in disk.files()]
    run = ExportRun.objects.get()
    assert (run.state, "no room left" in run.error) == ("failed", True)
    assert disk.files() == [filler]
    filler.unlink()
    again = start_export(person=reviewer, kind="jsonl", given={}, now=timezone.now())
    assert run_export(run_id=again.pk, clock=timezone.now)


@pytest.mark.django_db(transaction=True)
def test_an_export_that_fills_the_disk_while_rows_are_read_fails_in_words(disk: SmallDisk, make_user, monkeypatch):
    """Rows are fetched by a connection of their own meanwhile; it is closed, and the next export has one."""
    editor, reviewer = make_user("editor"), make_user("reviewer")
    for _ in range(CHECKS):
        story.published(editor, reviewer)
    monkeypatch.setattr(tempfile, "tempdir", str(disk.folder))
    disk.grow("64k" if CHECKS > 100 else "32k")
    run = start_export(person=reviewer, kind="jsonl", given={}, now=timezone.now())
    assert not run_export(run_id=run.pk, clock=timezone.now)
    run = ExportRun.objects.get()
    assert (run.state, "no room left" in run.error) == ("failed", True)
    assert disk.files() == []
    disk.grow("20m")
    again = start_export(person=reviewer, kind="jsonl", given={}, now=timezone.now())
    assert run_export(run_id=again.pk, clock=timezone.now)
    again.refresh_from_db()
    assert again.total == CHECKS


# --- the database's own disk
COUNT = 3_000
START = """
import sys, django
django.setup()
from django.utils import timezone
from accounts.models import User
from articles.services.runs import IncomingFile, start_import
data = open(sys.argv[1], "rb").read()
print(start_import(person=User.objects.get(), files=[IncomingFile("a.jsonl", data)], now=timezone.now()).pk)
"""
SWEEP = "import django; django.setup(); from articles.tasks import sweep_imports; sweep_imports.delay()"


@pytest.fixture
def servers() -> Iterator[tuple[Servers, SmallDisk]]:
    """Postgres has its data on a file system that is full in mid-import."""
    base = Path(tempfile.mkdtemp(prefix="small-", dir="/var/tmp"))
    base.chmod(0o755)
    disk = SmallDisk(base, "2g")
    try:
        with private_servers(base=base, IMPORT_LEASE_SECONDS="4") as running:
            running.add_person("a@b.example", "admin")
            yield running, disk
    finally:
        subprocess.run(["umount", base], check=True)
        base.rmdir()


@pytest.mark.soak
def test_an_import_waits_for_room_in_the_database(servers: tuple[Servers, SmallDisk], tmp_path: Path):
    running, disk = servers
    (tmp_path / "a.jsonl").write_bytes(lines(COUNT))
    run = running.python("-c", START, str(tmp_path / "a.jsonl")).strip()
    used = os.statvfs(disk.folder)
    megabytes = (used.f_blocks - used.f_bfree) * used.f_frsize // 2**20
    disk.grow(f"{megabytes + 12}m")
    running.start_worker()
    running.python("-c", SWEEP)
    _until(running, lambda: "No space left" in _log(running))
    disk.grow("2g")
    running.postgres.start()  # it ends itself where its own log has no room, and a supervisor starts it again
    done, failed, state = running.ask("SELECT done, failed, state FROM articles_importrun")
    assert done < COUNT, "all of it fitted"
    assert (failed, state in {"queued", "running"}) == (0, True)
    _until(running, lambda: running.ask(f"SELECT state FROM articles_importrun WHERE id = '{run}'") == ("finished",))
    assert running.ask("SELECT count(*), count(DISTINCT url) FROM articles_article") == (COUNT, COUNT)
    assert running.ask("SELECT created, failed FROM articles_importrun") == (COUNT, 0)


def _log(servers: Servers) -> str:
    return "".join(path.read_text(errors="replace") for path in servers.folder.glob("*.log"))


def _until(servers: Servers, is_there) -> None:
    deadline = time.monotonic() + 300
    next_sweep = 0.0
    while not is_there():
        assert time.monotonic() < deadline, _log(servers)[-3000:]
        if time.monotonic() > next_sweep:
            next_sweep = time.monotonic() + 4
            if servers.worker and servers.worker.poll() is not None:
                servers.start_worker()
            servers.python("-c", SWEEP, check=False)
        time.sleep(0.3)
