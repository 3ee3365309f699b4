"""Edit an article's details, and decide on the values that the text or the publisher proposes for them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.audit import acting
from accounts.models import User
from accounts.permissions import check_permission
from articles.canonical_url import canonicalise_url
from articles.models import Article, Proposal, Source
from articles.services.decisions import GIVEN, as_text
from articles.services.revisions import index_current
from articles.services.sources import given_source
from articles.text.languages import normalise_language
from core.errors import (
    DomainError,
    InvalidInput,
    NotFound,
    Stale,
    WrongState,
)
from core.notices import tell_of_change

EDITABLE = ("source", "origin", "url", "byline", "published_at", "language", "title")
_OLD_VALUE = gettext_noop("Its value before a person set another.")


class _AddressTaken(DomainError):
    """`extra["article"]` is the article that has this address."""

    status = 409
    code = "address-taken"
    title = gettext_noop("Another article has this address")


def edit_details(
    *,
    article_id: UUID,
    person: User,
    changes: Mapping[str, Any],
    now: datetime,
    read: Mapping[str, Any] | None = None,
) -> Article:
    """Set details. `source` and `origin` take a Source, a name or None. Later imports keep the edited values.

    `read` are the values that the person saw, the source and the origin by name.
    Raises InvalidInput with a pointer to each bad field, Stale if one of the changed fields was changed since it was read;
    nothing is changed then.
    """
    check_permission(person, "article.edit")
    wanted = _cleaned(changes)
    with acting(person):
        for field in ("source", "origin"):
            if field in wanted:
                # Inside the transaction, as a name that is new makes a source.
                wanted[field] = given_source(wanted[field])
        article = _locked(article_id)
        changed = [name for name, value in wanted.items() if value != getattr(article, name)]
        if any(_as_seen(getattr(article, name)) != _as_seen(read[name]) for name in changed if read and name in read):
            raise Stale(_("Somebody else changed the same detail since you read it. Nothing was changed."))
        _apply(article, {name: wanted[name] for name in changed}, person, now)
    return article


def accept_proposal(*, proposal_id: UUID, person: User, now: datetime) -> Proposal:
    """Set the detail as proposed. Other open proposals for it stay open."""
    check_permission(person, "article.edit")
    with acting(person):
        proposal = _open_proposal(proposal_id)
        value: Any = proposal.value
        if proposal.field == "published_at":
            value = parse_datetime(proposal.value)
        edit_details(article_id=proposal.article_id, person=person, changes={proposal.field: value}, now=now)
        return _decide(proposal, "accepted", person, now)


def dismiss_proposal(*, proposal_id: UUID, person: User, now: datetime) -> Proposal:
    """Dismiss a proposal. The same value is not proposed again."""
    check_permission(person, "article.edit")
    with acting(person):
        return _decide(_open_proposal(proposal_id), "dismissed", person, now)


def _as_seen(value: Any) -> Any:
    """Return a value as a form sends it back: without microseconds, nothing as the empty text, spaces as one."""
    if isinstance(value, datetime):
        return value.replace(microsecond=0)
    return " ".join(str(value or "").split())


def _apply(article: Article, changes: Mapping[str, Any], person: User, now: datetime) -> None:
    if not changes:
        return
    for name, value in changes.items():
        _remember(article, name, person, now)
        setattr(article, name, value)
    if "language" in changes:
        article.language_confidence = GIVEN if article.language else None
    article.edited_fields = sorted({*article.edited_fields, *changes})
    url = changes.get("url")
    holder = Article.objects.filter(url=url).exclude(pk=article.pk).first() if url else None
    if holder:
        raise _AddressTaken(
            _("“{holder}” has this address already. Nothing was changed.").format(holder=holder), article=str(holder.pk)
        )
    try:
        article.save(update_fields=[*changes, "language_confidence", "edited_fields", "updated_at"])
    except IntegrityError as error:
        raise WrongState(
            _("Another article of that source has the same id or file name. Nothing was changed.")
        ) from error
    if "language" in changes:
        index_current(article)


def _remember(article: Article, name: str, person: User, now: datetime) -> None:
    """Keep the previous value as a dismissed proposal.

    It is not proposed again, and imports that name the old URL still find the article.
    """
    before = getattr(article, name)
    if before:
        Proposal.objects.update_or_create(
            article=article,
            field=name,
            value=as_text(before),
            defaults={"state": "dismissed", "decided_by": person, "decided_at": now},
            create_defaults={
                "state": "dismissed",
                "decided_by": person,
                "decided_at": now,
                "created_at": now,
                "basis": _OLD_VALUE,
            },
        )


def _decide(proposal: Proposal, state: str, person: User, now: datetime) -> Proposal:
    proposal.state, proposal.decided_by, proposal.decided_at = state, person, now
    proposal.save(update_fields=["state", "decided_by", "decided_at"])
    return proposal


def _open_proposal(proposal_id: UUID) -> Proposal:
    # Locked: of two people who answer it at once, the second is told that it was answered.
    proposal: Proposal | None = Proposal.objects.select_for_update().filter(pk=proposal_id).first()
    if proposal is None:
        raise NotFound(_("There is no such proposal."))
    if proposal.state != "open":
        raise WrongState(_("This proposal was {state} before. Nothing was changed.").format(state=proposal.state))
    return proposal


def _locked(article_id: UUID) -> Article:
    # Source and origin by queries of their own: joined, one that was changed while we waited would be missing.
    article: Article | None = Article.objects.select_for_update().filter(pk=article_id).first()
    if article is None:
        raise NotFound(_("There is no such article."))
    tell_of_change(article=article_id)
    return article


def _cleaned(changes: Mapping[str, Any]) -> dict[str, Any]:
    errors = [
        {
            "pointer": f"/{name}",
            "code": "unknown-field",
            "detail": _("An article has no detail {name}.").format(name=name),
        }
        for name in changes
        if name not in EDITABLE
    ]
    cleaned: dict[str, Any] = {}
    for name, value in changes.items():
        try:
            cleaned[name] = _CLEANERS.get(name, lambda value: value)(value)
        except DomainError as refusal:
            errors.append({"pointer": f"/{name}", "code": refusal.code, "detail": refusal.message})
    if errors:
        raise InvalidInput(" ".join([*(error["detail"] for error in errors), _("Nothing was changed.")]), errors=errors)
    return cleaned


def _url(value: str | None) -> str | None:
    return canonicalise_url(value) if value else None


def _language(value: str | None) -> str:
    tag = normalise_language(value) if value else ""
    if value and not tag:
        raise InvalidInput(_("“{value}” is not a language tag such as en or pt-BR.").format(value=value))
    return tag


def _title(value: str | None) -> str:
    on_one_line = " ".join((value or "").split())
    if not on_one_line:
        raise InvalidInput(_("An article needs a title."))
    return _bounded(on_one_line, 1000)


def _bounded(value: str | None, most: int) -> str:
    value = (value or "").strip()
    if len(value) > most:
        raise InvalidInput(_("At most {most} characters fit here.").format(most=most))
    return value


def _published_at(value: Any) -> datetime | None:
    if value is None or (isinstance(value, datetime) and value.tzinfo):
        return value
    raise InvalidInput(_("The time of publication needs a date, a time and a time zone, like 2021-06-16T17:08:16Z."))


def _source(value: Any) -> Any:
    if value is None or isinstance(value, Source | str):
        return value
    raise InvalidInput(_("A source is given by its name."))


_CLEANERS: dict[str, Any] = {
    "url": _url,
    "language": _language,
    "title": _title,
    "byline": lambda value: _bounded(value, 500),
    "published_at": _published_at,
    "source": _source,
    "origin": _source,
}
