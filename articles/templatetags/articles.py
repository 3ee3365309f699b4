"""Template tags for articles."""

from uuid import UUID

from django import template
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format

from articles import links
from articles.facets import language_name
from articles.models import ImportItem, ImportRun, Proposal
from articles.text import languages

register = template.Library()


@register.filter
def reader_url(article_id: UUID) -> str:
    return links.reader_url(article_id)


@register.filter
def language_words(tag: str) -> str:
    """Return the language in words, nothing where it is not known."""
    return language_name(tag) if tag else ""


@register.filter
def direction(language: str) -> str:
    return languages.direction(language)


@register.filter
def proposed_value(proposal: Proposal) -> str:
    """Return the proposed value in words."""
    at = parse_datetime(proposal.value) if proposal.field == "published_at" else None
    return date_format(at, "j F Y, H:i") if at else proposal.value


@register.filter
def field_label(proposal: Proposal) -> str:
    return {"published_at": "Published", "url": "Address"}.get(proposal.field, proposal.field.capitalize())


@register.filter
def outcome_counts(run: ImportRun) -> list[tuple[str, str, int]]:
    """Return (state, label, count) of the run's outcomes."""
    states = ImportItem.State
    counts = [
        (states.FAILED, run.failed),
        (states.HELD, run.total - run.done if run.state == ImportRun.State.HELD else 0),
        (states.CREATED, run.created),
        (states.UPDATED, run.updated),
        (states.UNCHANGED, run.unchanged),
    ]
    return [(state.value, str(state.label), count) for state, count in counts if count]
