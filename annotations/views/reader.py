"""The reader's pages: an article with its claims, the poll, suggested claimants."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

from accounts.decorators import permission_required, person_of
from accounts.permissions import has_permission
from annotations.models import Appearance, Claimant
from annotations.reader.cards import BLANK, rows, stamp
from annotations.reader.deltas import changes_since, group_tokens, known_stamps
from annotations.reader.drawing import MOST_MARKS, draw_blocks, draw_rows, split_cards
from annotations.reader.sentences import sentences_of
from annotations.reader.spans import shown_blocks
from annotations.reader.state import ReaderState, load_reader
from annotations.reader.unchanged import digest_of, look_at, tag_of
from annotations.services.changes.repeats import repeats_in
from core.errors import InvalidInput
from core.notices import stream_url

SUGGESTIONS = 10
# Of the cards beside the text, by the names that static/js/reader/margin/filter.js knows.
CARD_FILTERS = (
    ("all", _("All")),
    ("mine", _("Mine")),
    ("news", _("Text changed")),
    ("claim-marked", _("To check")),
    ("claim-selected", _("Checking")),
    ("claim-checked", _("Checked")),
    ("claim-published", _("Published")),
    ("claim-parked", _("Parked")),
    ("evidence", _("Evidence")),
)
MOST_FILLED = 60  # claims in one request for cards


@require_safe
@never_cache
@permission_required("desk.read")
@gzip_page
def reader(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """Show the article; `?revision=N` shows an older revision, read-only."""
    state = _load_state(request, article_id)
    # An older revision has no script that would fill rows.
    first, later = split_cards(state.cards) if state.is_current else (state.cards, [])
    drawn = state.cards[:MOST_MARKS] if state.is_current else state.cards
    spans = [span for card in drawn for span in card.spans()]
    urls = _list_urls(state) | {"events": stream_url(request, f"article:{state.article.pk}")}
    context = _card_context(request, state) | {
        "cards": first,
        "rows": draw_rows(later),
        "text": draw_blocks(shown_blocks(state.revision.text, state.blocks, spans)),
        "data": _document(state) | {"urls": urls, "article": str(state.article.pk)},
        "direction": _direction_of(state.article.language),
        "can_edit": has_permission(person_of(request), "article.edit"),
        "blank": BLANK,
        "filters": CARD_FILTERS,
        "repeats": repeats_in(article_id) if state.is_current else [],
        "has_own_pin": True,
    }
    return render(request, "reader.html", context)


@require_safe
@never_cache
@permission_required("desk.read")
def poll(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """Return what changed on the page, 304 where nothing did.

    The headers `Reader-Has` and `Reader-Groups` name what the page has.
    """
    moment = look_at(article_id=article_id, person=person_of(request), now=timezone.now())
    has_tag = request.headers.get("If-None-Match", "")
    # The usual answer, every 4 s from every open page: no claim is loaded for it.
    if renewed := moment.renewed(has_tag):
        return HttpResponse(status=304, headers={"ETag": renewed})
    # Before the state is loaded.
    event = moment.settled_event()
    state = _load_state(request, article_id)
    digest = state.digest()
    etag = f'"{digest}"' if event is None else tag_of(digest, event, moment.minute, moment.page)
    if digest_of(has_tag) == digest:
        return HttpResponse(status=304, headers={"ETag": etag})
    has = known_stamps(request.headers.get("Reader-Has", ""))
    context = _card_context(request, state)
    groups = request.headers.get("Reader-Groups", "")
    answer = changes_since(
        has, groups, state, lambda name, **more: render_to_string(f"reader/{name}.html", context | more, request)
    )
    return JsonResponse(answer, headers={"ETag": etag})


@require_safe
@never_cache
@permission_required("desk.read")
@gzip_page
def cards(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """Return the cards of the claims that `claims` names, for rows that come near the window."""
    only = _parse_ids(request.GET.get("claims", ""))
    state = _load_state(request, article_id, only=only)
    context = _card_context(request, state)
    drawn = {
        card.key: render_to_string("reader/cards.html", context | {"cards": [card]}, request) for card in state.cards
    }
    return JsonResponse({"cards": drawn})


@require_safe
@cache_control(private=True, no_cache=True)
@permission_required("desk.read")
@gzip_page
@conditional_page
def sentence_bounds(request: HttpRequest, article_id: UUID, number: int) -> HttpResponse:
    """Return where each sentence of the revision begins and ends, in one flat list; 304 where the caller has it.

    Asked for each time: the text of a revision never changes, but the language of its article does.
    """
    bounds = [edge for sentence in sentences_of(article_id, number) for edge in sentence]
    return JsonResponse({"bounds": bounds})


def _load_state(request: HttpRequest, article_id: UUID, only: list[UUID] | None = None) -> ReaderState:
    number = _parse_number(request.GET.get("revision", ""))
    return load_reader(article_id=article_id, person=person_of(request), number=number, only=only)


def _parse_ids(value: str) -> list[UUID]:
    # 36 characters of an id and a comma.
    if len(value) > MOST_FILLED * 37:
        raise InvalidInput(gettext("Ask for at most {most_filled} claims at once.").format(most_filled=MOST_FILLED))
    try:
        return [UUID(one) for one in value.split(",") if one]
    except ValueError:
        raise InvalidInput(gettext("A claim is named by its id.")) from None


@require_safe
@never_cache
@permission_required("desk.read")
def claimant_suggest(request: HttpRequest) -> HttpResponse:
    """Return claimants by name as JSON, those that begin with `q` first."""
    words = " ".join(request.GET.get("q", "").split())[:200]
    found = sorted(
        Claimant.objects.matching(words).order_by("name", "pk")[:50],
        key=lambda one: not one.name.casefold().startswith(words.casefold()),
    )
    results = [{"id": str(one.pk), "label": one.name, "hint": one.role} for one in found[:SUGGESTIONS]]
    return JsonResponse({"results": results})


def _card_context(request: HttpRequest, state: ReaderState) -> dict[str, Any]:
    """Return the template context of the fragments beside the text."""
    person = person_of(request)
    return {
        "state": state,
        "article": state.article,
        "revision": state.revision,
        "cards": state.cards,
        "pinned": state.pinned,
        "can_write": state.is_current and has_permission(person, "claim.write"),
        "can_resolve": state.is_current and has_permission(person, "recheck.resolve"),
        "may_approve": has_permission(person, "verdict.approve"),
        "modes": Appearance.Mode.choices,
        "claimant_url": reverse("annotations:claimant_suggest"),
    }


def _document(state: ReaderState) -> dict[str, Any]:
    """Return the page's data for its script."""
    stamps = [stamp(card) for card in state.cards]
    return {
        "revision": state.newest,
        "pinned": state.pinned.document() if state.pinned else None,
        "cards": [{"stamp": one, "spans": rows(card)} for one, card in zip(stamps, state.cards, strict=True)],
        "groups": group_tokens(stamps),
    }


def _list_urls(state: ReaderState) -> dict[str, str]:
    article_id = state.article.pk
    names = ("claims", "appearances", "evidence", "blocks")
    urls = {name: reverse(f"annotations:mark_{name}", args=[article_id]) for name in names}
    poll_url = reverse("annotations:reader_poll", args=[article_id])
    cards_url = reverse("annotations:reader_cards", args=[article_id])
    revision = f"?revision={state.revision.number}"
    return urls | {
        "poll": poll_url + revision,
        "cards": cards_url + revision,
        "sentences": reverse("annotations:sentences", args=[article_id, state.revision.number]),
        # Of no record: the script puts the id of the passage's owner in.
        "appearance_words": reverse("annotations:appearance_words", args=[BLANK["appearance"]]),
        "evidence_words": reverse("annotations:evidence_words", args=[BLANK["evidence"]]),
    }


def _direction_of(language: str) -> str:
    """Return the writing direction; "auto" where the language is not known."""
    if not language:
        return "auto"
    return "rtl" if language.split("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"})


def _parse_number(value: str) -> int | None:
    if not value:
        return None
    if not value.isdecimal() or len(value) > 9:
        raise InvalidInput(gettext("A revision is a whole number, such as 1."))
    return int(value)
