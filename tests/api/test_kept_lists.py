"""Large lists are answered again from memory while the database is as it was, and never beyond that."""

import pytest
from django.db import connection

from accounts.audit import acting
from accounts.models import User
from annotations.models import Claim
from tests.annotations import story

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def article(editor):
    article = story.make_article()
    story.mark(editor, article)
    return article


def ask(api, article, limit=1000):
    """Return the answer and whether the claims were read for it."""
    seen: list[str] = []

    def note(execute, sql, params, many, context):
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = api.get(f"claims?article={article.pk}&limit={limit}")
    assert answer.status_code == 200
    return answer, any("annotations_claim" in sql for sql in seen)


def test_the_same_list_is_read_once(api, article):
    for _ in range(100):  # a write of another test process, on the same server, ends what is kept
        first, _ = ask(api, article)
        again, was_read = ask(api, article)
        if not was_read:
            break
    assert not was_read
    assert (again.content, again["ETag"]) == (first.content, first["ETag"])


def test_a_small_list_is_read_each_time(api, article):
    ask(api, article, limit=50)
    ask(api, article, limit=50)
    assert ask(api, article, limit=50)[1]


def test_every_write_is_seen_at_once(api, article, editor):
    for number in range(3):
        ask(api, article)
        ask(api, article)
        with acting(editor):
            Claim.objects.update(statement=f"Version {number}")
        answer, _ = ask(api, article)
        assert answer.json()["results"][0]["statement"] == f"Version {number}"


def test_a_name_in_another_table_is_seen_at_once(api, article, editor):
    ask(api, article)
    ask(api, article)
    with acting(editor):
        User.objects.filter(pk=editor.pk).update(name="Mira Neu")
    assert ask(api, article)[0].json()["results"][0]["created_by"]["name"] == "Mira Neu"


def test_what_another_connection_has_not_committed_is_not_kept(api, article, editor, django_db_blocker):
    from tests.databases import owner_connection

    ask(api, article)
    with owner_connection() as other:
        with other.transaction():
            other.execute("SELECT set_config('factcheck.actor', %s, true)", [str(editor.pk)])
            other.execute("UPDATE annotations_claim SET statement = 'Not yet'")
            before = [ask(api, article)[0].json()["results"][0]["statement"] for _ in range(2)]
        after = ask(api, article)[0].json()["results"][0]["statement"]
    assert (before, after) == (["The bridge cost 40 million euros."] * 2, "Not yet")
