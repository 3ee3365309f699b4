"""Bodies about exports, receipts and webhook endpoints."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.inputs.base import (
    Flag,
    Id,
    Moment,
    Number,
    Strict,
    Text,
    Url,
)
from publishing.models import ExportRun
from publishing.services.receipts import STATUSES
from publishing.webhooks.outbox import EVENTS


@extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
class Filter(serializers.DictField):
    """Which names there are, and what they may hold, the service says."""


class ExportBody(Strict):
    """`filter`: q, rating, claimant, language, article, published_since, published_until; for docx and pdf `claim` alone;
    for claimreview also `checks` = foreign: what came in from other desks, with `language` where wanted."""

    kind = serializers.ChoiceField(ExportRun.KINDS)
    filter = Filter(child=Text(max_length=2_000), required=False)


class ReceiptBody(Strict):
    fact_check = Id()
    version = Number(min_value=1)
    cms_url = Url(allow_blank=False)
    status = serializers.ChoiceField(STATUSES)


class EndpointBody(Strict):
    """`events` empty or left out: all of them."""

    url = Url(allow_blank=False)
    description = Text(max_length=200, required=False)
    events = serializers.ListField(child=serializers.ChoiceField(EVENTS), required=False, max_length=len(EVENTS))


class EndpointPatch(EndpointBody):
    is_active = Flag(required=False)


class ReplayBody(Strict):
    since = Moment()
    until = Moment()
