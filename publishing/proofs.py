"""Prove for `verify_audit` that each stored document matches its audited digest."""

from collections.abc import Iterator

from core.canonical_json import digest
from publishing.models import FactCheck


def prove() -> Iterator[tuple[str, int, list[tuple[str, str]]]]:
    """Yield (what was proved, number of documents, problems). `etag` itself is in the audited row."""
    count, problems = 0, []
    for check in FactCheck.objects.filter(document__isnull=False).only("pk", "document", "etag").iterator(100):
        count += 1
        body = {name: value for name, value in (check.document or {}).items() if name != "etag"}
        if not digest(body) == check.etag == (check.document or {}).get("etag"):
            problems.append((f"fact-check {check.pk}", "what readers see was changed"))
    yield "documents", count, problems
