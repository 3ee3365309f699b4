"""Reads of the articles app, as chained queryset methods."""

from typing import Any

from django.db import models


class SourceQuerySet(models.QuerySet[Any]):
    pass


class ArticleQuerySet(models.QuerySet[Any]):
    def for_lists(self) -> "ArticleQuerySet":
        return self.select_related("source", "origin", "current_revision").defer("current_revision__text")


class RevisionQuerySet(models.QuerySet[Any]):
    pass


class ImportRunQuerySet(models.QuerySet[Any]):
    pass
