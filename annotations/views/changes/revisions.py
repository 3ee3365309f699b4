"""Compare an article's revisions; show the original it was imported from."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounts.decorators import permission_required, person_of
from accounts.permissions import has_permission
from annotations.errors import InvalidInput, NotFound
from annotations.reader.diffs import ShownHunk, around_changes
from articles.models import Article, ArticleRevision
from articles.services.revisions import Original, original_of
from core.diff.words import word_diff

_AROUND = 160
# Characters: enough to compare by eye; the whole file can be downloaded.
MAX_ORIGINAL = 400_000


@dataclass(frozen=True, slots=True)
class _Change:
    """A revision compared with an older one."""

    revision: ArticleRevision
    hunks: list[ShownHunk]

    @property
    def came(self) -> int:
        return sum(len(words.split()) for kind, words in self.hunks if kind == "insert")

    @property
    def went(self) -> int:
        return sum(len(words.split()) for kind, words in self.hunks if kind == "delete")


@require_safe
@permission_required("desk.read")
def revision_list(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """List revisions, newest first, and compare two (`?from=1&to=3`).

    By default the newest two.
    """
    article = _find_article(article_id)
    revisions = list(article.revisions.defer("text", "minhash").order_by("-number"))
    newer = _choose_revision(request, "to", revisions, revisions[0])
    older = _choose_revision(
        request, "from", revisions, next((one for one in revisions if one.number < newer.number), newer)
    )
    # A hand-made address may name them the other way round.
    if older.number > newer.number:
        older, newer = newer, older
    change = None
    if older.number != newer.number:
        hunks = word_diff(older.text, newer.text)
        change = _Change(newer, around_changes(hunks, size=_AROUND, language=article.language))
    context = {"article": article, "revisions": revisions, "older": older, "newer": newer, "change": change}
    return render(request, "reader/revisions.html", context)


def _find_article(article_id: UUID) -> Article:
    article = Article.objects.select_related("source", "current_revision__raw").filter(pk=article_id).first()
    if not isinstance(article, Article) or article.current_revision is None:
        raise NotFound(gettext("This article does not exist or has no text yet."))
    return article


def _choose_revision(
    request: HttpRequest, name: str, revisions: list[ArticleRevision], default: ArticleRevision
) -> ArticleRevision:
    value = request.GET.get(name, "")
    if not value:
        return default
    if not value.isdecimal():
        raise InvalidInput(gettext("A revision is a whole number, such as 1."))
    found = next((one for one in revisions if one.number == int(value)), None)
    if found is None:
        raise NotFound(gettext("The article has no revision {value}.").format(value=value))
    return found


@require_safe
@permission_required("desk.read")
def original(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """Show the imported original beside the text that was extracted from it."""
    article, found = _find_original(article_id)
    revision = article.current_revision
    context = {
        "article": article,
        "revision": revision,
        "size": len(found.data),
        "content_type": found.content_type.partition(";")[0],
        "raw": found.text[:MAX_ORIGINAL] if found.is_text else "",
        "is_text": found.is_text,
        "is_cut": found.is_text and len(found.text) > MAX_ORIGINAL,
        "can_import": has_permission(person_of(request), "article.import"),
    }
    return render(request, "reader/original.html", context)


@require_safe
@permission_required("desk.read")
def original_file(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """Download the original.

    Always an attachment: a stranger's page shown under our address could run script as us.
    """
    _, found = _find_original(article_id)
    name = PurePosixPath(urlsplit(found.name).path).name or "original"
    # Never its own type, such as text/html: see above.
    response = HttpResponse(found.data, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response


def _find_original(article_id: UUID) -> tuple[Article, Original]:
    article = _find_article(article_id)
    if article.current_revision is None or article.current_revision.raw is None:
        raise NotFound(gettext("No original was kept for this text."))
    return article, original_of(article.current_revision)
