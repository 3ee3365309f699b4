"""Roles of several blocks: one lock, one rebuilt index, one notice."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.limits import MAX_BLOCK_ROLES
from articles.models import BlockRole
from articles.services.revisions import effective_blocks, set_block_roles
from core.errors import InvalidInput, NotFound, Stale
from tests.annotations import story

pytestmark = pytest.mark.django_db
BLOCKS = tuple(f"Paragraph {number} of a long page." for number in range(12))


@pytest.fixture
def article(db):
    return story.make_article(BLOCKS)


@pytest.fixture
def put(make_user, article):
    editor = make_user("editor")
    return lambda roles, **more: set_block_roles(
        article_id=article.pk, roles=roles, person=editor, now=story.NOW, **more
    )


@pytest.mark.parametrize("count", [1, 10])
def test_the_index_is_rebuilt_and_pages_are_told_once(put, article, django_capture_on_commit_callbacks, count):
    roles = dict.fromkeys(range(1, count + 1), "furniture")
    with (
        CaptureQueriesContext(
            connection,
        ) as queries,
        django_capture_on_commit_callbacks() as notices,
    ):
        assert put(roles) == dict.fromkeys(roles, "body")
    rebuilt = [one for one in queries.captured_queries if 'DELETE FROM "articles_searchpassage"' in one["sql"]]
    inserted = [one for one in queries.captured_queries if 'INSERT INTO "articles_blockrole"' in one["sql"]]
    assert (len(rebuilt), len(inserted), len(notices)) == (1, 1, 1)
    assert {number for number, block in enumerate(effective_blocks(article.current_revision)) if block.is_set} == {
        *roles
    }


@pytest.mark.parametrize(
    ("roles", "more", "refusal"),
    [
        ({1: "furniture", 99: "furniture"}, {}, NotFound),
        ({1: "furniture", -1: "furniture"}, {}, NotFound),
        ({1: "furniture", 2: "odd"}, {}, InvalidInput),
        (dict.fromkeys(range(MAX_BLOCK_ROLES + 1), "furniture"), {}, InvalidInput),
        ({1: "furniture", 2: "furniture"}, {"expected": {2: "headline"}}, Stale),
        ({1: "furniture"}, {"expected": {99: "body"}}, Stale),
    ],
)
def test_all_or_none_are_set(put, roles, more, refusal):
    with pytest.raises(refusal):
        put(roles, **more)
    assert not BlockRole.objects.exists()
