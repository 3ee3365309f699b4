"""Comments, suggestions that an author accepts with one key, and @mentions."""

import re
from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Q, QuerySet, When
from django.utils.translation import gettext, gettext_noop

from accounts.models import User
from accounts.permissions import PERMISSIONS, check_permission, has_permission
from annotations.errors import InvalidInput, NotFound, NotPermitted, Stale, WrongState
from annotations.models import (
    Claim,
    Comment,
    Evidence,
    Verdict,
)
from annotations.models.work import UNNAMED_SUGGESTION
from annotations.services.base import locked_claim, touch_claim, writing
from annotations.services.evidence import MAX_NOTE, update_evidence
from annotations.services.notifications import notify
from annotations.services.verdicts.edits import LIMITS, save_verdict
from annotations.services.verdicts.transitions import contributor_ids
from core.notices import tell_of_change

MAX_COMMENT = 5_000


FIELDS = ("", "statement", "headline", "rating", "summary", "rationale", "evidence", "note")


SUGGESTIBLE = ("headline", "summary", "rationale", "note")


def add_comment(
    *,
    person: User,
    claim_id: UUID | str,
    body: str,
    now: datetime,
    verdict: Verdict | None = None,
    evidence: Evidence | None = None,
    field: str = "",
    is_blocking: bool = False,
    in_reply_to: Comment | None = None,
) -> Comment:
    """Add a comment. A blocking one prevents submission until it is resolved."""
    check_permission(person, "comment.write")
    body = _clean_body(body)
    if field not in FIELDS:
        raise InvalidInput(gettext("A verdict has no such field. Your words are still in the form."))
    with writing(person):
        claim = locked_claim(claim_id)
        comment = Comment(verdict=verdict, evidence=evidence, field=field, body=body, author=person, created_at=now)
        comment.is_blocking, comment.in_reply_to = is_blocking, in_reply_to
        _store_comment(comment, claim)
    return comment


def suggest_words(
    *,
    person: User,
    verdict: Verdict,
    field: str,
    suggested_to: str,
    now: datetime,
    evidence: Evidence | None = None,
    body: str = "",
) -> Comment:
    """Propose other words for a field.

    The proposer writes no content, so they can still approve the verdict.
    """
    check_permission(person, "comment.write")
    if field not in SUGGESTIBLE or (field == "note") != (evidence is not None):
        raise InvalidInput(
            gettext("Words can be suggested for headline, summary, rationale and the notes of evidence.")
        )
    body = _clean_body(body) if body.strip() else ""
    most = MAX_NOTE if field == "note" else LIMITS[field]
    if len(suggested_to) > most:
        raise InvalidInput(
            gettext(
                "The suggestion has {count:,} characters; at most {most:,} fit there. Nothing was saved; your words are still"
                " in the form."
            ).format(count=len(suggested_to), most=most)
        )
    # Stored with the suggestion, so that a later change of the words is noticed when it is accepted.
    before = evidence.note if evidence is not None else getattr(verdict, field)
    if before == suggested_to:
        raise InvalidInput(gettext("The suggestion is the same as the present words. Nothing was saved."))
    with writing(person):
        claim = locked_claim(verdict.claim_id)
        comment = Comment(verdict=verdict, evidence=evidence, field=field, body=body, author=person, created_at=now)
        comment.suggested_from, comment.suggested_to = before, suggested_to
        _store_comment(comment, claim)
    return comment


def _store_comment(comment: Comment, claim: Claim) -> None:
    """Store a new comment or suggestion under the locked claim. Side effect: people are notified."""
    comment.claim, comment.mentioned = claim, mentioned_in(comment.body)
    comment.save(force_insert=True)
    _notify_of_comment(comment, now=comment.created_at)
    touch_claim(claim, now=comment.created_at)


def accept_suggestion(*, person: User, comment_id: UUID | str, now: datetime) -> Comment:
    """Apply the suggested words; who accepts them becomes their author.

    Raises Stale where the words changed meanwhile.
    """
    with writing(person):
        comment = _lock_open_suggestion(comment_id)
        words = comment.suggested_to or ""
        if comment.evidence is not None:
            _check_words_unchanged(comment.evidence.note, comment)
            update_evidence(person=person, evidence_id=comment.evidence.pk, note=words, now=now)
        elif comment.verdict is not None:
            _check_words_unchanged(getattr(comment.verdict, comment.field), comment)
            save_verdict(person=person, verdict_id=comment.verdict.pk, now=now, expected=None, **{comment.field: words})
        _close_comment(comment, person=person, resolution="accepted", now=now)
    return comment


