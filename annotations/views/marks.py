"""Mark words as claims, appearances or evidence; set the roles of blocks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from accounts.decorators import permission_required, person_of
from annotations.errors import InvalidInput, QuoteAmbiguous
from annotations.models import Evidence, Placement, Verdict
from annotations.reader.spans import Span
from annotations.services.block_roles import set_roles
from annotations.services.claims import add_appearance, create_claim
from annotations.services.evidence import add_evidence
from annotations.services.targets import Target
from annotations.views.answers import Done, answered, record_id, undo_of, whole_number
from annotations.workflow import OPEN
from articles.models import Article
from core.shorten import shorten_words

SHOWN = 60  # code points of a quote in a message
BACK_TO_DRAFT = _lazy(". Its verdict had been submitted and is a draft again: submit it again")
_LINKED = {
    "supports": _lazy("Linked as E{number}: “{words}” supports {claim}"),
    "refutes": _lazy("Linked as E{number}: “{words}” refutes {claim}"),
    "context": _lazy("Linked as E{number}: “{words}” gives context to {claim}"),
}


@require_POST
@permission_required("desk.read")
@answered
def mark_claim(request: HttpRequest, article_id: UUID) -> Done:
    """Mark the words as a claim (key `c`)."""
    with read_target(request, article_id) as target:
        claim = create_claim(person=person_of(request), target=target, now=timezone.now())
    appearance = claim.appearances.get()
    placed = newest_placement(appearance.passage_id)
    return Done(
        message=_("Claim marked: “{words}”").format(words=shorten_words(placed.exact, SHOWN)),
        undo=undo_of(request, claim.pk),
        status=201,
        article_id=article_id,
        data=describe_mark(placed, f"a-{appearance.pk}", "claim", "claim-marked", claim.pk),
    )


@require_POST
@permission_required("desk.read")
@answered
def mark_appearance(request: HttpRequest, article_id: UUID) -> Done:
    """Add the words as an appearance of the pinned claim (key `a`)."""
    claim_id = record_id(request, "claim")
    # Asked before the change, which itself takes a submitted verdict back to draft.
    was_submitted = is_submitted(claim_id)
    with read_target(request, article_id) as target:
        made = add_appearance(person=person_of(request), claim_id=claim_id, target=target, now=timezone.now())
    placed = newest_placement(made.passage_id)
    return Done(
        message=_("Also said here: “{words}”").format(words=shorten_words(placed.exact, SHOWN))
        + (str(BACK_TO_DRAFT) if was_submitted else ""),
        undo=undo_of(request, made.pk),
        status=201,
        article_id=article_id,
        data=describe_mark(placed, f"a-{made.pk}", "claim", "claim-marked", made.claim_id),
    )


@require_POST
@permission_required("desk.read")
@answered
def mark_evidence(request: HttpRequest, article_id: UUID) -> Done:
    """Link the words to the pinned claim (key `e`, then `s`, `r` or `x`)."""
    claim_id, stance = record_id(request, "claim"), request.POST.get("stance", "")
    was_submitted = is_submitted(claim_id)
    with read_target(request, article_id) as target:
        made = add_evidence(
            person=person_of(request), claim_id=claim_id, target=target, stance=stance, now=timezone.now()
        )
    placed = newest_placement(made.passage_id)
    data = describe_mark(placed, f"e-{made.pk}", "evidence", f"evidence-{made.stance}", made.claim_id)
    return Done(
        message=_say_linked(made, placed.exact) + (str(BACK_TO_DRAFT) if was_submitted else ""),
        undo=undo_of(request, made.pk),
        status=201,
        article_id=article_id,
        data=data | {"card": f"evidence-e-{made.pk}"},
    )


def _say_linked(made: Evidence, exact: str) -> str:
    """Name the claim: the pane and the pin may show two different ones."""
    words, claim = shorten_words(exact, SHOWN), shorten_words(made.claim.statement, SHOWN)
    said = _LINKED[made.stance].format(number=made.number, words=words, claim=f"“{claim}”" if claim else _("the claim"))
    return str(said)


@require_POST
@permission_required("desk.read")
@answered
def mark_blocks(request: HttpRequest, article_id: UUID) -> Done:
    """Set block roles (key `f`). `roles` is like "12:furniture 13:furniture"."""
    roles = _parse_roles(request.POST.get("roles", ""))
    said = set_roles(article_id=article_id, roles=roles, person=person_of(request), now=timezone.now())
    return Done(message=f"{said}.", undo=undo_of(request, article_id), article_id=article_id)


def _parse_roles(value: str) -> dict[int, str]:
    pairs = [pair.partition(":") for pair in value.split()]
    if not pairs or not all(number.isdecimal() and len(number) < 7 for number, _, _ in pairs):
        raise InvalidInput(gettext("Say which block is meant. Nothing was changed."))
    return {int(number): role for number, _, role in pairs}


@contextmanager
def read_target(request: HttpRequest, article_id: UUID) -> Iterator[Target]:
    """Read the target of the request.

    Candidates for an ambiguous quote come with the number of their revision.
    """
    target = Target(
        article_id=article_id,
        exact=request.POST.get("exact", "") or request.POST.get("quote", ""),
        prefix=request.POST.get("prefix", ""),
        suffix=request.POST.get("suffix", ""),
        start=whole_number(request, "start"),
        end=whole_number(request, "end"),
        revision=whole_number(request, "revision"),
    )
    try:
        yield target
    except QuoteAmbiguous as refusal:
        current = Article.objects.select_related("current_revision").get(pk=article_id).current_revision
        # The page may show an older text: offsets of the candidates are valid in this revision alone.
        refusal.extra["revision"] = current.number if current else None
        raise


def is_submitted(claim_id: UUID) -> bool:
    return Verdict.objects.filter(claim=claim_id, status__in={*OPEN} - {"draft"}).exists()


def newest_placement(passage_id: UUID | None) -> Placement:
    """Return the passage's placement in the newest placed revision."""
    newest_first = Placement.objects.select_related("revision").order_by("-revision__number")
    return newest_first.filter(passage=passage_id)[:1].get()


def describe_mark(placed: Placement, key: str, kind: str, group: str, claim_id: UUID) -> dict[str, Any]:
    span = Span(key, placed.start or 0, placed.end or 0, kind, group, str(claim_id))
    return {"spans": [asdict(span)], "claim": str(claim_id), "revision": placed.revision.number}
