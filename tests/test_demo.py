"""The demo tells its story from the shipped samples and from the shared articles alike."""

import pytest
from django.utils import timezone

from annotations.models import RecheckTask, Verdict
from factcheck import demo
from publishing.models import FactCheck

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("is_shared", [True, False])
def test_the_demo_shows_a_check_at_every_stage(monkeypatch, settings, tmp_path, is_shared):
    settings.MEDIA_ROOT = tmp_path / "media"
    if not is_shared:
        monkeypatch.setenv("FACTCHECK_SHARED_DIR", str(tmp_path))

    assert demo.load_demo(now=timezone.now())

    assert sorted(Verdict.objects.values_list("status", flat=True)) == ["draft", "in_review", "published", "superseded"]
    document = FactCheck.objects.get().document
    assert document
    assert document["corrections"][0]["kind"] == "clarification"
    tasks = RecheckTask.objects.filter(is_open=True, placement__status="changed")
    assert {"Mondelez" in task.placement.exact for task in tasks if task.placement} == {True}
    assert not demo.load_demo(now=timezone.now())
    assert FactCheck.objects.count() == 1
