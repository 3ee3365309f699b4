"""Every screen of the desk with the demo's story in it: what `make screenshots` photographs and axe looks at."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.audit import acting
from accounts.models import User
from annotations.models import (
    Approval,
    Claim,
    Desk,
    RatingScale,
    Verdict,
)
from articles.models import Article, FeedWatch, ImportRun, Source
from articles.services.feeds import pause_feed, watch_feed
from articles.services.processing import process_run
from articles.services.runs import IncomingFile, start_import
from core.fetching import fetch
from factcheck import demo
from publishing.models import FactCheck
from publishing.services.receipts import record_receipt


@dataclass(frozen=True, slots=True)
class Screen:
    """`who` is an address of the demo, "" for a reader who is not logged in."""

    name: str
    path: str
    who: str = demo.REVIEWER[0]


TABLE = """Ref;Headline;Meldung;Erschienen;Kanal
A-17;The old mill is to become a museum;The council of Harbury voted to turn the old mill into a museum.;12.10.2026;Courier
A-18;Ferry runs on Sundays again;From November the ferry crosses every hour on Sundays.;13.10.2026;Courier
"""


def tell_story() -> list[Screen]:
    demo.load_demo(now=timezone.now())
    _bring_in_a_table()
    _show_an_old_version()
    _watch_feeds()
    _name_sources()
    return list(_screens())


def _bring_in_a_table() -> None:
    """None of its columns' names says which one holds the words."""
    file = IncomingFile("museum-and-ferry.csv", TABLE.encode(), "text/csv")
    run = start_import(person=User.objects.get(email=demo.EDITOR[0]), now=timezone.now(), files=[file])
    process_run(run_id=run.pk, fetch=fetch, clock=timezone.now)


def _show_an_old_version() -> None:
    """Two pages of the newsroom's show the check as it was before its correction, for too long."""
    reviewer = User.objects.get(email=demo.REVIEWER[0])
    with acting(reviewer):
        Desk.objects.update(receipt_alarm_hours=1)
    for page in ("https://news.demo.example/2026/11/talks-checked", "https://app.demo.example/checks/talks"):
        record_receipt(
            person=reviewer,
            fact_check_id=FactCheck.objects.get().pk,
            version=1,
            cms_url=page,
            status="live",
            now=timezone.now(),
        )


def _watch_feeds() -> None:
    """One that works, one with a long address that failed, one that is paused."""
    editor, now = User.objects.get(email=demo.EDITOR[0]), timezone.now()
    wire = watch_feed(
        person=editor, url="https://wire.demo.example/rss", now=now, name="Sample Wire, world", source="Sample Wire"
    )
    long = watch_feed(
        person=editor, url=f"https://www.demo.example/services/feeds/{'section-world-politics-' * 6}latest.xml", now=now
    )
    paused = watch_feed(person=editor, url="https://gazette.demo.example/feed.xml", now=now, every_minutes=1440)
    FeedWatch.objects.filter(pk=wire.pk).update(fetched_at=now, next_at=now + timedelta(minutes=20))
    FeedWatch.objects.filter(pk=long.pk).update(last_error="www.demo.example did not answer.", failed_at=now)
    pause_feed(person=editor, feed_id=paused.pk)


def _name_sources() -> None:
    """Two of one publisher, which have an article of one id each."""
    for name, domain in (("Harbour Courier", "courier.example"), ("Courier Online", None)):
        source = Source.objects.create(name=name, domain=domain, language="en", country="GB")
        Article.objects.create(title=f"Ferry runs on Sundays again ({name})", external_id="A-18", source=source)


def person(screen: Screen) -> User | None:
    return User.objects.get(email=screen.who) if screen.who else None


