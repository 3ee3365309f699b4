"""Sources, articles, immutable revisions, block roles and proposals."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Coalesce, Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone

from articles.canonical_url import domains_of
from articles.models.files import StoredFile
from core.ids import uuid7

PERSON = settings.AUTH_USER_MODEL
BLOCK_ROLES = ("headline", "standfirst", "body", "caption", "list", "furniture")


class _SourceQuerySet(models.QuerySet["Source"]):
    def standing(self) -> "_SourceQuerySet":
        """Return the sources that were not merged into another."""
        return self.filter(merged_into=None)

    def matching(self, words: str) -> "_SourceQuerySet":
        """Return those with the words in name or domain, or whose address it is; a merged one counts as the one it became."""
        fits = Q(name__icontains=words) | Q(domain__icontains=words) | Q(domain__in=domains_of(words))
        merged = Source.objects.filter(fits, merged_into__isnull=False)
        return self.filter(fits | Q(pk__in=merged.values("merged_into")))

    def with_counts(self) -> "_SourceQuerySet":
        """Return those that stand, with `article_count` and, for wires, `origin_count`."""
        counted: _SourceQuerySet = self.standing().annotate(
            article_count=_count_articles("source"), origin_count=_count_articles("origin")
        )
        return counted.order_by("name", "pk")


def _count_articles(key: str) -> Coalesce:
    """Return how many articles have the row as their source or origin. Joined, each of ones meets each of the others."""
    own = Article.objects.filter(**{key: models.OuterRef("pk")}).order_by().values(key)
    return Coalesce(models.Subquery(own.values(number=Count("pk"))), 0)


class Source(models.Model):
    """A publisher: outlet, wire or institution (schema.org Organization). An article's origin is one too."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200, unique=True)
    domain = models.CharField(max_length=253, null=True, blank=True, unique=True)
    language = models.CharField(max_length=35, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="", help_text="ISO 3166-1 alpha-2")
    interests = models.TextField(blank=True, default="", help_text="Owner, funding, leanings a reader should know of.")
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged_from",
        help_text="The source that took over its articles. The name and the domain of this one lead imports there.",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = _SourceQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


# Of a revision: a signature alone is 128 numbers.
_LARGE = ("current_revision__text", "current_revision__blocks", "current_revision__minhash")


class ArticleQuerySet(models.QuerySet["Article"]):
    def for_lists(self) -> "ArticleQuerySet":
        return self.select_related("source", "origin", "current_revision").defer(*_LARGE)

    def readable(self) -> "ArticleQuerySet":
        """Return articles that have a text."""
        return self.filter(current_revision__isnull=False)

    def of_source(self, source_id: UUID) -> "ArticleQuerySet":
        """Return the articles of the source, or of the one that it was merged into: saved filters and programs keep its id."""
        into = Source.objects.filter(pk=source_id).values("merged_into")
        return self.filter(source=Coalesce(models.Subquery(into), source_id))

    def published_since(self, since: datetime) -> "ArticleQuerySet":
        return self.filter(published_at__gte=since)


