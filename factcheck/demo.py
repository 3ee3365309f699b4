"""The demo's first minute: two people, three articles, checks at every stage. Loaded once, by `make demo`.

The articles are those of `../shared/seeds` where that folder is present, else our own samples with the same facts. Words
are found by what their sentence contains, so that both tell the same story.

Rows are dated back over three days. Their audit events carry the time of loading, on the history pages too: the trail's clock
is the database's, and nothing may set it, the demo included.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.audit import via
from accounts.models import User
from accounts.services import create_person
from annotations.models import Claim, Evidence, Rating, Verdict
from annotations.services.changes.placements import place_pending
from annotations.services.claimants import ClaimantInput
from annotations.services.claims import Speech, add_appearance, create_claim, update_claim
from annotations.services.discussion import add_comment
from annotations.services.evidence import add_evidence
from annotations.services.targets import Target
from annotations.services.verdicts.edits import correct_verdict, save_verdict, start_verdict
from annotations.services.verdicts.review import approve_verdict
from annotations.services.verdicts.submission import submit_verdict
from articles.models import Article, PendingRevision, Proposal
from articles.services.details import accept_proposal
from articles.services.processing import process_run
from articles.services.runs import IncomingFile, PastedText, start_import
from articles.text.sentences import sentences
from core.fetching import fetch
from publishing.services.publish import publish_verdict

EDITOR = ("mira@demo.example", "Mira Okafor", ["editor"])
REVIEWER = ("jonas@demo.example", "Jonas Lindqvist", ["reviewer", "publisher", "admin"])
PASSWORD = "factcheck-demo"  # noqa: S105 - printed on the terminal and on the demo's login page
_SAMPLES = Path(__file__).parent / "samples"
_SUMMIT = datetime(2021, 6, 16, tzinfo=UTC)
_PUTIN = ClaimantInput(
    name="Vladimir Putin", role="President of Russia", same_as=["https://www.wikidata.org/wiki/Q7747"]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    editor: User
    reviewer: User
    hopes: Article
    talks: Article
    requests: Article
    now: datetime

    def ago(self, **span: float) -> datetime:
        return self.now - timedelta(**span)


def _is_demo_loaded() -> bool:
    return User.objects.filter(email=EDITOR[0]).exists()


def load_demo(*, now: datetime) -> bool:
    """Load the sample story. Returns False if it was loaded before."""
    if _is_demo_loaded():
        return False
    # As a command: nobody at the screen shall undo what the story told.
    token = via.set("command")
    try:
        with transaction.atomic():  # all of the story or none: a start that was cut off tells it again
            _tell(now)
    finally:
        via.reset(token)
    return True


def _tell(now: datetime) -> None:
    reviewer = create_person(email=REVIEWER[0], name=REVIEWER[1], roles=REVIEWER[2], password=PASSWORD)
    editor = create_person(email=EDITOR[0], name=EDITOR[1], roles=EDITOR[2], password=PASSWORD, admin=reviewer)
    hopes, talks, requests = _import_articles(editor, now)
    desk = _Desk(editor=editor, reviewer=reviewer, hopes=hopes, talks=talks, requests=requests, now=now)
    _publish_with_correction(desk)
    _submit_missing_context(desk)
    _draft_with_evidence(desk)
    _mark_more(desk)
    _plan(desk)
    _correct_a_word(desk)


def sample_files() -> list[Path]:
    shared = Path(os.environ.get("FACTCHECK_SHARED_DIR", settings.BASE_DIR.parent / "shared"))
    return sorted((shared / "seeds").glob("*.txt")) or sorted(_SAMPLES.glob("*.txt"))


def _import_articles(editor: User, now: datetime) -> list[Article]:
    files = [IncomingFile(path.name, path.read_bytes(), "text/plain") for path in sample_files()]
    run = start_import(person=editor, now=now - timedelta(days=3), files=files, label="Demo articles")
    process_run(run_id=run.pk, fetch=fetch, clock=lambda: now - timedelta(days=3))
    articles = [item.article for item in run.items.select_related("article").order_by("position") if item.article]
    for proposal in Proposal.objects.filter(
        article__in=articles, state="open", field__in=["source", "origin", "published_at"]
    ):
        accept_proposal(proposal_id=proposal.pk, person=editor, now=now - timedelta(days=3))
    return [Article.objects.select_related("current_revision").get(pk=article.pk) for article in articles]


def _publish_with_correction(desk: _Desk) -> None:
    """Publish a check, then a clarification whose note the page shows."""
    claim = _mark(
        desk.editor,
        desk.hopes,
        ("not one time",),
        desk.ago(days=3),
        statement="The United States never produced any evidence that Russia was behind cyberattacks",
        speech=Speech(mode="direct", said_at=datetime(2021, 6, 14, tzinfo=UTC), said_where="Interview with NBC"),
        topics=["cybersecurity"],
    )
    _link(
        desk.editor,
        claim,
        desk.talks,
        ("NotPetya",),
        "refutes",
        desk.ago(days=3),
        note="Shows a public attribution by the US and the EU to the GRU, NotPetya included, not the evidence behind it.",
    )
    verdict = start_verdict(
        person=desk.editor,
        claim_id=claim.pk,
        now=desk.ago(days=3),
        headline="Evidence of Russian cyberattacks was made public, repeatedly",
        rating=_rating("False"),
        summary="Washington and Brussels have attributed attacks to Russia's GRU in public, with damage of billions among them.",
        rationale="The attacks attributed to Russia's GRU include NotPetya, with more than $10 billion of damage [E1]. "
        "An attribution is not yet proof for everybody, but it was made in public, which the claim denies.",
    )
    _through_review(desk, verdict, at=desk.ago(days=2, hours=20))
    correction = correct_verdict(
        person=desk.editor,
        verdict_id=verdict.pk,
        kind="clarification",
        now=desk.ago(days=1),
        note="We now say more plainly that an attribution was published, not the evidence behind it.",
    )
    save_verdict(
        person=desk.editor,
        verdict_id=correction.pk,
        now=desk.ago(days=1),
        summary="Washington and Brussels have named the GRU as the author of attacks in public, which the claim denies.",
    )
    _through_review(desk, correction, at=desk.ago(hours=20))


def _submit_missing_context(desk: _Desk) -> None:
    """Submit the story's main claim for review."""
    claim = _mark(
        desk.editor,
        desk.requests,
        ("80 cybercrime-related requests", "single response"),
        desk.ago(hours=6),
        statement="On cybercrime Russia cooperates and the US does not (80 requests, no response)",
        speech=Speech(mode="reported", said_at=_SUMMIT, said_where="Geneva", relayed_via="Interfax"),
        topics=["cybersecurity", "diplomacy"],
    )
    last = _sentence(desk.requests, ("80 cybercrime-related requests",), is_last=True)
    add_appearance(
        person=desk.editor,
        claim_id=claim.pk,
        target=last,
        now=desk.ago(hours=6),
        speech=Speech(mode="reported", said_at=_SUMMIT),
    )
    _link(
        desk.editor,
        claim,
        desk.requests,
        ("opposite holds true",),
        "supports",
        desk.ago(hours=6),
        note="The claimant's own count; the same article, so it is no independent source.",
    )
    _link(
        desk.editor,
        claim,
        desk.talks,
        ("NotPetya",),
        "refutes",
        desk.ago(hours=5),
        note="Shows whom the US and the EU hold responsible for the most damaging attacks. Says nothing about the 80 requests.",
    )
    verdict = start_verdict(
        person=desk.editor,
        claim_id=claim.pk,
        now=desk.ago(hours=5),
        headline="Eighty unanswered requests are half of the story",
        rating=_rating("Missing context"),
        summary="The number is the claimant's own. It leaves out to whom the costliest attacks are attributed.",
        rationale="Only the claimant gives the figure, and he says himself that American requests were answered [E1].\n\n"
        "Left out is what the requests are about: the US and the EU attribute the most damaging attacks on record to Russia's "
        "military intelligence [E2].",
    )
    submit_verdict(person=desk.editor, verdict_id=verdict.pk, now=desk.ago(hours=4))


