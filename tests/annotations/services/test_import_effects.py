"""A re-imported article: what it would do to claims, held until a person decides, applied once."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from annotations.anchoring import Anchor
from annotations.models import Claim, Placement, RecheckTask
from annotations.services.changes.import_effects import articles_with_claims, effects_made, effects_of
from annotations.services.changes.placements import judge_placement, place_all_pending, place_pending
from annotations.services.changes.rechecks import reattach, resolve_recheck
from articles.models import Article, ArticleRevision, ImportRun, PendingRevision, Source
from articles.services.holding import apply_held, leave_held, newest_numbers
from articles.services.processing import process_run
from articles.services.runs import IncomingFile, PastedText, cancel_import, start_import
from core.errors import NotPermitted, WrongState
from tests.annotations import story
from tests.annotations.story import NOW

pytestmark = pytest.mark.django_db

FIRST = "The ministry sent 80 requests to its partners in two years."
SECOND = "Mondolez lost more than 100 million dollars, a court heard."
THIRD = "An official said that nobody had answered the letters."
FOURTH = "The opposite holds true, another official said on Monday."
FIFTH = "Nothing in this paragraph will ever be edited by anybody."
BLOCKS = ("Requests without an answer", FIRST, SECOND, THIRD, FOURTH, FIFTH)
CHANGED = (
    BLOCKS[0],
    FOURTH,
    "A paragraph that was not there before opens the new version of this story about letters.",
    FIRST.replace("80", "45"),
    SECOND.replace("Mondolez", "Mondelez"),
    FIFTH,
)


def file(blocks: tuple[str, ...], name: str = "letters.txt") -> IncomingFile:
    return IncomingFile(name, "\n\n".join(blocks).encode(), "text/plain")


def no_network(url: str) -> Any:
    raise AssertionError(url)


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def bring(editor: User) -> Callable[..., ImportRun]:
    """`bring(blocks)`: imported as the screen does it, what changes claims being shown first."""

    def bring(*versions: tuple[str, ...] | IncomingFile, shows_first: bool = True, **more: Any) -> ImportRun:
        files = [version if isinstance(version, IncomingFile) else file(version) for version in versions]
        options = {"shows_first": True} if shows_first else {}
        run = start_import(person=editor, now=NOW, files=files, options=options, **more)
        work(run)
        return run

    return bring


def work(run: ImportRun) -> None:
    process_run(run_id=run.pk, fetch=no_network, clock=lambda: NOW)
    run.refresh_from_db()


@pytest.fixture
def claims(editor: User, bring: Callable[..., ImportRun]) -> dict[str, Claim]:
    bring(BLOCKS)
    article = Article.objects.get()
    words = {"number": "80 requests", "name": SECOND, "gone": THIRD, "moved": FOURTH, "stays": FIFTH}
    return {key: story.mark(editor, article, exact, statement=key) for key, exact in words.items()}


def decide(decision: Callable[..., ImportRun], run: ImportRun, person: User) -> ImportRun:
    items = list(run.items.filter(state="held"))
    numbers = newest_numbers(items)
    seen = {item.pk: numbers[item.article_id] for item in items if item.article_id}
    return decision(run_id=run.pk, person=person, seen=seen, now=NOW)


def everything() -> list[Any]:
    models = (Article, ArticleRevision, PendingRevision, Placement, RecheckTask, Source)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_the_preview_says_what_each_claim_would_become(claims: dict[str, Claim]) -> None:
    before = everything()
    (effect,) = effects_of([(Article.objects.get().pk, "\n\n".join(CHANGED))])

    status = {change.claim.statement: change.status for change in effect.changes}
    assert status == {"number": "changed", "name": "changed", "gone": "orphaned", "moved": "moved"}
    assert effect.counts == {"placed": 1, "changed": 2, "moved": 1, "orphaned": 1}
    assert effect.summary == "Changes 2 claims, moves 1, orphans 1"
    number, name = (next(c for c in effect.changes if c.claim.statement == key) for key in ("number", "name"))
    assert (number.old, number.new, number.is_harmless) == ("80 requests", "45 requests", False)
    assert name.is_harmless
    assert name.new == SECOND.replace("Mondolez", "Mondelez")
    assert ("delete", "80") in number.diff
    assert ("insert", "45") in number.diff
    assert everything() == before


def test_what_was_previewed_is_what_happens(claims: dict[str, Claim], bring: Callable[..., ImportRun]) -> None:
    (effect,) = effects_of([(Article.objects.get().pk, "\n\n".join(CHANGED))])
    run = bring(CHANGED, shows_first=False)
    place_all_pending()

    (made,) = effects_made(run=run).effects
    told = [(c.claim.pk, c.status, c.new, c.is_harmless) for c in effect.changes]
    assert sorted(told, key=str) == sorted(
        ((c.claim.pk, c.status, c.new, c.is_harmless) for c in made.changes), key=str
    )
    assert all(change.task and change.task.is_open for change in made.changes)


def test_an_article_without_claims_is_not_looked_at(bring: Callable[..., ImportRun]) -> None:
    bring(BLOCKS)
    article = Article.objects.get()
    assert articles_with_claims([article.pk]) == set()
    assert effects_of([(article.pk, "Other words.")]) == []
    assert bring(CHANGED).state == "finished"


def test_a_removed_claim_counts_no_more(claims: dict[str, Claim], editor: User) -> None:
    Claim.objects.filter(pk__in=[claim.pk for claim in claims.values()]).update(removed_at=NOW)
    assert articles_with_claims([Article.objects.get().pk]) == set()


def test_evidence_counts_too_and_one_claim_counts_once(claims: dict[str, Claim], editor: User) -> None:
    article = Article.objects.get()
    other = story.mark(editor, story.make_article(), statement="elsewhere")
    story.link(editor, other, article, SECOND)
    story.link(editor, other, article, "80 requests to its partners")
    (effect,) = effects_of([(article.pk, "\n\n".join(CHANGED))])
    assert effect.counts["changed"] == 3
    mine = [change for change in effect.changes if change.claim == other]
    assert len(mine) == 2
    assert all(change.is_evidence for change in mine)


def test_many_articles_cost_few_queries_where_few_carry_claims(
    claims: dict[str, Claim], bring: Callable[..., ImportRun]
) -> None:
    bring(*[file((f"Story {n}", f"Words {n}."), f"{n}.txt") for n in range(100)])
    texts = [(pk, "\n\n".join(CHANGED)) for pk in Article.objects.values_list("pk", flat=True)]
    with CaptureQueriesContext(connection) as queries:
        assert len(effects_of(texts)) == 1
    assert len(queries) < 20


def test_a_new_version_waits_until_somebody_has_looked(
    claims: dict[str, Claim], bring: Callable[..., ImportRun], editor: User
) -> None:
    before = everything()
    run = bring(CHANGED)
    assert (run.state, run.total, run.done, run.updated) == ("held", 1, 0, 0)
    assert everything() == before
    work(run)
    assert run.state == "held"

    decide(apply_held, run, editor)
    work(run)
    assert (run.state, run.done, run.updated) == ("finished", 1, 1)
    assert place_all_pending() == 1
    assert RecheckTask.objects.filter(is_open=True).count() == 4
    assert bring(CHANGED).unchanged == 1
    assert place_all_pending() == 0
    assert RecheckTask.objects.count() == 4


def test_only_what_touches_claims_waits(
    claims: dict[str, Claim], bring: Callable[..., ImportRun], editor: User
) -> None:
    others = file(("Another story", "Its words."), "other.txt")
    bring(others)
    run = bring(CHANGED, file(("Another story", "Its other words."), "other.txt"), file(("New", "Words."), "new.txt"))
    assert (run.state, run.total, run.done, run.updated, run.created) == ("held", 3, 2, 1, 1)

    decide(leave_held, run, editor)
    run.refresh_from_db()
    assert (run.state, run.done) == ("finished", 3)
    assert Article.objects.get(file_name="letters.txt").revisions.count() == 1
    assert run.items.get(state="cancelled").detail == f"{editor.name} left the article as it is."


def test_entries_of_one_file_are_decided_one_by_one(claims: dict[str, Claim], editor: User) -> None:
    articles = [
        {"external_id": str(n), "title": f"Story {n}", "text": f"The harbour has {n} cranes today."} for n in (1, 2)
    ]

    def given(word: str) -> ImportRun:
        changed = [{**article, "text": article["text"].replace("today", word)} for article in articles]
        run = start_import(person=editor, now=NOW, articles=changed, options={"shows_first": True})
        work(run)
        return run

    given("today")
    for n in (1, 2):
        story.mark(editor, Article.objects.get(external_id=str(n)), f"{n} cranes today", statement=str(n))
    run = given("tomorrow")
    first, second = run.items.filter(state="held").order_by("position")

    apply_held(run_id=run.pk, person=editor, seen={second.pk: 1}, now=NOW)
    work(run)
    assert (run.state, run.updated, run.done) == ("held", 1, 1)
    assert Article.objects.get(external_id="2").revisions.count() == 2
    assert Article.objects.get(external_id="1").revisions.count() == 1
    leave_held(run_id=run.pk, person=editor, seen={first.pk: 1}, now=NOW)
    run.refresh_from_db()
    assert (run.state, run.done) == ("finished", 2)


def test_a_source_named_by_what_waits_is_not_made(claims: dict[str, Claim], editor: User) -> None:
    article = Article.objects.get()
    item = {"url": "https://news.example/letters", "title": BLOCKS[0], "text": "\n\n".join(CHANGED[1:])}
    Article.objects.filter(pk=article.pk).update(url=item["url"])
    options = {"shows_first": True}
    run = start_import(person=editor, now=NOW, articles=[{**item, "source": "A new wire"}], options=options)
    work(run)
    assert run.state == "held"
    assert not Source.objects.filter(name="A new wire").exists()
    decide(apply_held, run, editor)
    work(run)
    assert Article.objects.get(pk=article.pk).source.name == "A new wire"


def test_a_decision_on_what_has_changed_since_is_refused(
    claims: dict[str, Claim], bring: Callable[..., ImportRun], editor: User
) -> None:
    run = bring(CHANGED)
    item = run.items.get()
    bring((*BLOCKS, "One more."), shows_first=False)
    with pytest.raises(WrongState, match="changed since"):
        apply_held(run_id=run.pk, person=editor, seen={item.pk: 1}, now=NOW)
    item.refresh_from_db()
    assert item.state == "held"


def test_what_changes_between_the_decision_and_the_worker_is_held_again(
    claims: dict[str, Claim], bring: Callable[..., ImportRun], editor: User
) -> None:
    run = bring(CHANGED)
    decide(apply_held, run, editor)
    bring((*BLOCKS, "One more."), shows_first=False)
    work(run)
    assert run.state == "held"


def test_two_decide_at_once_and_one_is_told(
    claims: dict[str, Claim], bring: Callable[..., ImportRun], editor: User
) -> None:
    run = bring(CHANGED)
    decide(apply_held, run, editor)
    item = run.items.get()
    for late in (apply_held, leave_held):
        with pytest.raises(WrongState, match="decided"):
            late(run_id=run.pk, person=editor, seen={item.pk: 1}, now=NOW)


def test_who_may_not_import_may_not_decide(
    claims: dict[str, Claim], bring: Callable[..., ImportRun], make_user: Callable[..., User]
) -> None:
    run = bring(CHANGED)
    for decision in (apply_held, leave_held):
        with pytest.raises(NotPermitted):
            decide(decision, run, make_user("publisher"))
    run.refresh_from_db()
    assert run.state == "held"


def test_cancelling_leaves_everything(claims: dict[str, Claim], bring: Callable[..., ImportRun], editor: User) -> None:
    run = bring(CHANGED)
    cancel_import(run_id=run.pk, person=editor, now=NOW)
    run.refresh_from_db()
    assert (run.state, run.done) == ("cancelled", 1)
    assert ArticleRevision.objects.count() == 1


def test_a_pasted_version_waits_too(claims: dict[str, Claim], editor: User) -> None:
    pasted = PastedText("\n\n".join(CHANGED), article_id=Article.objects.get().pk)
    run = start_import(person=editor, now=NOW, pasted=pasted, options={"shows_first": True})
    work(run)
    assert run.state == "held"
    decide(apply_held, run, editor)
    work(run)
    assert run.updated == 1


def test_an_orphan_that_was_kept_asks_no_more(
    claims: dict[str, Claim], bring: Callable[..., ImportRun], editor: User
) -> None:
    bring(CHANGED, shows_first=False)
    place_all_pending()
    task = RecheckTask.objects.get(claim=claims["gone"])
    resolve_recheck(person=editor, task_id=task.pk, resolution="kept", now=NOW)
    further = (*CHANGED, "One more.")
    (effect,) = effects_of([(Article.objects.get().pk, "\n\n".join(further))])
    assert effect.counts["orphaned"] == 0
    bring(further, shows_first=False)
    place_all_pending()
    assert not RecheckTask.objects.filter(claim=claims["gone"], is_open=True).exists()


def test_an_orphan_is_reattached_and_its_recheck_closes(
    claims: dict[str, Claim], bring: Callable[..., ImportRun], editor: User
) -> None:
    bring(CHANGED, shows_first=False)
    place_all_pending()
    task = RecheckTask.objects.get(claim=claims["gone"])
    assert task.placement is not None
    start = task.placement.revision.text.index("A paragraph that")
    reattach(person=editor, placement_id=task.placement.pk, start=start, end=start + 11, now=NOW + timedelta(hours=1))
    task.refresh_from_db()
    assert (task.is_open, task.resolution) == (False, "re-attached")


@pytest.mark.django_db(transaction=True)
def test_two_re_imports_at_once_make_one_revision_and_one_recheck_each(claims: dict[str, Claim], editor: User) -> None:
    runs = [start_import(person=editor, now=NOW, files=[file(CHANGED)]) for _ in range(2)]

    def all_of_it(run: ImportRun) -> None:
        try:
            process_run(run_id=run.pk, fetch=no_network, clock=lambda: NOW)
            for revision in PendingRevision.objects.values_list("pk", flat=True):
                place_pending(revision)
        finally:
            connections.close_all()

    for thread in (threads := [threading.Thread(target=all_of_it, args=[run]) for run in runs]):
        thread.start()
    for thread in threads:
        thread.join(60)
    for run in runs:
        run.refresh_from_db()
    assert sorted((run.updated, run.unchanged, run.failed) for run in runs) == [(0, 1, 0), (1, 0, 0)]
    assert ArticleRevision.objects.count() == 2
    assert not PendingRevision.objects.exists()
    assert RecheckTask.objects.filter(is_open=True).count() == 4


@pytest.fixture
def seed(editor: User, shared_dir: Any, bring: Callable[..., ImportRun]) -> str:
    (path,) = (shared_dir / "seeds").glob("004*.txt")
    bring(IncomingFile("seed.txt", path.read_bytes(), "text/plain"))
    return path.read_text()


def test_the_seed_with_another_number(seed: str, editor: User, bring: Callable[..., ImportRun]) -> None:
    story.mark(
        editor, Article.objects.get(), "80 cybercrime-related requests to the United States", statement="requests"
    )
    run = bring(IncomingFile("seed.txt", seed.replace("80 cybercrime", "45 cybercrime").encode(), "text/plain"))
    assert run.state == "held"
    decide(apply_held, run, editor)
    work(run)
    place_all_pending()
    (made,) = effects_made(run=run).effects
    (change,) = made.changes
    assert (change.status, change.is_harmless) == ("changed", False)
    assert change.new == "45 cybercrime-related requests to the United States"


def test_what_is_left_of_another_number_is_no_harmless_change(claims: dict[str, Claim]) -> None:
    placement = Placement.objects.get(passage__exact="80 requests")
    left = Anchor("changed", 0, len(placement.exact), placement.exact, 1.0)
    assert judge_placement(placement, left, language="en") == ("changed", False)
