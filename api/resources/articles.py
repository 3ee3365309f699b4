"""Articles, their revisions, and the sources they come from."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, F, Func, Q, QuerySet, TextField, When

from api.resources.base import Resource
from api.resources.fields import Choice, Count, Id, Many, Moment, Number, One, Path, Sha256, Text, Url
from articles.models import BLOCK_ROLES, AlsoPublished, Article, ArticleRevision, BlockRole, Source


class SourceResource(Resource):
    model = Source

    id = Id()
    name = Text()
    domain = Text(null=True)
    language = Text()
    country = Text()
    interests = Text()
    merged_into = Id(source="merged_into_id", null=True)
    created_at = Moment()


class _SourceNameResource(Resource):
    model = Source

    id = Id()
    name = Text()
    domain = Text(null=True)


class _BlockResource(Resource):
    tag = Text()
    role = Choice(BLOCK_ROLES)
    start = Count()
    end = Count()


class _BlocksJson(Func):
    """The blocks of a revision (id, blocks) with their roles; the newest role that a person set wins.

    The stored array is unnested in SQL: the ORM has no rows of a JSON array.
    """

    template = (
        "(SELECT coalesce(json_agg((SELECT row_to_json(fields_) FROM (SELECT b.value->'tag' AS \"tag\","
        " coalesce((SELECT br.role FROM articles_blockrole br WHERE br.revision_id = b.id AND br.block = b.ordinality - 1"
        " ORDER BY br.id DESC LIMIT 1), b.value->>'role') AS \"role\", b.value->'start' AS \"start\", b.value->'end' AS \"end\""
        ") fields_) ORDER BY b.ordinality), '[]'::json) FROM (SELECT made.id, block.value, block.ordinality"
        " FROM (SELECT %(expressions)s) made(id, blocks), jsonb_array_elements(made.blocks) WITH ORDINALITY block) b)"
    )
    output_field = TextField()


def _blocks_with_roles(revision: ArticleRevision) -> Sequence[dict[str, Any]]:
    chosen = dict(BlockRole.objects.filter(revision=revision).order_by("pk").values_list("block", "role"))
    return [
        {"tag": block["tag"], "role": chosen.get(number, block["role"]), "start": block["start"], "end": block["end"]}
        for number, block in enumerate(revision.blocks)
    ]


class RevisionSummaryResource(Resource):
    model = ArticleRevision
    is_compiled = True

    id = Id()
    number = Count()
    sha256 = Sha256()
    text_profile = Text()
    captured_at = Moment()


class RevisionResource(RevisionSummaryResource):
    """An immutable text; offsets are zero-based half-open code points of `text`, the headline included."""

    text = Text()
    blocks = Many(
        _BlockResource, value=_blocks_with_roles, expression=lambda path: _BlocksJson(path("pk"), path("blocks"))
    )


def _copies(article: Path) -> QuerySet[Any]:
    this = article("pk")
    found = AlsoPublished.objects.filter(Q(article=this) | Q(other=this), is_dismissed=False)
    return found.annotate(copy=Case(When(article=this, then=F("other_id")), default=F("article_id"))).order_by(
        "-similarity", "copy"
    )


class _AlsoPublishedResource(Resource):
    """The same text at another publisher."""

    model = AlsoPublished

    article = Id(source="copy")
    source_ = One(
        _SourceNameResource, null=True, rows=lambda row: Source.objects.filter(articles=row("copy")).order_by()
    )
    title = Text(lookup=lambda row: Article.objects.filter(pk=row("copy")).order_by().values("title"))
    similarity = Number()


class _ArticleMembers(Resource):
    model = Article
    is_compiled = True
    joined = ("source", "origin", "current_revision")

    id = Id()
    url = Url(null=True)
    external_id = Text(null=True)
    title = Text()
    source_ = One(_SourceNameResource, null=True)
    origin = One(_SourceNameResource, null=True)
    byline = Text()
    published_at = Moment(null=True)
    language = Text()


class ArticleResource(_ArticleMembers):
    """An article with the revision that readers see."""

    also_published_by = Many(_AlsoPublishedResource, rows=_copies)
    revision = One(RevisionResource, null=True, source="current_revision")
    created_at = Moment()
    updated_at = Moment()


class ArticleSummaryResource(_ArticleMembers):
    """An article as it stands in lists, without its text."""

    revision = One(RevisionSummaryResource, null=True, source="current_revision")
    created_at = Moment()
    updated_at = Moment()
