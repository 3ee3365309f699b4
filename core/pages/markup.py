"""The one place that says a text is HTML already. Who calls it stands in tests/design/test_markup.py."""

from django.utils.safestring import SafeString, mark_safe


def trusted_html(html: str) -> SafeString:
    """Mark HTML as safe: every part that a person wrote has been escaped by the caller, the rest is our own.

    For HTML that `format_html` would be too slow to put together. Elsewhere use `format_html`.
    """
    return mark_safe(html)  # noqa: S308 -- the callers are counted
