"""The moves of a verdict. 200 when done, 202 with `missing` while another person or the time is awaited."""

from typing import Any, ClassVar
from uuid import UUID

import orjson
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.models import Verdict
from annotations.services.verdicts.edits import correct_verdict
from annotations.services.verdicts.review import approve_verdict, request_changes
from annotations.services.verdicts.submission import submit_verdict
from annotations.services.verdicts.transitions import Outcome
from api.base import ApiView
from api.conditions import expected_number
from api.inputs import verdicts as forms
from api.inputs.base import Strict
from api.json import Raw
from api.resources.verdicts import VerdictResource
from api.schema.describe import describe
from api.views.common import document_of, locate, show
from publishing.services.publish import publish_verdict
from publishing.services.withdrawals import (
    remove_for_legal_reasons,
    restore_verdict,
    retract_verdict,
    suspend_verdict,
)
from publishing.tasks import wake_outbox

MOVE_ERRORS = (409,)


class Move(ApiView):
    """One service call; its Outcome or its verdict is the answer."""

    def move(self, request: Request, verdict_id: UUID, form: type[Strict], service: Any, **more: Any) -> Response:
        expected = expected_number(request, "verdict")
        values = self.body(form)
        result = service(
            person=self.person, verdict_id=verdict_id, now=timezone.now(), expected=expected, **values, **more
        )
        wake_outbox()
        outcome = result if isinstance(result, Outcome) else Outcome(result)
        return _outcome(self, request, outcome)


class Submit(Move):
    required_scopes: ClassVar[dict[str, str | tuple[str, ...]]] = {"POST": "verdicts:write"}

    @describe(
        "submitVerdict",
        "Freeze the content and ask for review",
        takes=forms.Submit,
        returns=VerdictResource,
        if_match=True,
        errors=MOVE_ERRORS,
    )
    def post(self, request: Request, verdict_id: UUID) -> Response:
        return self.move(request, verdict_id, forms.Submit, submit_verdict)


class RequestChanges(Move):
    required_scopes: ClassVar[dict[str, str | tuple[str, ...]]] = {"POST": "verdicts:approve"}

    @describe(
        "requestChanges",
        "Send it back with a comment",
        takes=forms.RequestChanges,
        returns=VerdictResource,
        if_match=True,
        errors=MOVE_ERRORS,
    )
    def post(self, request: Request, verdict_id: UUID) -> Response:
        return self.move(request, verdict_id, forms.RequestChanges, request_changes)


class Approve(Move):
    required_scopes: ClassVar[dict[str, str | tuple[str, ...]]] = {"POST": "verdicts:approve"}

    @describe(
        "approveVerdict",
        "Stand for exactly the frozen content",
        takes=forms.Approve,
        returns=VerdictResource,
        if_match=True,
        can_wait=True,
        errors=MOVE_ERRORS,
    )
    def post(self, request: Request, verdict_id: UUID) -> Response:
        return self.move(request, verdict_id, forms.Approve, approve_verdict, token_creator=self.token_creator)


class Publish(Move):
    required_scopes: ClassVar[dict[str, str | tuple[str, ...]]] = {"POST": "verdicts:publish"}

    @describe(
        "publishVerdict",
        "Publish now or at a time; again changes nothing",
        takes=forms.Publish,
        returns=VerdictResource,
        if_match=True,
        can_wait=True,
        errors=MOVE_ERRORS,
    )
    def post(self, request: Request, verdict_id: UUID) -> Response:
        return self.move(request, verdict_id, forms.Publish, publish_verdict, token_creator=self.token_creator)


class Correct(Move):
    required_scopes: ClassVar[dict[str, str | tuple[str, ...]]] = {"POST": "verdicts:write"}

    @describe(
        "correctVerdict",
        "Start the next version of a published verdict; the answer is that version",
        takes=forms.Correct,
        returns=VerdictResource,
        if_match=True,
        errors=MOVE_ERRORS,
    )
    def post(self, request: Request, verdict_id: UUID) -> Response:
        expected = expected_number(request, "verdict")
        values = {"note": "", **self.body(forms.Correct)}
        verdict = correct_verdict(
            person=self.person, verdict_id=verdict_id, now=timezone.now(), expected=expected, **values
        )
        return locate(show(self, request, VerdictResource, verdict.pk), request, "verdict", verdict.pk)


class Suspend(Move):
    required_scopes: ClassVar[dict[str, str | tuple[str, ...]]] = {"POST": "verdicts:publish"}

    @describe(
        "suspendVerdict",
        "Take it out of the feed at once",
        takes=forms.Reason,
        returns=VerdictResource,
        if_match=True,
        errors=MOVE_ERRORS,
    )
    def post(self, request: Request, verdict_id: UUID) -> Response:
        return self.move(request, verdict_id, forms.Reason, suspend_verdict)


class Retract(Move):
    required_scopes: ClassVar[dict[str, str | tuple[str, ...]]] = {"POST": "verdicts:publish"}

    @describe(
        "retractVerdict",
        "Withdraw; two people where two may, or an administrator's override",
        takes=forms.TwoPersonReason,
        returns=VerdictResource,
        if_match=True,
        can_wait=True,
        errors=MOVE_ERRORS,
    )
    def post(self, request: Request, verdict_id: UUID) -> Response:
        return self.move(request, verdict_id, forms.TwoPersonReason, retract_verdict, token_creator=self.token_creator)


class Restore(Move):
    required_scopes: ClassVar[dict[str, str | tuple[str, ...]]] = {"POST": "verdicts:publish"}

    @describe(
        "restoreVerdict",
        "Back to published; two people where two may, or an administrator's override",
        takes=forms.TwoPersonReason,
        returns=VerdictResource,
        if_match=True,
        can_wait=True,
        errors=MOVE_ERRORS,
    )
    def post(self, request: Request, verdict_id: UUID) -> Response:
        return self.move(request, verdict_id, forms.TwoPersonReason, restore_verdict, token_creator=self.token_creator)


class LegalRemoval(Move):
    required_scopes: ClassVar[dict[str, str | tuple[str, ...]]] = {"POST": "verdicts:publish"}

    @describe(
        "removeVerdictForLegalReasons",
        "Remove for legal reasons: every stored text of the claim's versions is blanked; two people where two may, or"
        " an administrator's override",
        takes=forms.TwoPersonReason,
        returns=VerdictResource,
        if_match=True,
        can_wait=True,
        errors=MOVE_ERRORS,
    )
    def post(self, request: Request, verdict_id: UUID) -> Response:
        return self.move(
            request,
            verdict_id,
            forms.TwoPersonReason,
            remove_for_legal_reasons,
            token_creator=self.token_creator,
        )


def _outcome(view: ApiView, request: Request, outcome: Outcome) -> Response:
    verdict: Verdict = outcome.verdict
    body, tag = document_of(VerdictResource, verdict.pk)
    if outcome.is_done:
        return view.respond(request, body, etag=tag)
    waiting = Raw(body[:-1] + b',"missing":' + orjson.dumps(outcome.missing) + b"}")
    return view.respond(request, waiting, etag=tag, status=202)
