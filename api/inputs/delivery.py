"""Request bodies of exports, receipts and webhook endpoints."""

from rest_framework import serializers

from api.inputs.base import (
    Flag,
    Id,
    Items,
    Moment,
    Number,
    Reasons,
    Strict,
    Text,
    Url,
)
from publishing.events import EVENTS
from publishing.exports.formats import KINDS
from publishing.services.receipts import STATUSES


class ExportBody(Strict):
    """`filter`: q, rating, claimant, language, article, published_since, published_until; none for the working material.

    For docx and pdf `claim` alone; for claimreview also `checks` = foreign: what came in from other desks, with `language`
    where wanted.
    """

    kind = serializers.ChoiceField(KINDS)
    filter = Reasons(required=False, help_text="The service knows the names and what each may hold.")


class ReceiptBody(Strict):
    fact_check = Id()
    version = Number(min_value=1)
    cms_url = Url(allow_blank=False)
    status = serializers.ChoiceField(STATUSES)


class EndpointBody(Strict):
    """`events` empty or left out: all of them."""

    url = Url(allow_blank=False)
    description = Text(max_length=200, required=False)
    events = Items(child=serializers.ChoiceField(EVENTS), required=False, most=len(EVENTS))


class EndpointPatch(EndpointBody):
    url = Url(allow_blank=False, required=False)
    is_active = Flag(required=False)


class ReplayBody(Strict):
    since = Moment()
    until = Moment()
