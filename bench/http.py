"""The API over HTTP beside bare views (bench/harness/bare.py): same server, settings and middleware, one connection that is kept.

Reach, as medians: an article, its claims and its annotations, with 10 and with 1,000 of them, at most 2x the bare view; a
claim made at most 3x one INSERT; list and search of 10,000 articles at most 2x. `python -m bench http` runs all of it.
"""

import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bench.harness.scratch import columns_of, make_person, scratch_desk
from bench.harness.server import Http, serving, side_by_side

if TYPE_CHECKING:
    from accounts.models import User
    from articles.models import Article

COUNT = int(os.environ.get("HTTP_BENCH_ARTICLES", "10000"))
SCOPES = ("articles:read", "claims:read", "claims:write", "feed:read")
QUESTIONS = ("common word", "government"), ("two words", "federal budget"), ("rare", "case 4711")
_PUBLISHED = (
    # Copies of one published check: a claim, an appearance and a fact-check each; the verdict is shared.
    """CREATE TEMP TABLE copies AS SELECT gen_random_uuid() AS id FROM generate_series(2, %s)""",
    """INSERT INTO annotations_claim SELECT (jsonb_populate_record(c, jsonb_build_object('id', n.id))).*
    FROM annotations_claim c, copies n WHERE c.id = %s""",
    """INSERT INTO annotations_appearance
    SELECT (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(), 'claim_id', n.id))).*
    FROM annotations_appearance a, copies n WHERE a.claim_id = %s""",
    # Copies of a document under other ids are what the guard refuses.
    "ALTER TABLE publishing_factcheck DISABLE TRIGGER guard_document",
    """INSERT INTO publishing_factcheck ({columns}) SELECT {columns} FROM (
    SELECT (jsonb_populate_record(fc, jsonb_build_object('id', n.id, 'claim_id', n.id, 'slug', n.id))).*
    FROM publishing_factcheck fc, copies n WHERE fc.claim_id = %s)""",
    "ALTER TABLE publishing_factcheck ENABLE TRIGGER guard_document",
    "DROP TABLE copies",
)
_TABLES = ("annotations_claim", "annotations_appearance", "publishing_factcheck")


def run() -> None:
    with scratch_desk() as scratch, ExitStack() as stack:
        desk = _Desk(scratch.folder)
        port = stack.enter_context(serving(scratch.folder))
        _measure(desk, stack.enter_context(Http(port, desk.token)), stack.enter_context(Http(port)))


class _Desk:
    """10,000 articles; one with 10 claims, one with 1,000, the same with published checks."""

    def __init__(self, folder: Path) -> None:
        from django.conf import settings
        from django.utils import timezone

        from accounts.services import create_token
        from tests.databases import owner_connection

        self.editor, self.reviewer = make_person("editor"), make_person("reviewer")
        _import_articles(self.editor, folder)
        self.marked = {count: _marked(self.editor, count) for count in (10, 1_000)}
        self.published = {count: _published(self.editor, self.reviewer, count) for count in (10, 1_000)}
        self.to_mark = _long_article(1_000, "An article to mark")
        with owner_connection() as owner:
            owner.execute("CREATE TABLE bench_claim (LIKE annotations_claim INCLUDING ALL)")
            owner.execute(f'GRANT INSERT, SELECT ON bench_claim TO "{settings.DATABASES["default"]["USER"]}"'.encode())
            owner.execute("VACUUM ANALYZE")
        _, self.token = create_token(
            creator=self.reviewer, user=self.reviewer, name="bench", scopes=SCOPES, now=timezone.now(), rate=10_000
        )


def _measure(desk: _Desk, ours: Http, bare: Http) -> None:
    print(f"{'median over HTTP':46}{'ours':>10}{'bare':>10}{'ratio':>8}  at most")
    for count, article in desk.marked.items():
        times = 300 if count == 10 else 60
        _row(
            f"article with {count:,} claims",
            _get(ours, f"articles/{article}"),
            _bare(bare, "article", id=article),
            times,
        )
        path = f"claims?article={article}&limit=1000"
        _row(f"its {count:,} claims", _get(ours, path), _bare(bare, "claims", id=article), times)
    for count, article in desk.published.items():
        times = 300 if count == 10 else 60
        path = f"articles/{article}/annotations" + ("" if count == 10 else "?page=1")
        name = f"annotations of {count:,} published checks" + ("" if count == 10 else ", a page")
        _row(name, _get(ours, path), _bare(bare, "annotations", id=article), times)
        if count > 10:
            _row(f"{name}, cold", _get(ours, path), _bare(bare, "annotations", id=article), 30, None, _forget)
    _row(f"list of {COUNT:,} articles, a page of 50", _get(ours, "articles"), _bare(bare, "list"), 300)
    for name, words in QUESTIONS:
        each = dict(enumerate(words.split()))
        theirs = _bare(bare, f"search/{len(each)}", **{f"q{number}": word for number, word in each.items()})
        _row(f"search of {COUNT:,} articles, {name}", _get(ours, f"articles?q={quote(words)}"), theirs, 100)
    _row("a claim made (bare: one INSERT)", _marking(ours, desk.to_mark), lambda: bare.post("/bare/insert", {}), 300, 3)


