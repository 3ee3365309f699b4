"""Records with a history: their events, who may read them, and their page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import ApiToken, AuditEvent, User
from accounts.permissions import check_permission, has_permission
from annotations.errors import NotFound
from annotations.models import (
    Claim,
    Claimant,
    Desk,
    Evidence,
    Passage,
    RatingScale,
    Verdict,
)
from articles.links import reader_url
from articles.models import Article, Source
from publishing.models import WebhookEndpoint


@dataclass(frozen=True, slots=True)
class _Subject:
    """A record with a history. `crumbs` are (address, words) of the pages above it."""

    name: str
    crumbs: list[tuple[str, str]]
    url: str
    events: QuerySet[AuditEvent]


def subject_of(*, person: User, kind: str, object_id: str) -> _Subject:
    """Find the subject of a history. Raises NotFound, NotPermitted."""
    if kind not in SUBJECTS:
        raise NotFound(_("There is no history of that kind."))
    model, permission, find = SUBJECTS[kind]
    try:
        found = model.objects.filter(pk=object_id if model is Desk else UUID(object_id)).first()
    except ValueError:
        found = None
    # Before it says whether the record exists: who may not read it must not learn that either.
    if not _is_own(person, found):
        check_permission(person, permission)
    if found is None:
        raise NotFound(_("This does not exist, so it has no history."))
    return find(found)


def claim_events(claim_id: UUID | str) -> QuerySet[AuditEvent]:
    """Return the events of a claim and of everything under it."""
    return _stream(f"claim:{claim_id}")


def _is_own(person: User, found: Any) -> bool:
    """Return whether the record belongs to the person, who may then read its history."""
    is_own = found == person or (isinstance(found, ApiToken) and found.user_id == person.pk)
    return is_own and has_permission(person, "audit.read")


def _stream(name: str) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(stream=name)


def _rows(table: str, *ids: Any) -> Q:
    return Q(object_table=table, object_id__in=[str(one) for one in ids])


def _claim_crumbs(claim: Claim) -> list[tuple[str, str]]:
    return [
        (reverse("annotations:claims"), _("Claims")),
        (reverse("annotations:claim", args=[claim.pk]), claim.statement or _("No statement yet")),
    ]


def _claim(claim: Claim) -> _Subject:
    *crumbs, (url, name) = _claim_crumbs(claim)
    return _Subject(name, crumbs, url, claim_events(claim.pk))


def _evidence(evidence: Evidence) -> _Subject:
    crumbs = _claim_crumbs(evidence.claim)
    events = claim_events(evidence.claim_id).filter(_rows("annotations_evidence", evidence.pk))
    return _Subject(
        _("Evidence {number}").format(number=evidence.number),
        crumbs,
        f"{crumbs[-1][0]}#evidence-{evidence.number}",
        events,
    )


def _verdict(verdict: Verdict) -> _Subject:
    """Return a verdict's events, with its transitions, approvals and comments."""
    rows = _rows("annotations_verdict", verdict.pk)
    for table, under in (
        ("verdicttransition", verdict.transitions),
        ("approval", verdict.approvals),
        ("comment", verdict.comments),
    ):
        rows |= _rows(f"annotations_{table}", *under.values_list("pk", flat=True))
    events = claim_events(verdict.claim_id).filter(rows)
    url = reverse("publishing:review", args=[verdict.pk])
    return _Subject(
        _("Verdict, version {version}").format(version=verdict.version), _claim_crumbs(verdict.claim), url, events
    )


def _passage(passage: Passage) -> _Subject:
    article = passage.article
    crumbs = [(reverse("article_list"), _("Articles")), (reader_url(article.pk), article.title)]
    return _Subject(f"“{passage.exact[:120]}”", crumbs, reader_url(article.pk), _stream(f"passage:{passage.pk}"))


def _article(article: Article) -> _Subject:
    crumbs = [(reverse("article_list"), _("Articles"))]
    return _Subject(
        article.title, crumbs, reverse("article_details", args=[article.pk]), _stream(f"article:{article.pk}")
    )


def _source(source: Source) -> _Subject:
    crumbs = [(reverse("source_list"), _("Sources"))]
    return _Subject(source.name, crumbs, reverse("source_edit", args=[source.pk]), _stream(f"source:{source.pk}"))


def _claimant(claimant: Claimant) -> _Subject:
    url = f"{reverse('annotations:claims')}?claimant={claimant.pk}"
    crumbs = [(reverse("annotations:claims"), _("Claims"))]
    return _Subject(claimant.name, crumbs, url, _stream(f"claimant:{claimant.pk}"))


def _scale(scale: RatingScale) -> _Subject:
    # A rating that was deleted has no row to ask, only the trail's text of it.
    own = f'"scale_id": "{scale.pk}"'
    ratings = Q(object_table="annotations_rating") & (
        Q(before_payload__body__contains=own) | Q(after_payload__body__contains=own)
    )
    events = _stream("settings").filter(_rows("annotations_ratingscale", scale.pk) | ratings)
    crumbs = [(reverse("annotations:rating_scales"), _("Rating scales"))]
    return _Subject(str(scale), crumbs, reverse("annotations:rating_scale", args=[scale.pk]), events)


def _person(person: User) -> _Subject:
    crumbs = [(reverse("people"), _("People"))]
    return _Subject(person.name, crumbs, reverse("person", args=[person.pk]), _stream(f"person:{person.pk}"))


def _token(token: ApiToken) -> _Subject:
    events = _stream(f"person:{token.user_id}").filter(_rows("accounts_apitoken", token.pk))
    return _Subject(
        _("Token “{name}”").format(name=token.name), [(reverse("tokens"), _("Tokens"))], reverse("tokens"), events
    )


def _webhook(endpoint: WebhookEndpoint) -> _Subject:
    events = _stream("settings").filter(_rows("publishing_webhookendpoint", endpoint.pk))
    crumbs = [(reverse("publishing:webhooks"), _("Webhooks"))]
    return _Subject(endpoint.url, crumbs, reverse("publishing:webhook", args=[endpoint.pk]), events)


def _desk(desk: Desk) -> _Subject:
    url = reverse("annotations:desk_settings")
    return _Subject(desk.name, [], url, _stream("settings").filter(_rows("annotations_desk", desk.pk)))


SUBJECTS: Final[dict[str, tuple[Any, str, Callable[[Any], _Subject]]]] = {
    "claim": (Claim, "audit.read", _claim),
    "evidence": (Evidence, "audit.read", _evidence),
    "verdict": (Verdict, "audit.read", _verdict),
    "passage": (Passage, "audit.read", _passage),
    "article": (Article, "audit.read", _article),
    "source": (Source, "audit.read", _source),
    "claimant": (Claimant, "audit.read", _claimant),
    "scale": (RatingScale, "audit.read", _scale),
    "person": (User, "people.manage", _person),
    "token": (ApiToken, "token.manage", _token),
    "webhook": (WebhookEndpoint, "webhook.manage", _webhook),
    "desk": (Desk, "desk.manage", _desk),
}
