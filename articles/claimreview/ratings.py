"""Write a rating as schema.org's `Rating`."""

from typing import Any

from articles.claimreview.fields import RatingFields


def write_rating(rating: RatingFields) -> dict[str, Any]:
    """Best and worst go out only beside a value: an unnumbered rating on a numbered scale would read as its lowest."""
    numbers = (
        {}
        if rating.value is None
        else {"ratingValue": rating.value, "bestRating": rating.best, "worstRating": rating.worst}
    )
    words = {"alternateName": rating.label, "ratingExplanation": rating.explanation, "image": rating.image}
    members = {name: value for name, value in {**words, **numbers}.items() if value not in ("", None, [])}
    return {"@type": "Rating", **members} if members else {}
