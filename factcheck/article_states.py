"""States of articles in their list that only annotations can tell."""

from typing import Any

from django.db.models import Exists, OuterRef

from annotations.models import Appearance
from articles.facets import register_state


def register_article_states() -> None:
    register_state("claims", "With claims", _has_claims)
    register_state("no-claims", "Without claims", lambda: ~_has_claims())


def _has_claims() -> Any:
    return Exists(
        Appearance.objects.filter(
            passage__article=OuterRef("pk"),
            removed_at=None,
            claim__removed_at=None,
            claim__merged_into=None,
        ).order_by()
    )
