"""The texts of claims and checks that the finder searches: statements, quotes, other desks' claims."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone

from annotations.models import Claim
from articles.models.finder import SearchText, TextVector
from publishing.models.foreign import ForeignCheck


class CheckText(SearchText):
    """A text of a claim or of a foreign check. `title` is the headline of its check."""

    claim = models.ForeignKey(Claim, null=True, on_delete=models.CASCADE, related_name="+")
    foreign = models.ForeignKey(ForeignCheck, null=True, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    title = models.TextField(blank=True, default="")
    is_quote = models.BooleanField(default=False, help_text="The words where the claim stands, not its statement.")
    is_published = models.BooleanField(default=False, help_text="Readers may be told: another desk's, or published.")

    class Meta:
        ordering = ["pk"]
        # As for sentences: 320 KB of waiting entries made comparing an article with the claims ten times as long (2026-12-01).
        indexes = [
            GinIndex(fields=["vector"], name="check_text_words", gin_pending_list_limit=64),
            GinIndex(
                fields=["vector"],
                name="check_text_published",
                gin_pending_list_limit=64,
                condition=Q(is_published=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(claim__isnull=True) ^ Q(foreign__isnull=True), name="check_text_of_one_thing"
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]


class CheckVector(TextVector):
    # `check_vector_once` begins with it.
    text = models.ForeignKey(CheckText, on_delete=models.CASCADE, related_name="+", db_index=False)
    is_published = models.BooleanField(
        default=False, db_default=False, help_text="As its text says, which is written anew when it changes."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["text", "model"], name="check_vector_once")]
        indexes = [models.Index(fields=["id"], name="check_vector_waits", condition=Q(embedding=None))]

    def __str__(self) -> str:
        return f"{self.text_id} by {self.model_id}"


class UnindexedCheck(models.Model):
    """A request to index the texts of a claim or foreign check again. Triggers write it, the background drains it."""

    id = models.BigAutoField(primary_key=True)
    owner_id = models.UUIDField()
    is_foreign = models.BooleanField()
    since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.owner_id)


class UncomparedArticle(models.Model):
    """A request to compare an article's sentences with the claims. The background drains these rows."""

    id = models.BigAutoField(primary_key=True)
    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="+", db_index=False)

    def __str__(self) -> str:
        return str(self.article_id)
