"""Find, create and edit sources."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext

from accounts.audit import acting
from accounts.models import User
from accounts.permissions import check_permission
from articles.canonical_url import domain_of
from articles.models import Source
from articles.text.languages import normalise_language
from core.database.locks import Lock, share_lock
from core.errors import DomainError, InvalidInput, Stale, WrongState


class SourceBook:
    """The sources named by a batch of articles: known ones, and unsaved new ones."""

    def __init__(self, named: Iterable[tuple[str, str]]) -> None:
        """Load the sources of (name, domain) pairs; either may be empty."""
        pairs = {(name[:200], domain[:253].lower()) for name, domain in named if name or domain}
        given = {name for name, _ in pairs if name} | {domain for _, domain in pairs if domain}
        known: QuerySet[Any] = Source.objects.select_related("merged_into").annotate(lower_name=Lower("name"))
        # Postgres and Python lower some letters differently: of "ΕΘΝΟΣ" the last, so a name is looked up as it is, too.
        is_named = Q(name__in=given) | Q(lower_name__in={name.lower() for name in given})
        self._by_domain = {
            source.domain: source.merged_into or source
            for source in known.filter(domain__in=[domain for _, domain in pairs if domain])
        }
        self._by_name = {source.name.lower(): source.merged_into or source for source in known.filter(is_named)}
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


def save_source(*, person: User, source: Source | None = None, read: str = "", **details: Any) -> Source:
    """Create or edit a source. Raises InvalidInput, with an error for each detail that is not valid or taken.

    `read` is the digest of the details that the person saw. Raises Stale where they are others now.
    """
    check_permission(person, "source.edit")
    cleaned = _clean(details if source else {"name": ""} | details)
    try:
        with acting(person):
            source = _locked(source) if source else Source()
            if read and read != source_digest(source):
                raise Stale(gettext("Somebody else saved this source since you opened it. Nothing was overwritten."))
            _refuse_taken(source, cleaned)
            for field, value in cleaned.items():
                setattr(source, field, value)
            source.save()
    except IntegrityError as error:  # a race: both found the name and the domain free
        raise InvalidInput(
            gettext("Another source has this name or this domain. Nothing was changed; use that one.")
        ) from error
    return source


def source_digest(source: Source) -> str:
    """Return a digest of the details that a person edits: a merge or a colleague may change them."""
    details = json.dumps([getattr(source, name) or "" for name in _CLEANERS])
    return hashlib.sha256(details.encode()).hexdigest()


def _locked(source: Source) -> Source:
    """Read the source again under a lock: what was read before a merge would undo it. Raises WrongState if it was merged."""
    # The other source by a query of its own: joined, it would be missing after a wait for the merge.
    found = Source.objects.select_for_update(no_key=True).get(pk=source.pk)
    if found.merged_into:
        raise WrongState(
            gettext("This source was merged into “{into}”. Nothing was changed; edit that one.").format(
                into=found.merged_into
            )
        )
    return found


def _clean(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return the details as they are stored. Raises InvalidInput with an error for each that is not valid."""
    errors: list[dict[str, Any]] = []
    cleaned: dict[str, Any] = {}
    for name, value in details.items():
        try:
            cleaned[name] = _CLEANERS[name]((value or "").strip()) if name in _CLEANERS else _refuse_field(name)
        except DomainError as refusal:
            errors.append({"pointer": f"/{name}", "code": refusal.code, "detail": refusal.message})
    if errors:
        words = " ".join(error["detail"] for error in errors)
        raise InvalidInput(f"{words} {gettext('Nothing was changed.')}", errors=errors)
    return cleaned


def _refuse_field(name: str) -> NoReturn:
    raise InvalidInput(gettext("A source has no {name}.").format(name=name))


def _refuse_taken(source: Source, cleaned: Mapping[str, Any]) -> None:
    others = Source.objects.exclude(pk=source.pk)
    errors = []
    for field in ("name", "domain"):
        other = others.filter(**{field: cleaned[field]}).first() if cleaned.get(field) else None
        if other:
            errors.append({"pointer": f"/{field}", "code": "taken", "detail": _taken(field, other, by=source)})
    if errors:
        words = " ".join(error["detail"] for error in errors)
        raise InvalidInput(f"{words} {gettext('Nothing was changed.')}", errors=errors)


def _taken(field: str, other: Source, *, by: Source) -> str:
    if other.merged_into_id == by.pk:
        return gettext(
            "A source with this {field} was merged into this one, and imports that name it come here already. Choose"
            " another {field}."
        ).format(field=field)
    return gettext("“{other}” has this {field} already. Use that one.").format(
        other=other.merged_into or other, field=field
    )


def _clean_name(value: str) -> str:
    if not value:
        raise InvalidInput(gettext("A source needs a name."))
    return value


def _clean_domain(value: str) -> str | None:
    """Return the host name; of a whole address its host. Imports find a source by it, so `www.` goes."""
    if not value:
        return None
    try:
        domain = domain_of(value if "://" in value else f"https://{value}")
    except DomainError:
        domain = ""
    if "." not in domain or ".." in domain or not domain.isprintable() or " " in domain or len(domain) > 253:
        raise InvalidInput(gettext("“{value}” is not a domain. Write it like example.org.").format(value=value[:100]))
    return domain


def _clean_language(value: str) -> str:
    tag = normalise_language(value) if value else ""
    if value and not tag:
        raise InvalidInput(gettext("“{value}” is not a language tag such as en or pt-BR.").format(value=value[:100]))
    return tag


def _clean_country(value: str) -> str:
    if value and not (len(value) == 2 and value.isascii() and value.isalpha()):
        raise InvalidInput(gettext("“{value}” is not a country code such as DE or GB.").format(value=value[:100]))
    return value.upper()


_CLEANERS: dict[str, Callable[[str], str | None]] = {
    "name": _clean_name,
    "domain": _clean_domain,
    "language": _clean_language,
    "country": _clean_country,
    "interests": str,
}


def given_source(given: Source | str | None) -> Source | None:
    """Return the given source or the one of that name, if it was merged the other one; None if nothing was given.

    Call inside the person's transaction, before rows are locked that a merge changes. Locks: no merge until it ends.
    """
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    share_lock(Lock.SOURCES)
    if isinstance(given, str):
        return source_named(given)
    found = Source.objects.select_related("merged_into").get(pk=given.pk)
    return found.merged_into or found


def source_named(name: str) -> Source:
    """Return the source of this name, created if new. Call inside the person's transaction."""
    book = SourceBook([(name.strip(), "")])
    source = book.find(name.strip())
    if source is None:
        raise InvalidInput(gettext("A source needs a name. Nothing was changed."))
    if book.new:
        # On a race the second INSERT blocks, then reuses the first row.
        Source.objects.bulk_create([source], ignore_conflicts=True)
        made = Source.objects.select_related("merged_into").get(name=source.name)
        return made.merged_into or made
    return source
