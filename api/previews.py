"""Preview an import for `POST /imports?dry_run=true`. Nothing is written."""

from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from annotations.services.changes.import_effects import ArticleEffect, effects_of
from articles.models import ImportItem
from articles.parsing import ParsedArticle
from articles.services.batches import Outcome
from articles.services.previews import Preview, preview_addresses, preview_articles, preview_files
from core.fetching import fetch

MOST_ITEMS = 1_000
Previewed = tuple[Outcome, ParsedArticle | None]


def import_preview(given: dict[str, Any]) -> dict[str, Any]:
    """Return the preview of at most a thousand items. `given` as for start_import: files, urls or articles."""
    found = list(islice(chain.from_iterable(_previewed(given)), MOST_ITEMS + 1))
    shown = found[:MOST_ITEMS]
    effects = {effect.article.pk: effect for effect in effects_of(_new_texts(shown))}
    return {
        "dry_run": True,
        "is_complete": len(found) == len(shown),
        "items": [_item(outcome, effects) for outcome, _ in shown],
    }


def _previewed(given: dict[str, Any]) -> Preview:
    if "files" in given:
        return preview_files(files=given["files"])
    if "urls" in given:
        return preview_addresses(urls=given["urls"], fetch=fetch)
    return preview_articles(articles=given["articles"])


def _new_texts(found: list[Previewed]) -> Iterator[tuple[Any, str]]:
    for outcome, article in found:
        if outcome.state == ImportItem.State.UPDATED and article is not None:
            yield outcome.article_id, article.canonical.text


def _item(outcome: Outcome, effects: dict[Any, ArticleEffect]) -> dict[str, Any]:
    is_known = outcome.state in (ImportItem.State.UPDATED, ImportItem.State.UNCHANGED)
    is_update = outcome.state == ImportItem.State.UPDATED
    effect = effects.get(outcome.article_id) if is_update else None
    return {
        "item": outcome.name,
        "outcome": outcome.state,
        "article": outcome.article_id if is_known else None,
        "code": outcome.code,
        "detail": outcome.detail,
        "effects": _effects(effect) if effect else None,
    }


def _effects(effect: ArticleEffect) -> dict[str, Any]:
    return effect.counts | {
        "changes": [
            {
                "claim": change.claim.pk,
                "statement": change.claim.statement,
                "passage": change.passage_id,
                "status": change.status,
                "old": change.old,
                "new": change.new,
                "is_harmless": change.is_harmless,
                "is_evidence": change.is_evidence,
                "is_published": change.is_published,
            }
            for change in effect.changes
        ]
    }
