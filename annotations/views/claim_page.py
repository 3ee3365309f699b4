"""The claim page as a whole and in parts, from one context."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from accounts.decorators import person_of
from accounts.models import User
from accounts.permissions import has_permission
from annotations import rationale
from annotations.forms.claim import (
    ClaimantForm,
    CommentForm,
    CorrectionForm,
    ReasonForm,
    StateForm,
    VerdictForm,
)
from annotations.models import Claim, Desk, Verdict
from annotations.services.autosave import claim_words, verdict_words, version_of
from annotations.services.claim_reads import (
    Stances,
    appearances_of,
    approvals_of,
    claim_for_page,
    comments_of,
    desk_for_page,
    evidence_of,
    last_step_of,
    scales_for,
    suggestion_ops,
    verdicts_of,
)
from annotations.services.merging import contacts_of_merged
from annotations.services.verdicts.edits import edit_warning
from annotations.services.verdicts.review import allowed_actions
from annotations.services.verdicts.transitions import contributor_ids
from annotations.workflow import Status
from core.notices import stream_url

# Named, not taken from the address: the name becomes a template path.
PARTS = ("head", "appearances", "evidence", "discussion", "contact")
_BESIDE = ("verdict_status", "references", "facts")
"""Drawn anew with every change: the status, the evidence to refer to, the side list."""

_SUGGESTED = ("headline", "summary", "rationale")

Bound = dict[str, forms.Form]


# Django's redirects are 302, which does not say that the next request is a GET.
class SeeOther(HttpResponseRedirect):
    status_code = 303


def claim_url(claim_id: UUID, part: str = "") -> str:
    return reverse("annotations:claim", args=[claim_id]) + (f"#{part}" if part else "")


def find_claim(claim_id: UUID) -> Claim:
    claim = claim_for_page(claim_id)
    if claim is None:
        raise Http404(gettext("This claim does not exist."))
    return claim


def show_page(request: HttpRequest, claim: Claim, *, bound: Bound | None = None, status: int = 200) -> HttpResponse:
    live = {"tab": "claim", "events_url": stream_url(request, f"claim:{claim.pk}")}
    context = _page_context(request, claim, bound or {}) | live
    return render(request, "claims/claim.html", context, status=status)


def show_part(
    request: HttpRequest, claim: Claim, part: str, *, bound: Bound | None = None, status: int = 200
) -> HttpResponse:
    context = _page_context(request, claim, bound or {})
    beside = [(name.replace("_", "-"), f"claims/parts/{name}.html") for name in _BESIDE if name != part]
    context |= {"part": f"claims/parts/{part}.html", "beside": beside}
    return render(request, "claims/answer.html", context, status=status)


@dataclass(frozen=True, slots=True)
class _Read:
    """All that the page has read, for its parts. `working` is the open version, `live` the one that the public sees."""

    person: User
    claim: Claim
    desk: Desk
    working: Verdict | None
    live: Verdict | None
    contributors: set[UUID]
    stances: Stances
    bound: Bound
    can_edit: bool


def _page_context(request: HttpRequest, claim: Claim, bound: Bound) -> dict[str, Any]:
    person = person_of(request)
    desk = desk_for_page()
    working, live = verdicts_of(claim)
    contributors = contributor_ids(working.pk) if working else set()
    warning = edit_warning(person, working, contributors)
    may_write = has_permission(person, "claim.write") and claim.removed_at is None
    has_agreed = "agreed" in request.POST or request.GET.get("edit") == "1"
    stances = evidence_of(claim)
    can_edit = may_write and (not warning or has_agreed)
    read = _Read(person, claim, desk, working, live, contributors, stances, bound, can_edit=can_edit)
    context: dict[str, Any] = {
        "claim": claim,
        "desk": desk,
        "bound": bound,
        "may_write": may_write,
        # For the button that brings a removed claim back.
        "may_write_removed": has_permission(person, "claim.write"),
        "can_edit": can_edit,
        "warning": warning,
        "has_agreed": has_agreed,
        "may_comment": has_permission(person, "comment.write") and claim.removed_at is None,
        "stances": stances,
        "numbers": stances.numbers,
        "contributors": contributors,
        **_claim_context(claim, stances, bound),
        **_verdict_context(read),
    }
    context["comments"] = [(one, suggestion_ops(one)) for one in comments_of(claim)]
    context["has_open_comments"] = any(one.resolved_at is None for one, _ in context["comments"])
    context["suggestion_form"] = bound.get("suggestion")
    context["comment_form"] = bound.get("comment") or CommentForm(numbers=stances.numbers)
    return context


def _claim_context(claim: Claim, stances: Stances, bound: Bound) -> dict[str, Any]:
    appearances = appearances_of(claim)
    initial = {"claimant": claim.claimant.name, "claimant_id": claim.claimant_id} if claim.claimant else {}
    return {
        "contact": getattr(claim, "contact", None),
        "merged_contacts": contacts_of_merged(claim),
        "claim_etag": version_of(claim_words(claim)),
        "claim_words": claim_words(claim),
        "claimant_form": bound.get("claimant") or ClaimantForm(initial=initial),
        "plan_form": bound.get("plan"),
        "state_form": bound.get("state") or StateForm(initial=StateForm.of(claim)),
        # A form that nobody opened is not drawn: thirty fields were half of the page's time (claim_forms.py).
        "contact_form": bound.get("contact"),
        "outside_form": bound.get("outside"),
        "add_appearance_form": bound.get("add_appearance"),
        "quoted_form": bound.get("quoted"),
        "appearances": [(item, quote, bound.get(str(item.pk))) for item, quote in appearances],
        "can_remove": len(appearances) > 1,
        "groups": [(stance, [(one, bound.get(str(one.item.pk))) for one in shown]) for stance, shown in stances.groups],
    }


def _verdict_context(read: _Read) -> dict[str, Any]:
    live, shown = read.live, read.working or read.live
    context: dict[str, Any] = {
        "working": read.working,
        "live": live,
        "shown": shown,
        "fact_check": getattr(read.claim, "fact_check", None),
        "may_start": shown is None and read.can_edit and has_permission(read.person, "verdict.write"),
    }
    if shown is not None:
        context["rationale_html"] = rationale.render_html(shown.rationale, read.stances.numbers)
        context["suggestible"] = [(name, name.capitalize(), getattr(shown, name)) for name in _SUGGESTED]
    if live is not None:
        context["approved_by"] = approvals_of(live) if read.working is None else []
        context["live_allowed"] = allowed_actions(read.person, live, contributors=set())
        context["last_step"] = last_step_of(live)
        context["correction_form"] = read.bound.get("correction") or CorrectionForm()
        context["reason_form"] = read.bound.get("reason") or ReasonForm()
    if read.working is not None:
        context |= _working_context(read, read.working)
    return context


def _working_context(read: _Read, working: Verdict) -> dict[str, Any]:
    words = verdict_words(working)
    is_open = working.status in {Status.DRAFT, Status.CHANGES_REQUESTED}
    form = read.bound.get("verdict")
    return {
        "allowed": allowed_actions(read.person, working, contributors=read.contributors),
        "is_writing": read.can_edit and has_permission(read.person, "verdict.write"),
        "verdict_form": form or VerdictForm(initial=words, auto_id="verdict-%s"),
        "chosen_rating": (form.data.get("rating") if form else "") or words["rating"],
        "verdict_etag": version_of(words),
        "reasons_query": _reasons_query(form),
        "scales": scales_for(read.desk.default_scale, working.rating) if read.can_edit else [],
        "is_submittable": is_open,
        "approved_by": [] if is_open else approvals_of(working),
    }


def _reasons_query(form: forms.Form | None) -> str:
    """Return the reasons of a refused submission as a query string.

    The checklist is asked for with them, so that nobody types a reason twice.
    """
    given = {name: value for name, value in (form.data if form else {}).items() if "reason-" in name and value}
    return "?" + urlencode(given) if given else ""
