"""Reads of the articles app, as chained queryset methods."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Count, Q


class SourceQuerySet(models.QuerySet[Any]):
    def with_counts(self) -> "SourceQuerySet":
        """Each with `article_count` and, as a wire of others, `origin_count`."""
        counted: SourceQuerySet = self.annotate(
            article_count=Count("articles", distinct=True), origin_count=Count("originated_articles", distinct=True)
        )
        return counted.order_by("name", "pk")


class ArticleQuerySet(models.QuerySet[Any]):
    def for_lists(self) -> "ArticleQuerySet":
        return self.select_related("source", "origin", "current_revision").defer("current_revision__text")

    def readable(self) -> "ArticleQuerySet":
        """Those that have a text to read."""
        return self.filter(current_revision__isnull=False)

    def published_since(self, since: datetime) -> "ArticleQuerySet":
        return self.filter(published_at__gte=since)


class RevisionQuerySet(models.QuerySet[Any]):
    def newest_first(self) -> "RevisionQuerySet":
        return self.order_by("-number", "-pk")


class ImportRunQuerySet(models.QuerySet[Any]):
    def for_lists(self) -> "ImportRunQuerySet":
        return self.select_related("created_by", "source")

    def open(self) -> "ImportRunQuerySet":
        return self.filter(Q(state="queued") | Q(state="running"))
