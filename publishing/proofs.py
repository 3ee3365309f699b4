"""Prove for `verify_audit` that each stored document matches its audited digest."""

from collections.abc import Iterator

from django.conf import settings

from core.canonical_json import digest
from publishing.models import FactCheck

_NAMED = 10


def prove() -> Iterator[tuple[str, int, list[tuple[str, str]]]]:
    """Yield (what was proved, number of documents, problems). `etag` itself is in the audited row."""
    count, problems = 0, []
    # A hundred documents in memory at once, however many a desk has.
    for check in FactCheck.objects.filter(document__isnull=False).only("pk", "document", "etag").iterator(100):
        count += 1
        body = {name: value for name, value in (check.document or {}).items() if name != "etag"}
        if not digest(body) == check.etag == (check.document or {}).get("etag"):
            problems.append((f"fact-check {check.pk}", "what readers see was changed"))
    yield "documents", count, problems


def notes() -> Iterator[str]:
    """Yield what a proof says besides: addresses on another host, which the database cannot refuse. A moved site has them too."""
    known = FactCheck.objects.filter(document__isnull=False)
    elsewhere = known.exclude(document__url__startswith=f"{settings.SITE_URL}/").order_by("pk")
    addresses = list(elsewhere.values_list("document__url", flat=True)[:_NAMED])
    if addresses:
        yield (
            f"Fact-checks with an address outside {settings.SITE_URL}: {elsewhere.count()}, such as {', '.join(addresses)}."
            " Unless the site moved, somebody wrote that; the trail has who and when."
        )
