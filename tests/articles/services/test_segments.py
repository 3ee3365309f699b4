"""A large file of lines, read in parts."""

import json
from collections.abc import Callable

import pytest

from articles import storage
from articles.models import Article, ImportRun

pytestmark = pytest.mark.django_db


def test_every_line_is_read_once_and_keeps_its_number(
    run_import: Callable[..., ImportRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "SEGMENT_BYTES", 700)
    lines = [
        json.dumps({"external_id": str(n), "title": f"Title {n}", "text": "Ünïcode words. " * (n % 9 + 1)})
        for n in range(60)
    ]
    lines[30] = "{broken"
    run = run_import({"wire.jsonl": ("\n".join(lines) + "\n").encode()})

    assert (run.created, run.failed, run.total, run.done) == (59, 1, 60, 60)
    assert Article.objects.count() == 59
    assert sum(item.locator["expected"] for item in run.items.filter(locator__entry=0)) == 60
    assert run.label == "wire.jsonl"
    assert run.items.get(state="failed").name == "wire.jsonl:31"
    assert run.items.get(article__title="Title 59").name == "wire.jsonl:60"
    assert run.items.filter(locator__line=0).exists()
    assert run.items.exclude(locator__line=0).exists()
