"""Near-duplicate articles and the keys that find them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from articles.models.articles import Article, ArticleRevision

PERSON = settings.AUTH_USER_MODEL


class AlsoPublished(models.Model):
    """Two articles that carry the same copy (near-duplicates). Stored once, the older article first."""

    id = models.BigAutoField(primary_key=True)
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="also_published")
    other = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="also_published_from")
    similarity = models.FloatField()
    is_dismissed = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-similarity", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "other"], name="also_published_once"),
            models.CheckConstraint(condition=~Q(article=F("other")), name="also_published_not_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} = {self.other_id}"


class TextBands(models.Model):
    """The near-duplicate keys of an article's newest enriched revision: texts that share one are candidates."""

    article = models.OneToOneField(Article, primary_key=True, on_delete=models.PROTECT, related_name="text_bands")
    revision = models.ForeignKey(ArticleRevision, on_delete=models.PROTECT, related_name="+")
    bands = ArrayField(models.BigIntegerField())

    class Meta:
        # Without the pending list, which every lookup would read through.
        indexes = [GinIndex(fields=["bands"], name="text_bands_keys", fastupdate=False)]

    def __str__(self) -> str:
        return str(self.article_id)
