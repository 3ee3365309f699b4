import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from factcheck.demo import EDITOR, PASSWORD, REVIEWER, load_demo


class Command(BaseCommand):
    help = "Migrate, load the sample story where it is missing, collect static files. Prints where to look first."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This makes sample people whom everybody can log in as: it runs only with DEMO=1.")
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        _collect_static()
        load_demo(now=timezone.now())
        for line in _where_to_look():
            self.stdout.write(line)


def _where_to_look() -> list[str]:
    """Return the hints that the demo prints under the address."""
    people = [f"  {name:<16} {email:<22} {' and '.join(roles)}" for email, name, roles in (EDITOR, REVIEWER)]
    return [
        "",
        f"Two people, one click each on the login page (password: {PASSWORD}):",
        *people,
        "Look first at:",
        f"  {settings.SITE_URL}{reverse('account_login')}   as the reviewer: a check waits for a second person",
        f"  {settings.SITE_URL}/   as the editor: a draft with evidence from another article, and a recheck after a changed word",
    ]


def _collect_static() -> None:
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
