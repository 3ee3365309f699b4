"""Python that marks HTML as safe stands in few places, each read by a person."""

import re

from django.conf import settings

_CALLS = re.compile(r"\b(mark_safe|trusted_html)\(")
CALLERS = {
    "accounts/login/adapters.py",  # paths of a QR code
    "annotations/reader/drawing.py",
    "articles/search/snippets.py",
    "core/pages/markup.py",
    "core/templatetags/ui.py",  # the sprite of icons
}
APPS = ("core", "accounts", "articles", "annotations", "publishing", "board", "api", "factcheck")


def test_html_is_trusted_in_these_places_alone():
    files = [path for app in APPS for path in (settings.BASE_DIR / app).rglob("*.py")]
    found = {str(path.relative_to(settings.BASE_DIR)) for path in files if _CALLS.search(path.read_text())}
    assert found == CALLERS
