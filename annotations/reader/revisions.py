"""How an article's text changed from revision to revision, and the original that it was taken from."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.decorators import permission_required
from annotations.errors import InvalidInput, NotFound
from annotations.worddiff import Hunk, word_diff
from articles.models import Article, ArticleRevision
from articles.storage import open_stored

_AROUND = 160
MAX_ORIGINAL = 400_000


@dataclass(frozen=True, slots=True)
class Change:
    """A revision beside the one before it: how many words came and went, and the passages around them."""

    revision: ArticleRevision
    hunks: list[Hunk]

    @property
    def came(self) -> int:
        return sum(len(words.split()) for kind, words in self.hunks if kind == "insert")

    @property
    def went(self) -> int:
        return sum(len(words.split()) for kind, words in self.hunks if kind == "delete")


@require_safe
@permission_required("desk.read")
def revision_list(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """Every revision, the newest first, one of them compared: `?from=1&to=3`, without it the newest two."""
    article = _article(article_id)
    revisions = list(article.revisions.defer("text", "minhash").order_by("-number"))
    newer = _chosen(request, "to", revisions, revisions[0])
    older = _chosen(request, "from", revisions, next((one for one in revisions if one.number < newer.number), newer))
    if older.number > newer.number:
        older, newer = newer, older
    change = None
    if older.number != newer.number:
        change = Change(newer, shortened(word_diff(older.text, newer.text)))
    context = {"article": article, "revisions": revisions, "older": older, "newer": newer, "change": change}
    return render(request, "reader/revisions.html", context)


def _article(article_id: UUID) -> Article:
    article = Article.objects.select_related("source", "current_revision__raw").filter(pk=article_id).first()
    if not isinstance(article, Article) or article.current_revision is None:
        raise NotFound("This article does not exist or has no text yet.")
    return article


def _chosen(
    request: HttpRequest, name: str, revisions: list[ArticleRevision], default: ArticleRevision
) -> ArticleRevision:
    value = request.GET.get(name, "")
    if not value:
        return default
    if not value.isdecimal():
        raise InvalidInput("A revision is a whole number, such as 1.")
    found = next((one for one in revisions if one.number == int(value)), None)
    if found is None:
        raise NotFound(f"The article has no revision {value}.")
    return found


def shortened(hunks: list[Hunk]) -> list[Hunk]:
    """The hunks with long unchanged stretches cut to what stands next to a change; "skip" marks what was left out."""
    shown: list[Hunk] = []
    for number, (kind, words) in enumerate(hunks):
        if kind != "equal" or len(words) <= 2 * _AROUND:
            shown.append((kind, words))
            continue
        if number:
            shown.append(("equal", words[:_AROUND].rsplit(" ", 1)[0] + " "))
        shown.append(("skip", ""))  # type: ignore[arg-type]  # a fourth kind, for the page alone
        if number + 1 < len(hunks):
            shown.append(("equal", " " + words[-_AROUND:].split(" ", 1)[-1]))
    return shown


@require_safe
@permission_required("desk.read")
def original(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """What was imported, as it came in, beside the text that was taken from it."""
    article = _article(article_id)
    revision = article.current_revision
    if revision is None or revision.raw is None:
        raise NotFound("No original was kept for this text.")
    with open_stored(revision.raw) as stream:
        data = stream.read(MAX_ORIGINAL + 1)
    context = {
        "article": article,
        "revision": revision,
        "raw": data[:MAX_ORIGINAL].decode("utf-8", errors="replace"),
        "is_cut": len(data) > MAX_ORIGINAL,
    }
    return render(request, "reader/original.html", context)
