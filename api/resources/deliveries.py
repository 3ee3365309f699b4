"""Resources that leave the desk: exports, receipts, webhook endpoints and their deliveries, and a webhook's message."""

from typing import Any

from django.db.models import Case, Q, TextField, When
from django.db.models.functions import Coalesce

from api.resources.base import Resource
from api.resources.expressions import Rfc3339
from api.resources.fields import (
    Choice,
    Count,
    Flag,
    Id,
    Json,
    Many,
    Moment,
    One,
    Part,
    Path,
    Sha256,
    Text,
    Url,
    Words,
)
from api.resources.people import PersonResource
from publishing.events import EVENTS, TEST_EVENT
from publishing.exports.formats import KINDS
from publishing.links import api_url as api_address
from publishing.models import Delivery, DeliveryAttempt, EndpointHealth, ExportRun, Receipt, WebhookEndpoint
from publishing.services.receipts import STATUSES


class ExportResource(Resource):
    """One background export. `download` is there once it is finished, for seven days."""

    model = ExportRun
    joined = ("created_by",)

    id = Id()
    kind = Choice(KINDS)
    filter = Json()
    state = Choice(("queued", "running", "finished", "failed", "cancelled", "expired"))
    total = Count()
    done = Count()
    error = Text(blank_is_null=True)
    size = Count(blank_is_null=True)
    sha256 = Sha256(blank_is_null=True)
    download = Url(
        null=True,
        value=lambda run: api_address(f"exports/{run.pk}/download") if run.state == "finished" else None,
    )
    created_by = One(PersonResource, null=True)
    created_at = Moment()
    finished_at = Moment(null=True)
    expires_at = Moment(null=True)


def _notice(receipt: Receipt) -> str:
    canonical = receipt.fact_check.canonical_url
    if canonical == receipt.cms_url:
        return ""
    if receipt.status != "live":
        return f"A page that is {receipt.status} is not the check's canonical address."
    return f"Another page is live as the check's canonical address, {canonical}: this one does not replace it."


class ReceiptResource(Resource):
    """A CMS's report of the version of a check that one of its pages shows. `notice` says why the page is not the check's
    canonical address, where it is not.
    """

    model = Receipt
    joined = ("reported_by", "fact_check")

    id = Id()
    fact_check = Id(source="fact_check_id")
    version = Count()
    cms_url = Url()
    status = Choice(STATUSES)
    reported_by = One(PersonResource, null=True)
    reported_at = Moment()
    is_canonical = Flag(value=lambda receipt: receipt.fact_check.canonical_url == receipt.cms_url)
    canonical_url = Url(null=True, value=lambda receipt: receipt.fact_check.canonical_url or None)
    notice = Text(value=_notice)


def _health(endpoint: WebhookEndpoint) -> EndpointHealth:
    """Return the state of the circuit breaker; an endpoint that never failed has no row."""
    found: EndpointHealth = getattr(endpoint, "health", None) or EndpointHealth()
    return found


class WebhookEndpointResource(Resource):
    """An address that messages go to. `secret` is null but in the answer that made it. `events` empty: all.

    After five failures in a row nothing is sent until `paused_until`, then one message on trial; `failing_since` and
    `last_problem` say what happened. All four are empty again once a message is taken.
    """

    model = WebhookEndpoint
    joined = ("created_by", "health")

    id = Id()
    url = Url()
    description = Text()
    events = Words(Choice(EVENTS))
    is_active = Flag()
    disabled_reason = Text(blank_is_null=True)
    secret = Text(null=True, value=lambda _: None)
    old_secret_until = Moment(null=True, source="previous_secret_until")
    failures = Count(value=lambda endpoint: _health(endpoint).failures)
    failing_since = Moment(null=True, value=lambda endpoint: _health(endpoint).failing_since)
    paused_until = Moment(null=True, value=lambda endpoint: _health(endpoint).paused_until)
    last_problem = Text(null=True, value=lambda endpoint: _health(endpoint).last_problem or None)
    created_by = One(PersonResource, null=True)
    created_at = Moment()


class _DeliveryAttemptResource(Resource):
    model = DeliveryAttempt

    at = Moment()
    request_headers = Json()
    status = Count(null=True)
    response_headers = Json()
    response_body = Text()
    error = Text(blank_is_null=True)
    duration_ms = Count()


def _next_at(path: Path) -> Any:
    is_pending = Q(**{path("state").name: Delivery.State.PENDING})
    return Case(When(is_pending, then=Rfc3339(path("next_at"))), output_field=TextField())


class DeliveryResource(Resource):
    """One message on its way. `webhook_id` is the same on every attempt and replay, and so are the bytes of `body`."""

    model = Delivery
    is_compiled = True

    id = Id()
    webhook_id = Id(
        value=lambda delivery: delivery.replay_of_id or delivery.pk,
        expression=lambda path: Coalesce(path("replay_of_id"), path("pk")),
    )
    endpoint = Id(source="endpoint_id")
    event = Choice((*EVENTS, TEST_EVENT))
    state = Choice(Delivery.State.values)
    body = Text()
    replay_of = Id(null=True, source="replay_of_id")
    next_at = Moment(
        null=True,
        value=lambda delivery: delivery.next_at if delivery.state == Delivery.State.PENDING else None,
        expression=_next_at,
    )
    created_at = Moment()
    finished_at = Moment(null=True)
    attempts = Many(
        _DeliveryAttemptResource, key="delivery", order=("id",), rows=lambda _: DeliveryAttempt.objects.all()
    )


class ReplayedResource(Resource):
    """The number of deliveries that are on their way again."""

    deliveries = Count()


class _WebhookDataResource(Resource):
    id = Id()
    version = Count(null=True)
    seq = Count(null=True)
    etag = Sha256(null=True)
    url = Url()


class WebhookMessageResource(Resource):
    """A webhook's body. Thin: read what you need at `data.url`. `seq` is the change's place in the feed, null for what is
    no item of it.
    """

    type = Choice((*EVENTS, TEST_EVENT))
    timestamp = Moment()
    data_ = Part(_WebhookDataResource)
