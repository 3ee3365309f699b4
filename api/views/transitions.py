"""Transitions of a verdict. 200 when done, 202 with `missing` while another person or the time is awaited."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

import orjson
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

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

_ERRORS = (409,)
Scopes = dict[str, str | tuple[str, ...]]


class _Transition(ApiView):
    """One service call; its Outcome or its verdict is the answer."""

    def carry_out(self, request: Request, verdict_id: UUID, form: type[Strict], service: Any, **more: Any) -> Response:
        expected = expected_number(request, "verdict", verdict_id)
        values = self.body(form)
        result = service(
            person=self.person, verdict_id=verdict_id, now=timezone.now(), expected=expected, **values, **more
        )
        # The service has committed: a worker that looked earlier would find nothing to send.
        wake_outbox()
        return _answer(self, request, result if isinstance(result, Outcome) else Outcome(result))


def _post(
    operation: str, summary: str, form: type[Strict], service: Any, *, by_two: bool = False
) -> Callable[[_Transition, Request, UUID], Response]:
    """Make the POST method of a transition. `by_two`: the service counts people, so it has to know who made the token."""

    @describe(operation, summary, takes=form, returns=VerdictResource, if_match=True, can_wait=by_two, errors=_ERRORS)
    def post(self: _Transition, request: Request, verdict_id: UUID) -> Response:
        more = {"token_creator": self.token_creator} if by_two else {}
        return self.carry_out(request, verdict_id, form, service, **more)

    return post


class Submit(_Transition):
    required_scopes: ClassVar[Scopes] = {"POST": "verdicts:write"}
    post = _post("submitVerdict", "Freeze the content and ask for review", forms.Submit, submit_verdict)


class RequestChanges(_Transition):
    required_scopes: ClassVar[Scopes] = {"POST": "verdicts:approve"}
    post = _post("requestChanges", "Send it back with a comment", forms.RequestChanges, request_changes)


class Approve(_Transition):
    required_scopes: ClassVar[Scopes] = {"POST": "verdicts:approve"}
    post = _post(
        "approveVerdict", "Approve this exact frozen content (SHA-256)", forms.Approve, approve_verdict, by_two=True
    )


class Publish(_Transition):
    required_scopes: ClassVar[Scopes] = {"POST": "verdicts:publish"}
    post = _post(
        "publishVerdict",
        "Publish now or at a given time; a repetition changes nothing",
        forms.Publish,
        publish_verdict,
        by_two=True,
    )


class Correct(_Transition):
    required_scopes: ClassVar[Scopes] = {"POST": "verdicts:write"}

    @describe(
        "correctVerdict",
        "Start the next version of a published verdict; the answer is that version",
        takes=forms.Correct,
        returns=VerdictResource,
        if_match=True,
        errors=_ERRORS,
    )
    def post(self, request: Request, verdict_id: UUID) -> Response:
        expected = expected_number(request, "verdict", verdict_id)
        values = {"note": "", **self.body(forms.Correct)}
        verdict = correct_verdict(
            person=self.person, verdict_id=verdict_id, now=timezone.now(), expected=expected, **values
        )
        return locate(show(self, request, VerdictResource, verdict.pk), request, "verdict", verdict.pk)


class Suspend(_Transition):
    required_scopes: ClassVar[Scopes] = {"POST": "verdicts:publish"}
    post = _post("suspendVerdict", "Take it out of the feed at once", forms.Reason, suspend_verdict)


class Retract(_Transition):
    required_scopes: ClassVar[Scopes] = {"POST": "verdicts:publish"}
    post = _post(
        "retractVerdict",
        "Withdraw; by two people if two have the right, or by an administrator's override",
        forms.TwoPersonReason,
        retract_verdict,
        by_two=True,
    )


class Restore(_Transition):
    required_scopes: ClassVar[Scopes] = {"POST": "verdicts:publish"}
    post = _post(
        "restoreVerdict",
        "Publish again; by two people if two have the right, or by an administrator's override",
        forms.TwoPersonReason,
        restore_verdict,
        by_two=True,
    )


class LegalRemoval(_Transition):
    required_scopes: ClassVar[Scopes] = {"POST": "verdicts:publish"}
    post = _post(
        "removeVerdictForLegalReasons",
        "Remove for legal reasons: every stored text of the claim's versions is blanked; by two people if two have the"
        " right, or by an administrator's override",
        forms.TwoPersonReason,
        remove_for_legal_reasons,
        by_two=True,
    )


def _answer(view: ApiView, request: Request, outcome: Outcome) -> Response:
    body, tag = document_of(VerdictResource, outcome.verdict.pk)
    if outcome.is_done:
        return view.respond(request, body, etag=tag)
    # The body is JSON that Postgres built: a member is appended to its text.
    waiting = Raw(body[:-1] + b',"missing":' + orjson.dumps(outcome.missing) + b"}")
    return view.respond(request, waiting, etag=tag, status=202)
