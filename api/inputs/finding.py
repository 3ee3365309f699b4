"""Request bodies of questions that are too long for a URL."""

from typing import Any

from rest_framework import serializers

from api.inputs.base import Strict, Text, Texts
from articles.limits import MAX_TEXT_CODE_POINTS

MOST_TEXTS = 100
LONGEST_OF_MANY = 20_000


class LookupBody(Strict):
    """`text`: a story of any length; or `texts`: up to 100, answered in their order."""

    text = Text(required=False, allow_blank=False, max_length=MAX_TEXT_CODE_POINTS)
    texts = Texts(required=False, longest=LONGEST_OF_MANY, most=MOST_TEXTS)
    least_score = serializers.FloatField(required=False, min_value=0, max_value=1)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("text" in attrs) == ("texts" in attrs):
            raise serializers.ValidationError("Give either text or texts.")
        return attrs