def resolve_comment(*, person: User, comment_id: UUID | str, now: datetime, resolution: str = "done") -> Comment:
    """Resolve a comment, or reject a suggestion.

    Raises NotPermitted where a blocking comment is resolved by neither its author nor a reviewer.
    """
    check_permission(person, "comment.write")
    with writing(person):
        claim_id = Comment.objects.filter(pk=comment_id).values_list("claim_id", flat=True).first()
        if claim_id is None:
            raise NotFound(gettext("This comment does not exist."))
        # The claim first, as everywhere: a merge moves its comments while it holds the claim's trail, for which we would wait.
        Claim.objects.select_for_update().get(pk=claim_id)
        comment = Comment.objects.select_for_update(of=("self",)).get(pk=comment_id)
        if comment.resolved_at:
            raise WrongState(gettext("Somebody has resolved this comment already."))
        # An author could otherwise wave through what a reviewer stopped.
        is_reviewer = has_permission(person, "verdict.request_changes")
        if comment.is_blocking and person != comment.author and not is_reviewer:
            raise NotPermitted(
                gettext("A blocking comment is resolved by whoever made it, or by a reviewer. Answer it first.")
            )
        _close_comment(
            comment, person=person, resolution=resolution if resolution in {"done", "rejected"} else "done", now=now
        )
    return comment


def _lock_open_suggestion(comment_id: UUID | str) -> Comment:
    """Lock the claim, then return the suggestion with the words it would replace.

    The lock comes first, so that nobody changes those words between the read and the write.
    """
    found = Comment.objects.filter(pk=comment_id, suggested_to__isnull=False)
    claim_id = found.values_list("claim_id", flat=True).first()
    if claim_id is None:
        raise NotFound(gettext("This suggestion does not exist."))
    locked_claim(claim_id)
    comment = found.select_for_update(of=("self",)).select_related("verdict", "evidence").get()
    if comment.resolved_at:
        raise WrongState(gettext("Somebody has answered this suggestion already."))
    return comment


def _check_words_unchanged(words: str, comment: Comment) -> None:
    if words != comment.suggested_from:
        raise Stale(
            gettext(
                "These words were changed since the suggestion was made. Nothing was changed: compare both and"
                " edit by hand."
            ),
            current=words,
        )


def _close_comment(comment: Comment, *, person: User, resolution: str, now: datetime) -> None:
    comment.resolved_by, comment.resolved_at, comment.resolution = person, now, resolution
    comment.save(update_fields=["resolved_by", "resolved_at", "resolution"])
    tell_of_change(claim=comment.claim_id)


def _clean_body(body: str) -> str:
    body = body.strip()
    if not body or len(body) > MAX_COMMENT:
        raise InvalidInput(
            gettext("A comment has 1 to {max_comment:,} characters. Your words are still in the form.").format(
                max_comment=MAX_COMMENT
            )
        )
    return body


def _notify_of_comment(comment: Comment, *, now: datetime) -> None:
    """Notify mentioned people, authors and earlier commenters, each once."""
    told: dict[str, Any] = {
        "event_key": f"comment:{comment.pk}",
        "claim": comment.claim,
        "now": now,
        "by": comment.author_id,
        "url": f"/claims/{comment.claim_id}/#comment-{comment.pk}",
    }
    told["details"] = {"author": comment.author.name, "words": comment.body or UNNAMED_SUGGESTION}
    notify(comment.mentioned, template=gettext_noop("{author} mentioned you: {words}"), **told)
    if comment.verdict_id is not None:
        people = contributor_ids(comment.verdict_id)
        people |= set(Comment.objects.filter(verdict_id=comment.verdict_id).values_list("author_id", flat=True))
        notify(people, template=gettext_noop("{author} commented: {words}"), **told)


MAX_SUGGESTED_PEOPLE = 8


def people_to_mention(*, person: User, words: str) -> list[User]:
    """Return at most eight colleagues by the beginning of a name or part of a name."""
    check_permission(person, "comment.write")
    words = " ".join(words.split())[:100]
    found = _people_who_read().exclude(pk=person.pk)
    found = found.filter(Q(name__istartswith=words) | Q(name__icontains=f" {words}"))
    begins = Case(When(name__istartswith=words, then=0), default=1)
    return list(found.annotate(place=begins).order_by("place", "name", "pk")[:MAX_SUGGESTED_PEOPLE])


def mentioned_in(body: str) -> list[UUID]:
    """Return the readers whose full name, or unique first name, follows an @."""
    # Most comments mention nobody: no query for them.
    if "@" not in body:
        return []
    people = _people_who_read().order_by("pk").values_list("pk", "name")
    named = [(pk, name, name.split()[0].casefold()) for pk, name in people]
    firsts = Counter(first for _, _, first in named)
    return [
        pk
        for pk, name, first in named
        if _names_person(body, name) or (firsts[first] == 1 and _names_person(body, first))
    ]


def _people_who_read() -> QuerySet[User]:
    """Return active people with a name who may read the desk's discussions."""
    roles = [str(role) for role in PERMISSIONS["desk.read"]]
    return User.objects.filter(is_active=True, groups__name__in=roles).exclude(name="").distinct()


def _names_person(body: str, name: str) -> bool:
    # Not inside a word: an e-mail address would mention somebody.
    return re.search(rf"(?<!\w)@{re.escape(name)}(?!\w)", body, re.IGNORECASE) is not None