def _draft_with_evidence(desk: _Desk) -> None:
    """Draft a verdict with the NotPetya passage linked, not independent of its article."""
    claim = _mark(
        desk.editor,
        desk.talks,
        ("most of the", "cyberattacks", "Canada"),
        desk.ago(hours=3),
        statement="Most of the world's cyberattacks come from the United States",
        speech=Speech(mode="reported", said_at=_SUMMIT, said_where="Geneva"),
        topics=["cybersecurity"],
    )
    _link(
        desk.editor,
        claim,
        desk.talks,
        ("NotPetya",),
        "refutes",
        desk.ago(hours=3),
        note="Speaks of the most damaging attacks, not of most attacks: find figures on where attacks come from.",
    )
    start_verdict(
        person=desk.editor,
        claim_id=claim.pk,
        now=desk.ago(hours=3),
        headline="Where do most cyberattacks come from?",
        rationale="The attacks that did most damage are attributed to Russia [E1]; for their number we still need a source.",
    )


def _mark_more(desk: _Desk) -> None:
    claim = _mark(desk.editor, desk.requests, ("five million dollars",), desk.ago(hours=2))
    update_claim(
        person=desk.editor,
        claim_id=claim.pk,
        now=desk.ago(hours=2),
        state="selected",
        statement="An American pipeline company paid five million dollars of ransom",
        selection_reason="A figure that many stories repeat.",
    )
    parked = _mark(
        desk.editor, desk.hopes, ("extradite",), desk.ago(hours=2), statement="Russia would extradite hackers to the US"
    )
    update_claim(
        person=desk.editor,
        claim_id=parked.pk,
        now=desk.ago(hours=2),
        state="parked",
        parked_reason="An announcement, not a fact that can be checked yet.",
    )


