"""A history shows each field that people write: a change of a field without words would leave no entry."""

import pytest

from annotations.services.desk import DESK_FIELDS
from api.inputs.articles import ArticlePatch, SourcePatch
from api.inputs.claims import AppearancePatch, ClaimantPatch, ClaimPatch, EvidencePatch
from board.history_words import COLUMNS, OWN_COLUMNS

# These name a row: the column ends in _id. `block_roles` are rows of their own, `target` is the passage.
ROWS = {"source", "origin", "claimant", "assigned_to", "reviewer", "default_scale"}
OTHER_NAMES = {"target": "passage_id", "is_verified": "verified", "block_roles": "title"}
WRITTEN = {
    "annotations_claim": set(ClaimPatch().fields) - set(AppearancePatch().fields),
    "annotations_appearance": set(AppearancePatch().fields),
    "annotations_evidence": set(EvidencePatch().fields),
    "annotations_claimant": set(ClaimantPatch().fields),
    "annotations_desk": set(DESK_FIELDS),
    "articles_article": set(ArticlePatch().fields),
    "articles_source": {*SourcePatch().fields, "merged_into_id"},
}


@pytest.mark.parametrize("table", WRITTEN)
def test_every_field_that_people_write_has_words(table: str) -> None:
    columns = {f"{name}_id" if name in ROWS else OTHER_NAMES.get(name, name) for name in WRITTEN[table]}
    assert sorted(columns - set(OWN_COLUMNS.get(table, COLUMNS))) == []
