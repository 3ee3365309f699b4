"""`manage.py import_articles PATH... [--source NAME] [--as EMAIL] [--dry-run]`: files, folders and patterns, here and now."""

import glob
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.audit import via
from accounts.models import User
from accounts.permissions import Role
from annotations.services.changes.placements import place_pending
from articles.models import ImportRun
from articles.services.batches import Outcome
from articles.services.previews import preview_files
from articles.services.processing import process_run_side_by_side
from articles.services.runs import MAX_ITEMS_AT_ONCE, IncomingFile, start_import
from core.errors import DomainError
from core.fetching import fetch

# Reading waits for the processor, storing for the database: two at once keep both busy.
WORKERS = 2
ORDER = ("created", "updated", "unchanged", "failed")
SKIPPED = (".", "_", "~")  # hidden files, editors' leftovers


class Command(BaseCommand):
    help = "Import articles from files, folders and patterns. Ends with status 1 where anything failed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH")
        parser.add_argument("--source", default="", help="The source of articles that name none themselves.")
        parser.add_argument("--as", dest="email", default="", help="Who imports; else the first administrator.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen and store nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        token = via.set("command")
        try:
            failed = self._run(options)
        except DomainError as error:
            raise CommandError(error.message) from error
        finally:
            via.reset(token)
        if failed:
            raise SystemExit(1)

    def _run(self, options: dict[str, Any]) -> int:
        found = list(_files_in(options["paths"]))
        if not found:
            raise CommandError("There is no file at " + ", ".join(options["paths"]))
        self.counts: Counter[str] = Counter()
        for first in range(0, len(found), MAX_ITEMS_AT_ONCE):
            self._import(found[first : first + MAX_ITEMS_AT_ONCE], options)
        counted = ", ".join(f"{self.counts[state]} {state}" for state in ORDER)
        would = "Would be: " if options["dry_run"] else ""
        self.stdout.write(f"{would}{self.counts.total()} items: {counted}")
        return self.counts["failed"]

    def _import(self, found: Sequence[tuple[str, Path]], options: dict[str, Any]) -> None:
        with ExitStack() as stack:
            files = [IncomingFile(name, stack.enter_context(path.open("rb"))) for name, path in found]
            if options["dry_run"]:
                for batch in preview_files(files=files, source_name=options["source"]):
                    self.counts.update(outcome.state for outcome, _ in batch)
                    self._print([outcome for outcome, _ in batch])
                return
            person = _person(options["email"])
            run = start_import(person=person, files=files, source=options["source"], now=timezone.now())
        self._print_refused(run.items.filter(state="failed").values_list("name", "detail"))
        is_large = run.items.filter(locator__has_key="range").exists()
        process_run_side_by_side(
            run_id=run.pk, workers=WORKERS if is_large else 1, fetch=fetch, clock=timezone.now, report=self._report
        )
        self._count(run)

    def _report(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            if outcome.is_pending and outcome.revision_id:
                place_pending(outcome.revision_id)
        self._print(outcomes)

    def _print(self, outcomes: Sequence[Outcome]) -> None:
        """Print in one write, because several processes may print at once."""
        lines = []
        for outcome in outcomes:
            said = " ".join(part for part in (outcome.code and f"[{outcome.code}]", outcome.detail) if part)
            lines.append(f"{outcome.state:9} {outcome.name}: {outcome.title or said}")
            if said and outcome.title:
                lines.append(f"          {said}")
        if lines:
            self.stdout.write("\n".join(lines))
            self.stdout.flush()

    def _count(self, run: ImportRun) -> None:
        run.refresh_from_db()
        for state in ORDER:
            self.counts[state] += getattr(run, state)

    def _print_refused(self, refused: Any) -> None:
        for name, detail in refused:
            self.stdout.write(f"{'failed':9} {name}: {detail}")


def _files_in(paths: Sequence[str]) -> Iterator[tuple[str, Path]]:
    """Return (name, path) of every file, in order. In a folder the name is the relative path."""
    for given in paths:
        matches = [given]
        if glob.has_magic(given):
            matches = sorted(glob.glob(given, recursive=True))  # noqa: PTH207 -- patterns may be absolute
        for match in map(Path, matches):
            if match.is_dir():
                inside = (path for path in sorted(match.rglob("*")) if path.is_file() and not _is_hidden(path, match))
                yield from ((path.relative_to(match).as_posix(), path) for path in inside)
            elif match.is_file():
                yield match.name, match
            else:
                raise CommandError(f"There is no file or folder {given}.")


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(SKIPPED) for part in path.relative_to(folder).parts)


def _person(email: str) -> User:
    people = User.objects.filter(is_active=True)
    person = people.filter(email=email.lower()).first() if email else people.filter(groups__name=Role.ADMIN).first()
    if person is None:
        who = f"There is nobody with the address {email}." if email else "There is no administrator yet."
        raise CommandError(
            f"{who} Make one with: manage.py create_desk_user EMAIL --name NAME --role admin --password ..."
        )
    return person