def _plan(desk: _Desk) -> None:
    """Plan claims, so that both people find something in My work."""
    waiting = Claim.objects.get(verdicts__status="in_review")
    draft = Verdict.objects.select_related("claim").get(status="draft")
    selected = Claim.objects.get(state="selected")
    update_claim(
        person=desk.editor,
        claim_id=waiting.pk,
        now=desk.ago(hours=4),
        reviewer=desk.reviewer,
        priority=1,
        due_at=desk.now + timedelta(hours=5),
    )
    for claim, days, priority in ((draft.claim, 1, 2), (selected, 4, 3)):
        update_claim(
            person=desk.reviewer,
            claim_id=claim.pk,
            now=desk.ago(hours=2),
            assigned_to=desk.editor,
            priority=priority,
            due_at=desk.now + timedelta(days=days),
        )
    add_comment(
        person=desk.reviewer,
        claim_id=draft.claim_id,
        verdict=draft,
        now=desk.ago(hours=1),
        body=f"@{desk.editor.name} the incident statistics of a national CERT would settle the number, whatever they say.",
    )


def _correct_a_word(desk: _Desk) -> None:
    """Import a corrected name in a passage under a published check: a recheck with its diff."""
    text = desk.talks.current_revision.text if desk.talks.current_revision else ""
    if "Mondolez" not in text:
        return
    pasted = PastedText(text=text.replace("Mondolez", "Mondelez"), article_id=desk.talks.pk)
    run = start_import(person=desk.editor, now=desk.ago(hours=1), pasted=pasted, label="Corrected by the publisher")
    process_run(run_id=run.pk, fetch=fetch, clock=lambda: desk.ago(hours=1))
    for pending in PendingRevision.objects.filter(revision__article=desk.talks):
        place_pending(pending.pk)


def _through_review(desk: _Desk, verdict: Verdict, *, at: datetime) -> None:
    submit_verdict(person=desk.editor, verdict_id=verdict.pk, now=at)
    approve_verdict(person=desk.reviewer, verdict_id=verdict.pk, no_conflict=True, now=at + timedelta(minutes=20))
    publish_verdict(person=desk.reviewer, verdict_id=verdict.pk, now=at + timedelta(minutes=21))


def _mark(editor: User, article: Article, words: tuple[str, ...], now: datetime, **fields: Any) -> Claim:
    return create_claim(
        person=editor,
        target=_sentence(article, words),
        now=now,
        claimant=_PUTIN,
        **fields,
    )


def _link(
    editor: User, claim: Claim, article: Article, words: tuple[str, ...], stance: str, now: datetime, *, note: str
) -> Evidence:
    return add_evidence(
        person=editor,
        claim_id=claim.pk,
        target=_sentence(article, words),
        stance=stance,
        note=note,
        now=now,
        source_class="news_report",
        cited_as="" if article.source_id else article.title[:300],
    )


def _sentence(article: Article, words: tuple[str, ...], *, is_last: bool = False) -> Target:
    """Return the first (or last) sentence of the article that holds all `words`."""
    revision = article.current_revision
    if revision is None:
        raise LookupError(f"{article} has no text")
    found = [
        (start, end)
        for start, end in sentences(revision.text)
        if all(word in revision.text[start:end] for word in words)
    ]
    if not found:
        raise LookupError(f"No sentence of {article} holds {words}")
    start, end = found[-1 if is_last else 0]
    return Target(article_id=article.pk, start=start, end=end)


def _rating(label: str) -> Rating:
    return Rating.objects.select_related("scale").get(scale__key="newsroom", scale__version=1, label=label)
