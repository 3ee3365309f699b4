"""Addresses that the articles app links to and others serve."""

from uuid import UUID

from django.urls import reverse


def reader_url(article_id: UUID) -> str:
    """The reader lies beside the list: annotations serves it."""
    return f"{reverse('article_list')}{article_id}/"


def effects_url(run_id: UUID) -> str:
    """What an import changes about claims, to be looked at before it is applied. As above."""
    return f"{reverse('import_list')}{run_id}/effects/"