def _row(
    name: str,
    ours: Callable[[], object],
    bare: Callable[[], object],
    times: int,
    most: float | None = 2,
    before: Callable[[], object] = lambda: None,
) -> None:
    mine, theirs = side_by_side(ours, bare, times=times, before=before)
    print(f"{name:46}{mine:7.2f} ms{theirs:7.2f} ms{mine / theirs:8.2f}  {most or '-'}", flush=True)


def _forget() -> None:
    """Drop the process's cache of annotations, which is valid for one state of the desk's settings."""
    from tests.databases import owner_connection

    with owner_connection() as owner:
        owner.execute("UPDATE annotations_desk SET edit_number = edit_number + 1")


def _get(http: Http, path: str) -> Callable[[], bytes]:
    return lambda: http.get(f"/api/v1/{path}")


def _bare(http: Http, name: str, **params: object) -> Callable[[], bytes]:
    query = "&".join(f"{key}={quote(str(value))}" for key, value in params.items())
    return lambda: http.get(f"/bare/{name}?{query}")


def _marking(http: Http, article: "Article") -> Callable[[], bytes]:
    """Each call marks the next sentence."""
    numbers = iter(range(1_000))

    def mark() -> bytes:
        exact = _sentence(next(numbers))
        selector = [{"type": "TextQuoteSelector", "exact": exact, "prefix": "", "suffix": ""}]
        body = {"statement": exact, "target": {"source": str(article), "selector": selector}}
        return http.post("/api/v1/claims", body)

    return mark


def _import_articles(person: "User", folder: Path) -> None:
    from django.utils import timezone

    from articles.services.processing import process_run_side_by_side
    from articles.services.runs import IncomingFile, start_import
    from bench.imports import write_articles
    from core.fetching import fetch

    path = folder / "articles.jsonl"
    write_articles(path, COUNT)
    with path.open("rb") as file:
        run = start_import(person=person, files=[IncomingFile("articles.jsonl", file)], now=timezone.now())
    process_run_side_by_side(run_id=run.pk, workers=2, fetch=fetch, clock=timezone.now)
    run.refresh_from_db()
    assert (run.done, run.failed) == (COUNT, 0), run.__dict__


def _sentence(number: int) -> str:
    return f"Bridge number {number} cost {number + 40} million euros."


def _long_article(count: int, title: str) -> Any:
    from tests.annotations import story

    blocks = [
        " ".join(_sentence(number) for number in range(start, min(start + 5, count))) for start in range(0, count, 5)
    ]
    return story.make_article((title, *blocks)).pk


def _marked(editor: "User", count: int) -> Any:
    """Make an article with that many claims; every fifth has a piece of evidence."""
    from annotations.services.claims import create_claim
    from annotations.services.evidence import OutsideSource, add_evidence
    from annotations.services.targets import Target
    from tests.annotations import story

    article = _long_article(count, f"An article with {count} claims")
    for number in range(count):
        exact = _sentence(number)
        claim = create_claim(
            person=editor,
            target=Target(article_id=article, exact=exact),
            now=story.NOW,
            statement=exact,
            speech=story.SPEECH,
        )
        if number % 5 == 0:
            outside = OutsideSource(url=f"https://audit.example/{number}", quote="61 million")
            add_evidence(person=editor, claim_id=claim.pk, stance="refutes", outside=outside, now=story.NOW)
    return article


def _published(editor: "User", reviewer: "User", count: int) -> Any:
    from tests.annotations import story
    from tests.databases import owner_connection

    article = story.make_article()
    claim = story.mark(editor, article)
    story.link(editor, claim, story.make_article(story.AUDIT), "61 million euros")
    story.published(editor, reviewer, claim=claim)
    with owner_connection() as owner:
        for table in _TABLES:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
        columns = columns_of("publishing_factcheck")
        for statement in _PUBLISHED:
            wanted = [count] if "generate_series" in statement else [claim.pk] if "%s" in statement else None
            owner.execute(statement.format(columns=columns).encode(), wanted)
        for table in _TABLES:
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER".encode())
    return article.pk
