import hashlib
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone


class Command(BaseCommand):
    help = "Migrate, load the sample story where it is missing, collect static files. Prints where to look first."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This makes sample people whom everybody can log in as: it runs only with DEMO=1.")
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        collect_static()
        for line in load_story():
            self.stdout.write(line)


def load_story() -> list[str]:
    """Load the story unless it is there; the lines tell the accounts and where to look first."""
    if find_spec("factcheck.demo") is None:
        return []
    lines: list[str] = import_module("factcheck.demo").load_demo(now=timezone.now())
    return lines


def collect_static() -> None:
    """Collect only what changed since the last time: hashing and compressing all of it takes seconds."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    wanted = _fingerprint()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(wanted)


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
