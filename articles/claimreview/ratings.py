"""Write a rating as schema.org's `Rating`."""

from typing import Any

from articles.claimreview.fields import RatingFields


def write_rating(rating: RatingFields) -> dict[str, Any]:
    """Write a Rating. Best and worst need a value: without one a reader would see the lowest grade."""
    numbers = (
        {}
        if rating.value is None
        else {"ratingValue": rating.value, "bestRating": rating.best, "worstRating": rating.worst}
    )
    words = {"alternateName": rating.label, "ratingExplanation": rating.explanation, "image": rating.image}
    members = {name: value for name, value in {**words, **numbers}.items() if value not in ("", None, [])}
    return {"@type": "Rating", **members} if members else {}
