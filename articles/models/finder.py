"""The finder's index: sentences of current revisions, vectors of each encoder, and word frequencies.

All of it is derived and can be rebuilt (`manage.py rebuild_search`). `publishing` adds a second corpus, the checked
claims, with the same abstract models.
"""

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    _TextField = models.Field[str | None, str | None]
else:
    _TextField = models.Field


class HalfVectorField(_TextField):
    """A pgvector `halfvec` of any length, written as text and read by SQL alone.

    The package pgvector would import numpy into every process that loads the models: 15 MB.
    """

    def db_type(self, connection: Any) -> str:
        return "halfvec"


class EmbeddingModel(models.Model):
    """An encoder whose vectors are stored.

    The database function `register_embedding_model` creates the rows and adds the partial HNSW indexes; they are empty
    at that time, so nothing waits for an index build.
    """

    id = models.SmallAutoField(primary_key=True)
    name = models.CharField(max_length=200, unique=True)
    dimensions = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class SearchText(models.Model):
    """A short text of a corpus: its lexemes without positions, and its number of words."""

    id = models.BigAutoField(primary_key=True)
    config = models.CharField(max_length=30)
    language = models.CharField(max_length=35, blank=True, default="")
    vector = SearchVectorField()
    length = models.PositiveIntegerField(help_text="Distinct lexemes.")

    class Meta:
        abstract = True


class TextVector(models.Model):
    """The vector of one text by one encoder; null until a worker has made it."""

    id = models.BigAutoField(primary_key=True)
    model = models.ForeignKey(EmbeddingModel, on_delete=models.CASCADE, related_name="+", db_index=False)
    embedding = HalfVectorField(null=True)

    class Meta:
        abstract = True


class Sentence(SearchText):
    """A sentence of an article's current revision, furniture excluded. Offsets are code points."""

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="+")
    # Without an index: revisions are never deleted, and an article is asked for its sentences.
    revision = models.ForeignKey("articles.ArticleRevision", on_delete=models.CASCADE, related_name="+", db_index=False)
    position = models.PositiveIntegerField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    is_headline = models.BooleanField(default=False)

    class Meta:
        ordering = ["revision", "position"]
        # Every search reads the entries that wait to be sorted in; a question has many words (2026-12-01).
        indexes = [GinIndex(fields=["vector"], name="sentence_words", gin_pending_list_limit=128)]

    def __str__(self) -> str:
        return f"{self.revision_id}[{self.start}:{self.end}]"


class SentenceVector(TextVector):
    # `sentence_vector_once` begins with it.
    text = models.ForeignKey(Sentence, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["text", "model"], name="sentence_vector_once")]
        indexes = [models.Index(fields=["id"], name="sentence_vector_waits", condition=Q(embedding=None))]

    def __str__(self) -> str:
        return f"{self.text_id} by {self.model_id}"


class UnindexedArticle(models.Model):
    """A request to cut an article's sentences again. The background drains these rows, so writers never wait."""

    id = models.BigAutoField(primary_key=True)
    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="+", db_index=False)
    since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.article_id)


class CorpusCount(models.Model):
    """The number of texts of a corpus when its words were counted, and the search configurations they use."""

    corpus = models.CharField(primary_key=True, max_length=20)
    total = models.PositiveIntegerField()
    average_length = models.FloatField()
    configs = ArrayField(models.CharField(max_length=30))
    searched_bytes = models.PositiveBigIntegerField(
        default=0, help_text="Of all search passages, when words were counted."
    )
    counted_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.corpus


class WordCount(models.Model):
    """The number of texts of a corpus that contain a lexeme."""

    id = models.BigAutoField(primary_key=True)
    corpus = models.CharField(max_length=20)
    lexeme = models.TextField()
    texts = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["corpus", "lexeme"], name="word_count_once")]

    def __str__(self) -> str:
        return f"{self.lexeme}: {self.texts}"
