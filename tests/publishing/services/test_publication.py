"""The address of a fact-check."""

import os
from types import SimpleNamespace

import pytest

from core import ids
from publishing.models import FactCheck
from publishing.services.publish import publish_verdict
from tests.annotations import story

pytestmark = pytest.mark.django_db


def test_two_checks_of_one_headline_never_draw_the_same_address(make_user, monkeypatch):
    editor, reviewer = make_user("editor"), make_user("reviewer")
    story.published(editor, reviewer)
    first = FactCheck.objects.get()
    other = story.approved(editor, reviewer)
    draws = iter([first.pk.bytes[-8:]] * 20)
    monkeypatch.setattr(ids, "os", SimpleNamespace(urandom=lambda size: next(draws, os.urandom(size))))

    publish_verdict(person=reviewer, verdict_id=other.pk, now=story.NOW)

    slugs = set(FactCheck.objects.values_list("slug", flat=True))
    assert len(slugs) == 2
    assert len({slug[:-6] for slug in slugs}) == 1
