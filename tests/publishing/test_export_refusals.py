"""What an export refuses before anything is started."""

import pytest
from django.utils import timezone

from annotations.errors import InvalidInput
from publishing.exports.runs import start_export
from publishing.models import ExportRun

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(make_user):
    return make_user("editor")


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("parquet", {}), ("csv", {"colour": "red"}), ("csv", {"published_since": "yesterday"}),
        ("csv", {"published_since": "2026-03-01T09:00:00"}), ("csv", {"article": "no-id"}), ("csv", {"q": "\0"}),
        ("csv", {"q": ["a"]}), ("pdf", {}), ("pdf", {"claim": "x"}),
        ("docx", {"claim": "0190163d-8694-739b-aea5-966c26f8ad91"}), ("csv", {"claim": "x"}),
    ],
)  # fmt: skip
def test_what_cannot_be_read_starts_nothing(editor, kind, given):
    with pytest.raises(InvalidInput):
        start_export(person=editor, kind=kind, given=given, now=timezone.now())
    assert not ExportRun.objects.exists()


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("published_until", {"published_since": "2026-03-02", "published_until": "2026-03-01"}),
        ("language", {"language": "English, mostly"}),
        ("claimant", {"claimant": "Nobody"}),
        ("kind", {"kind": "working", "q": "bridge"}),
    ],
)
def test_a_refused_export_says_so_beside_the_field(client, editor, field, given):
    client.force_login(editor)
    answer = client.post("/exports/new/", {"kind": "csv"} | given)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert answer.context["form"]["q"].value() == given.get("q")
    assert not ExportRun.objects.exists()
