"""Addresses that this app links to and other apps serve."""

from uuid import UUID

from core.pages.navigation import reverse_or_nothing


def reader_url(article_id: UUID) -> str:
    """Return the reader's address, which annotations serves."""
    return f"{reverse_or_nothing('article_list')}{article_id}/"


def effects_url(run_id: UUID) -> str:
    """Return the address of an import's effects on claims, which annotations serves."""
    return f"{reverse_or_nothing('import_list')}{run_id}/effects/"
