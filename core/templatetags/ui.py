"""Template tags of the design system; loaded everywhere (a builtin), so no {% load %} is needed.

`{% icon "search" %}`, `{% status "in_review" %}`, `{% stance "refutes" %}`, `{% rating "false" "False" %}`,
`{% light "amber" "2 checks open" %}`, `{% avatar "Mira Halonen" %}`, `{% moment claim.created_at %}`,
`{% navigation_sections as nav %}`.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from datetime import timezone as fixed_zone
from functools import cache, lru_cache
from typing import Any
from zlib import crc32

from django import template
from django.conf import settings
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import get_language, gettext, gettext_lazy

from core.pages import navigation, vocabulary
from core.pages.markup import trusted_html
from core.shorten import shorten_words

register = template.Library()

_SYMBOL = re.compile(r'<symbol id="([^"]+)"[^>]*>(.*?)</symbol>', re.DOTALL)
_CORRECTIONS = {
    "refile": gettext_lazy("Typing error"),
    "clarification": gettext_lazy("Clarification"),
    "update": gettext_lazy("Update"),
    "correction": gettext_lazy("Correction"),
    "reply": gettext_lazy("Reply"),
}
_AVATAR_TONES = ("muted", "note", "positive", "caution", "info", "negative")


@cache
def _symbols() -> dict[str, SafeString]:
    sprite = (settings.BASE_DIR / "static/icons/sprite.svg").read_text(encoding="utf-8")
    return {name: trusted_html(body) for name, body in _SYMBOL.findall(sprite)}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an inline SVG from static/icons/sprite.svg; decorative unless it has a label."""
    return _draw_icon(name, str(label))


@lru_cache(maxsize=1024)
def _draw_icon(name: str, label: str) -> SafeString:
    body = _symbols()[name]
    # Without the stylesheet an SVG of no size is as wide as the page.
    size = trusted_html('class="icon" viewBox="0 0 24 24" width="16" height="16" fill="none" stroke="currentColor"')
    if label:
        return format_html('<svg {} role="img" aria-label="{}">{}</svg>', size, label, body)
    return format_html('<svg {} aria-hidden="true" focusable="false">{}</svg>', size, body)


@register.simple_tag
def status(key: str, label: str = "", size: str = "") -> SafeString:
    look = vocabulary.STATUSES[key]
    return _draw_badge(str(label or gettext(look.label)), look.icon, f"is-tone-{look.tone}", size)


@register.simple_tag
def stance(key: str, label: str = "", size: str = "") -> SafeString:
    look = vocabulary.STANCES[key]
    return _draw_badge(str(label or gettext(look.label)), look.icon, f"stance-{key}", size)


# A badge's template took a fifth of a reader's card: 40 us, of which a page with 50 rows draws hundreds.
@lru_cache(maxsize=1024)
def _draw_badge(label: str, icon: str, css: str, size: str) -> SafeString:
    return render_to_string("components/badge.html", {"label": label, "icon": icon, "css": css, "size": size})


@register.simple_tag
def rating(rating_class: str, label: str = "", size: str = "") -> SafeString:
    """Draw a rating: the class decides colour and mark, the label is the scale's."""
    return _draw_rating(rating_class, str(label or gettext(vocabulary.RATING_CLASSES[rating_class])), size)


@lru_cache(maxsize=1024)
def _draw_rating(rating_class: str, label: str, size: str) -> SafeString:
    context = {"rating_class": rating_class, "icon": f"rating-{rating_class}", "label": label, "size": size}
    return render_to_string("components/rating.html", context)


@register.inclusion_tag("components/light.html")
def light(key: str, label: str = "") -> dict[str, Any]:
    look = vocabulary.LIGHTS[key]
    return {"label": label or gettext(look.label), "icon": look.icon, "tone": look.tone}


@register.filter
def initials(name: str) -> str:
    """ "Mira Halonen" is MH, "mira@example.org" M, a single name its first two letters."""
    words = [word for word in re.split(r"[\s@._-]+", name.partition("@")[0]) if word]
    if len(words) > 1:
        return f"{words[0][0]}{words[-1][0]}"
    return words[0][:2] if words else "?"


@register.inclusion_tag("components/avatar.html")
def avatar(name: str, size: str = "", *, with_name: bool = False) -> dict[str, Any]:
    tone = _AVATAR_TONES[crc32(name.encode()) % len(_AVATAR_TONES)]
    return {"name": name, "tone": tone, "size": size, "with_name": with_name}


@register.filter
def level_look(message: Message | str) -> vocabulary.Look:
    """Return icon and tone of a Django message or level name."""
    level = message if isinstance(message, str) else message.level_tag
    return vocabulary.LEVELS.get(level, vocabulary.LEVELS["info"])


@register.simple_tag(takes_context=True)
def navigation_sections(context: template.Context) -> tuple[navigation.SectionEntry, ...]:
    path = _shown_path(context)
    if not path:
        return ()
    return navigation.sections(path, context.get("nav_counts") or {}, hidden=context.get("nav_hidden") or ())


@register.simple_tag
def draw_navigation(nav: tuple[navigation.SectionEntry, ...], *, is_phone: bool = False) -> SafeString:
    """Draw the sections as the bar of a wide window, or as the list of a phone's menu."""
    return _draw_navigation(nav, "nav_phone" if is_phone else "nav", get_language())