def _screens() -> Iterator[Screen]:
    editor = demo.EDITOR[0]
    article = Article.objects.filter(passages__appearances__claim__verdicts__status="in_review").distinct().get()
    changed = Article.objects.filter(revisions__number=2).get()
    waiting = Verdict.objects.get(status="in_review")
    draft = Verdict.objects.get(status="draft")
    check = FactCheck.objects.get()
    published = Claim.objects.get(fact_check=check)
    run = ImportRun.objects.order_by("created_at").first()
    yield Screen("login", reverse("account_login"), "")
    yield Screen("desk", reverse("board:desk"))
    yield Screen("desk-editor", reverse("board:desk"), editor)
    yield from _where("articles", "article_list", who=editor)
    yield from _where("reader", "annotations:reader", article.pk, who=editor)
    yield from _where("reader-changed", "annotations:reader", changed.pk, who=editor)
    yield from _where("claims", "annotations:claims", who=editor)
    yield from _where("claim-draft", "annotations:claim", draft.claim_id, who=editor)
    yield from _where("claim-published", "annotations:claim", published.pk, who=editor)
    given = Approval.objects.get(verdict__claim=published, action="publish", verdict__version=check.version)
    yield Screen("approval", reverse("board:approval", args=[given.pk]))
    yield Screen("history-verdict", reverse("board:history", args=["verdict", given.verdict_id]))
    yield Screen("history-person", reverse("board:history", args=["person", given.person_id]))
    yield Screen("my-work", reverse("board:my_work"), editor)
    yield from _where("claim-plan", "annotations:claim_plan", draft.claim_id, who=editor)
    yield Screen("review-queue", reverse("publishing:review_queue"))
    yield Screen("review", reverse("publishing:review", args=[waiting.pk]))
    yield Screen("review-own", reverse("publishing:review", args=[waiting.pk]), editor)
    yield Screen("rechecks", reverse("annotations:rechecks"))
    yield from _where("imports", "import_list", who=editor)
    if run is not None:
        yield from _where("import", "import_detail", run.pk, who=editor)
    table = ImportRun.objects.get(label="museum-and-ferry.csv")
    yield from _where("import-failed", "import_detail", table.pk, who=editor)
    yield from _where("import-columns", "import_columns", table.pk, who=editor)
    yield from _where("revisions", "annotations:revisions", changed.pk, who=editor)
    yield from _where("original", "annotations:original", article.pk, who=editor)
    yield from _where("sources", "source_list", who=editor)
    yield from _where("feeds", "feed_list", who=editor)
    yield from _where("feed", "feed_edit", FeedWatch.objects.get(is_active=False).pk, who=editor)
    courier, online = (Source.objects.get(name=name) for name in ("Harbour Courier", "Courier Online"))
    wire = Source.objects.get(name="Sample Wire")
    yield Screen("source", reverse("source_edit", args=[courier.pk]))
    merge = reverse("source_merge", args=[online.pk])
    yield Screen("source-merge", merge)
    yield Screen("source-merge-into", f"{merge}?into={wire.pk}")
    yield Screen("source-merge-clash", f"{merge}?into={courier.pk}")
    yield Screen("sources-search", f"{reverse('source_list')}?q=nobody", editor)
    yield Screen("articles-search", f"{reverse('article_list')}?q=NotPetya+damage", editor)
    yield Screen("claims-none", f"{reverse('annotations:claims')}?q=nobody", editor)
    yield Screen("claim-merge", reverse("annotations:claim_merge", args=[draft.claim_id]), editor)
    yield from _where("details", "article_details", article.pk, who=editor)
    for name in ("exports", "receipts", "statistics", "notifications"):
        yield from _where(name, f"publishing:{name}", f"board:{name}")
    for name in ("people", "tokens", "desk_settings", "rating_scales", "webhooks", "profile"):
        yield from _where(f"settings-{name}", name, f"annotations:{name}", f"publishing:{name}")
    scales = RatingScale.objects.order_by("frozen_at")
    for scale, name in (
        (scales.filter(frozen_at=None).first(), "new"),
        (scales.exclude(frozen_at=None).first(), "used"),
    ):
        if scale is not None:
            yield Screen(f"settings-scale-{name}", reverse("annotations:rating_scale", args=[scale.pk]))
    yield Screen("fact-check", reverse("publishing:fact_check", args=[check.slug]), "")
    yield Screen("fact-checks", reverse("publishing:fact_checks"), "")
    yield Screen("corrections", reverse("publishing:corrections"), "")
    yield Screen("embed", reverse("publishing:embed", args=[check.pk]), "")
    yield Screen("report-error", reverse("publishing:report_error", args=[check.slug]), "")
    yield from _where("api-docs", "api-docs", "api:docs", who="")


def _where(name: str, *candidates: object, who: str = demo.REVIEWER[0]) -> Iterator[Screen]:
    """The screen under the first URL name that exists; arguments that are no names go to it."""
    names = [item for item in candidates if isinstance(item, str)]
    args = [item for item in candidates if not isinstance(item, str)]
    for url_name in names:
        try:
            yield Screen(name, reverse(url_name, args=args), who)
        except NoReverseMatch:
            continue
        return
