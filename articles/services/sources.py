"""Find, create and edit sources."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext

from accounts.audit import acting
from accounts.models import User
from accounts.permissions import check_permission
from articles.models import Source
from core.errors import InvalidInput

EDITABLE = ("name", "domain", "language", "country", "interests")


class SourceBook:
    """The sources named by a batch of articles: known ones, and unsaved new ones."""

    def __init__(self, named: Iterable[tuple[str, str]]) -> None:
        """Load the sources of (name, domain) pairs; either may be empty."""
        pairs = {(name[:200], domain[:253].lower()) for name, domain in named if name or domain}
        names = {name.lower() for name, _ in pairs if name} | {domain for _, domain in pairs if domain}
        known: QuerySet[Any] = Source.objects.annotate(lower_name=Lower("name"))
        self._by_domain = {
            source.domain: source for source in known.filter(domain__in=[domain for _, domain in pairs if domain])
        }
        self._by_name = {source.lower_name: source for source in known.filter(lower_name__in=names)}
        self.new: list[Source] = []

    def find(self, name: str, domain: str = "") -> Source | None:
        """Return the source of the domain or name, or a new unsaved one, listed in `new`."""
        name, domain = name[:200], domain[:253].lower()
        if not (name or domain):
            return None
        known = self._by_domain.get(domain) if domain else None
        return known or self._by_name.get((name or domain).lower()) or self._make(name, domain)

    def _make(self, name: str, domain: str) -> Source:
        source = Source(name=name or domain, domain=domain or None)
        self._by_name[source.name.lower()] = source
        if domain:
            self._by_domain[domain] = source
        self.new.append(source)
        return source


def save_source(*, person: User, source: Source | None = None, **details: Any) -> Source:
    """Create or edit a source. Raises InvalidInput if another source has the name or domain."""
    check_permission(person, "source.edit")
    unknown = details.keys() - set(EDITABLE)
    if unknown:
        raise InvalidInput(f"A source has no {', '.join(sorted(unknown))}. Nothing was changed.")
    source = source or Source()
    for field, value in details.items():
        setattr(source, field, value)
    source.domain = (source.domain or "").strip().lower() or None
    source.country = source.country.upper()
    if not source.name.strip():
        raise InvalidInput(gettext("A source needs a name. Nothing was changed."))
    try:
        with acting(person):
            source.save()
    except IntegrityError as error:
        raise InvalidInput(
            gettext("Another source has this name or this domain. Nothing was changed; use that one.")
        ) from error
    return source


def given_source(given: Source | str | None) -> Source | None:
    """Return the given source, or the one of that name; None if nothing was given."""
    if isinstance(given, str):
        return source_named(given) if given.strip() else None
    return given


def source_named(name: str) -> Source:
    """Return the source of this name, created if new. Call inside the person's transaction."""
    book = SourceBook([(name.strip(), "")])
    source = book.find(name.strip())
    if source is None:
        raise InvalidInput(gettext("A source needs a name. Nothing was changed."))
    if book.new:
        # On a race the second INSERT blocks, then reuses the first row.
        Source.objects.bulk_create([source], ignore_conflicts=True)
        return Source.objects.get(name=source.name)
    return source