# Every page draws both, a millisecond and a half; they differ by screen, what waits and language.
@lru_cache(maxsize=1024)
def _draw_navigation(nav: tuple[navigation.SectionEntry, ...], shape: str, _language: str | None) -> SafeString:
    return render_to_string(f"components/frame/{shape}.html", {"nav": nav})


@register.simple_tag
def script_words() -> SafeString:
    """Load the scripts' catalogue before any module runs; texts in the source's language need none."""
    language = get_language()
    if language is None or language == settings.LANGUAGE_CODE:
        return SafeString()
    return format_html('<script src="{}" defer></script>', reverse("script-words", args=[language]))


@register.inclusion_tag("components/frame/section_tabs.html", takes_context=True)
def section_tabs(context: template.Context) -> dict[str, Any]:
    """Draw the sibling screens of a list page as tabs that are links."""
    found = navigation_sections(context)
    path = _shown_path(context)
    return {"tabs": navigation.tabs_for(path, found), "path": path}


def _shown_path(context: template.Context) -> str:
    """Return the screen's path: `nav_path` where a refused form is shown in the list that it stands in, else the request's."""
    request = context.get("request")
    return str(context.get("nav_path") or (request.path if request else ""))


@register.filter
def ago(at: datetime, now: datetime | None = None) -> str:
    """Return "3 hours ago", and "just now" in the first minute, which `timesince` calls "0 minutes"."""
    now = now or timezone.now()
    if now - at < timedelta(minutes=1):
        return gettext("just now")
    return gettext("{time} ago").format(time=timesince(at, now, depth=1))


@register.simple_tag
def moment(at: datetime | None, now: datetime | None = None, *, exact: bool = False, css: str = "") -> SafeString | str:
    """Draw a moment: "3 hours ago" within a day, else "30 November 2026"; the exact time on hover.

    With `exact` the time of day is shown too: in a history minutes matter.
    """
    if at is None:
        return ""
    local = timezone.localtime(at)
    words = _write_moment(local, "j F Y, H:i") if exact else _words_of(at, now or timezone.now())
    shown = format_html(' class="{}"', css) if css else ""
    title = _write_moment(local, "j F Y, H:i T")
    return format_html('<time{} datetime="{}" title="{}">{}</time>', shown, at.isoformat(), title, words)


@register.simple_tag
def waiting(at: datetime, now: datetime | None = None) -> SafeString:
    """Draw for how long something waits, as one number: "waiting 5 weeks". Nobody counts the days since a date."""
    now = now or timezone.now()
    words = (
        gettext("just now")
        if now - at < timedelta(minutes=1)
        else gettext("waiting {time}").format(time=timesince(at, now, depth=1))
    )
    title = _write_moment(timezone.localtime(at), "j F Y, H:i T")
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), title, words)


def _write_moment(local: datetime, shape: str) -> str:
    """Write a moment to the minute."""
    minute = local.replace(second=0, microsecond=0, tzinfo=None)
    return _write_minute(minute, local.utcoffset() or timedelta(), local.tzname() or "", shape, get_language())


# A list of fifty rows writes fifty, 60 us each; imports and bulk calls give many rows the same minute (2026-12-01).
@lru_cache(maxsize=1024)
def _write_minute(minute: datetime, offset: timedelta, zone: str, shape: str, _language: str | None) -> str:
    # Not the person's zone, which would be no key: moments of two zones are equal where they are one.
    return date_format(minute.replace(tzinfo=fixed_zone(offset, zone)), shape)


def _words_of(at: datetime, now: datetime) -> str:
    if abs(now - at) >= timedelta(days=1):
        return _words_of_day(timezone.localtime(at).date(), "j F Y", get_language())
    if at <= now:
        return ago(at, now)
    if at - now < timedelta(minutes=1):
        return gettext("within a minute")  # `timesince` calls it "0 minutes"
    return gettext("in {time}").format(time=timesince(now, at, depth=1))


@register.filter
def day(at: datetime | date | None, shape: str = "j F Y") -> str:
    """Return the calendar day. A day without a time is stored as midnight UTC, so it is not converted to local time."""
    if at is None:
        return ""
    if not isinstance(at, datetime):
        return _words_of_day(at, shape, get_language())
    utc = at.astimezone(UTC)
    shown = utc if utc.time() == time() else timezone.localtime(at)
    return date_format(shown, shape) if shape != "j F Y" else _words_of_day(shown.date(), shape, get_language())


@lru_cache(maxsize=1024)
def _words_of_day(at: date, shape: str, _language: str | None) -> str:
    return date_format(at, shape)


@register.filter
def shortened(text: object, most: int) -> str:
    """Shorten a text between two words; `truncatechars` cuts one in two."""
    return shorten_words(str(text), most)


@register.filter
def breakable(path: str) -> SafeString:
    """Let a path break behind its slashes and not inside a word."""
    return format_html_join("", "{}<wbr>", ((part,) for part in re.findall(r"[^/]*/|[^/]+$", path)))


@register.filter
def correction_kind(kind: str) -> str:
    """Name the kind of a correction as readers see it."""
    return str(_CORRECTIONS[kind])


@register.filter
def said(at: str | None) -> str:
    """Write a frozen document's day ("2021-06-16") or moment (RFC 3339) in words; its digest needs the raw text."""
    if not at:
        return ""
    moment = datetime.fromisoformat(at)
    return date_format(moment, "j F Y") if len(at) == len("2021-06-16") else date_format(moment, "j F Y, H:i T")


@register.simple_tag
def url_or_nothing(name: str) -> str:
    """Return the address of a screen, or "" if no app has it."""
    return navigation.reverse_or_nothing(name)