class Article(models.Model):
    """One imported piece.

    Identity: canonical URL, else external id within its source, else file name within its source.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    url = models.URLField(max_length=2000, null=True, blank=True, unique=True)
    external_id = models.CharField(max_length=300, null=True, blank=True)
    file_name = models.CharField(max_length=300, null=True, blank=True)
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.PROTECT, related_name="articles")
    origin = models.ForeignKey(
        Source,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="originated_articles",
        help_text="The wire or first publisher: sources are independent when their origins differ.",
    )
    title = models.CharField(max_length=1000)
    byline = models.CharField(max_length=500, blank=True, default="")
    published_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=35, blank=True, default="", help_text="BCP 47; empty when not known.")
    language_confidence = models.FloatField(null=True, blank=True)
    current_revision = models.ForeignKey(
        "ArticleRevision",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="What readers see. A newer revision becomes current when its passages have been placed.",
    )
    edited_fields = ArrayField(
        models.CharField(max_length=30),
        default=list,
        blank=True,
        help_text="Details a person set: no import overwrites them, the publisher's value becomes a proposal.",
    )
    imported_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                # Two articles without a source are of the same source, "none": else each import would make another.
                nulls_distinct=False,
                condition=Q(external_id__isnull=False),
                name="article_external_id_within_source",
            ),
            models.UniqueConstraint(
                fields=["source", "file_name"],
                nulls_distinct=False,
                condition=Q(file_name__isnull=False, url__isnull=True, external_id__isnull=True),
                name="article_file_name_within_source",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="article_newest_first"),
            models.Index(fields=["published_at"], name="article_published_at"),
            # For search, which steps from one language to the next.
            models.Index(fields=["language"], name="article_language"),
        ]

    def __str__(self) -> str:
        return self.title


class _RevisionQuerySet(models.QuerySet["ArticleRevision"]):
    def newest_first(self) -> "_RevisionQuerySet":
        return self.order_by("-number", "-pk")


class ArticleRevision(models.Model):
    """The immutable canonical text of an article at one time. Every offset in the desk refers to one of these.

    `text` starts with the headline; `blocks` is a list of {"tag", "role", "start", "end"}, zero-based half-open code points.
    The database refuses changes, gaps in `number`, and a text equal to the one before it. Rows have no events of their
    own (a bulk import would pay for them): their digests are anchored one by one, see accounts/audit_proof/anchors.py.
    """

    anchored_digest = "sha256"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # `revision_number_unique` begins with it.
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="revisions", db_index=False)
    number = models.PositiveIntegerField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    blocks = models.JSONField()
    text_profile = models.CharField(max_length=20)
    raw = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="revisions")
    publisher_version = models.CharField(
        max_length=40, blank=True, default="", help_text="As the publisher counts them."
    )
    publisher_version_at = models.DateTimeField(
        null=True, blank=True, help_text="When the publisher made this version."
    )
    minhash = ArrayField(models.BigIntegerField(), null=True, blank=True)
    captured_at = models.DateTimeField(default=timezone.now)

    objects = _RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["article", "number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="revision_number_unique"),
            models.CheckConstraint(condition=Q(number__gte=1), name="revision_number_from_one"),
            models.CheckConstraint(condition=~Q(text=""), name="revision_text_not_empty"),
            models.CheckConstraint(condition=LessThanOrEqual(Length("text"), 1_000_000), name="revision_text_bounded"),
        ]
        indexes = [
            models.Index(fields=["sha256"], name="revision_sha256"),
            # For enrichment, which selects the revisions that are not processed yet.
            models.Index(fields=["captured_at"], name="revision_to_enrich", condition=Q(minhash=None)),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} r{self.number}"


class PendingRevision(models.Model):
    """A new revision without placements of its passages yet; `annotations` drains these rows."""

    revision = models.OneToOneField(ArticleRevision, primary_key=True, on_delete=models.PROTECT, related_name="pending")
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return str(self.pk)


class BlockRole(models.Model):
    """A person's role for a block. The newest row counts; the stored revision never changes."""

    append_only = True

    id = models.BigAutoField(primary_key=True)
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="block_roles")
    revision = models.ForeignKey(ArticleRevision, on_delete=models.PROTECT, related_name="block_roles")
    block = models.PositiveIntegerField()
    role = models.CharField(max_length=20, choices=[(role, role) for role in BLOCK_ROLES])
    set_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(role__in=BLOCK_ROLES), name="block_role_known")]

    def __str__(self) -> str:
        return f"{self.block}: {self.role}"


class Proposal(models.Model):
    """A detail suggested by the text or the publisher; a person decides."""

    FIELDS = ("source", "origin", "url", "byline", "published_at", "language", "title")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="proposals")
    field = models.CharField(max_length=30, choices=[(name, name) for name in FIELDS])
    value = models.TextField()
    basis = models.CharField(max_length=500, blank=True, default="", help_text="The words it was taken from.")
    state = models.CharField(
        max_length=10, choices=[("open", "Open"), ("accepted", "Accepted"), ("dismissed", "Dismissed")], default="open"
    )
    decided_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "field", "value"], name="proposal_once"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "accepted", "dismissed"]), name="proposal_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.value}"
