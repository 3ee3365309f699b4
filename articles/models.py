"""Sources, articles and their immutable revisions, and the runs that import them. Knows nothing of annotations."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone

from articles import querysets
from articles.models_feeds import FeedEntry as FeedEntry
from articles.models_feeds import FeedWatch as FeedWatch
from core.ids import uuid7

PERSON = settings.AUTH_USER_MODEL

BLOCK_ROLES = ("headline", "standfirst", "body", "caption", "list", "furniture")


class Source(models.Model):
    """Who publishes: an outlet, a wire, an institution (schema.org Organization). An article's origin is one too."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200, unique=True)
    domain = models.CharField(max_length=253, null=True, blank=True, unique=True)
    language = models.CharField(max_length=35, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="", help_text="ISO 3166-1 alpha-2")
    interests = models.TextField(blank=True, default="", help_text="Owner, funding, leanings a reader should know of.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = querysets.SourceQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class StoredFile(models.Model):
    """Raw bytes as they came in, by their SHA-256; the bytes lie in Django's default storage under `path`."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    path = models.CharField(max_length=200)
    size = models.BigIntegerField()
    content_type = models.CharField(max_length=120, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.sha256


class Article(models.Model):
    """One imported piece. Identity: canonical URL, else external id within its source, else file name within its source."""

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

    objects = querysets.ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
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
            # Search steps from language to language with it.
            models.Index(fields=["language"], name="article_language"),
        ]

    def __str__(self) -> str:
        return self.title


class ArticleRevision(models.Model):
    """The immutable canonical text of an article at one time. Every offset in the desk refers to one of these.

    `text` starts with the headline; `blocks` is a list of {"tag", "role", "start", "end"}, zero-based half-open code points.
    The database refuses changes, gaps in `number`, and a text equal to the one before it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="revisions")
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

    objects = querysets.RevisionQuerySet.as_manager()

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
            # What the background still has to look at: proposals from the text and near-duplicates.
            models.Index(fields=["captured_at"], name="revision_to_enrich", condition=Q(minhash=None)),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} r{self.number}"


class PendingRevision(models.Model):
    """A new revision whose passages are not placed yet. `annotations` drains these; work that must not be lost is a row."""

    revision = models.OneToOneField(ArticleRevision, primary_key=True, on_delete=models.PROTECT, related_name="pending")
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return str(self.pk)


class BlockRole(models.Model):
    """What a person said a block is. The newest row for a block counts; the stored revision never changes by it."""

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
    """A detail that the text or the publisher suggests and a person decides on."""

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
        indexes = [GinIndex(fields=["bands"], name="text_bands_keys", fastupdate=False)]

    def __str__(self) -> str:
        return str(self.article_id)


class SearchPassage(models.Model):
    """A stretch of a current revision with its search vector: what search and the evidence finder look in.

    Offsets are code points of the revision's text. `config` is the text-search configuration that made the vector.
    """

    id = models.BigAutoField(primary_key=True)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="search_passages")
    revision = models.ForeignKey(ArticleRevision, on_delete=models.CASCADE, related_name="search_passages")
    position = models.PositiveIntegerField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    config = models.CharField(max_length=30)
    vector = SearchVectorField()

    class Meta:
        ordering = ["revision", "position"]
        indexes = [GinIndex(fields=["vector"], name="search_passage_vector")]

    def __str__(self) -> str:
        return f"{self.revision_id}[{self.start}:{self.end}]"


class ImportRun(models.Model):
    """One background import. Counts are those of its items; `state` moves queued, running, finished | failed | cancelled.

    `held`: all is done but what waits for a person, because it would change articles that carry claims.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        HELD = "held", "Waiting for a decision"
        FINISHED = "finished", "Finished"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    label = models.CharField(max_length=300, blank=True, default="")
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.PROTECT, related_name="import_runs")
    options = models.JSONField(default=dict, blank=True)
    is_listed = models.BooleanField(default=False, help_text="All items are known; before that `total` still grows.")
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="import_runs")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)

    objects = querysets.ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running", "held", "finished", "failed", "cancelled"]),
                name="import_run_state_known",
            ),
        ]

    def __str__(self) -> str:
        return self.label or str(self.pk)


class ImportItem(models.Model):
    """One piece of a run: a file, an entry of a file, a URL. Leased to a worker while `state` is running."""

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        HELD = "held", "Waiting for a decision"
        CREATED = "created", "New"
        UPDATED = "updated", "Changed"
        UNCHANGED = "unchanged", "Unchanged"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    raw = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="items")
    locator = models.JSONField(default=dict, blank=True, help_text="Where in the raw bytes, or the URL to fetch.")
    code = models.CharField(max_length=60, blank=True, default="")
    detail = models.TextField(blank=True, default="")
    article = models.ForeignKey(Article, null=True, blank=True, on_delete=models.PROTECT, related_name="import_items")
    revision = models.ForeignKey(
        ArticleRevision, null=True, blank=True, on_delete=models.PROTECT, related_name="import_items"
    )
    attempts = models.PositiveIntegerField(default=0)
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["run", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="import_item_position"),
            models.CheckConstraint(
                condition=Q(
                    state__in=["queued", "running", "held", "created", "updated", "unchanged", "failed", "cancelled"]
                ),
                name="import_item_state_known",
            ),
        ]
        indexes = [models.Index(fields=["run", "state", "position"], name="import_item_by_state")]

    def __str__(self) -> str:
        return self.name
