"""The words of the domain all have a look, and the navigation follows what exists."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from annotations.workflow import Status
from core.pages import navigation, vocabulary
from core.templatetags.ui import (
    ago,
    day,
    icon,
    initials,
    moment,
)

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize("status", [status.value for status in Status])
def test_every_verdict_status_has_a_look(status: str):
    assert vocabulary.STATUSES[status].label in render("{% status key %}", key=status)


@pytest.mark.parametrize(
    "look", [*vocabulary.STATUSES.values(), *vocabulary.STANCES.values(), *vocabulary.LEVELS.values()]
)
def test_every_look_has_an_icon(look: vocabulary.Look):
    assert icon(look.icon).startswith("<svg")


def test_statuses_of_one_field_differ_by_more_than_colour():
    icons = [vocabulary.STATUSES[status.value].icon for status in Status]
    assert len(set(icons)) == len(icons)
    assert len({look.icon for look in vocabulary.STANCES.values()}) == 3


@pytest.mark.parametrize("rating_class", vocabulary.RATING_CLASSES)
def test_every_rating_class_has_a_mark_of_its_own(rating_class: str):
    shown = render("{% rating key label %}", key=rating_class, label="Our own <word>")
    assert f"rating-{rating_class}" in shown
    assert "Our own &lt;word&gt;" in shown
    assert icon(f"rating-{rating_class}") in shown


def test_an_unknown_icon_is_a_mistake_of_ours():
    with pytest.raises(KeyError):
        icon("no-such-icon")


def test_an_icon_is_silent_unless_it_is_named():
    assert 'aria-hidden="true"' in icon("search")
    assert 'aria-label="Search &lt;all&gt;"' in icon("search", "Search <all>")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Mira Halonen", "MH"), ("Ana María de la Cruz", "AC"), ("mira@example.org", "mi"), ("", "?")],
)
def test_initials(name: str, expected: str):
    assert initials(name) == expected


def test_screens_without_an_address_are_left_out(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch):
    screens = (navigation.Screen("account_login", "Sign in", "key"), navigation.Screen("no_such_url", "Later", "desk"))
    sections = (navigation.Section("Doors", "key", screens), navigation.Section("Nothing", "desk", screens[1:]))
    monkeypatch.setattr(navigation, "SECTIONS", sections)
    (section,) = navigation.sections("/accounts/login/", {})
    assert [(entry.label, entry.is_current) for entry in section.entries] == [("Sign in", True)]


def test_the_longest_address_is_the_current_one(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch):
    screens = (
        navigation.Screen("account_reset_password", "Reset", "key", "reset"),
        navigation.Screen("account_reset_password_done", "Done", "check"),
    )
    monkeypatch.setattr(navigation, "SECTIONS", (navigation.Section("Password", "key", screens),))
    path = "/accounts/password/reset/done/"
    (section,) = navigation.sections(path, {"reset": 3})
    assert [entry.is_current for entry in section.entries] == [False, True]
    assert (section.is_current, section.waiting) == (True, 3)
    assert navigation.tabs_for(path, [section]) == section.entries
    assert navigation.tabs_for("/accounts/password/", [section]) == ()


def test_the_bar_has_five_entries(rf: RequestFactory):
    assert [section.label for section in navigation.sections("/", {})] == [
        "Desk",
        "Articles",
        "Claims",
        "Review",
        "More",
    ]


def test_templates_carry_no_inline_style_or_handler():
    """The content security policy would block it in the browser; this says so earlier."""
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        for forbidden in (' style="', " onclick=", " onsubmit=", " hx-on", "js:"):
            assert forbidden not in text, f"{path.name}: {forbidden}"


def test_toasts_escape_what_they_say():
    shown = render("{% include 'components/frame/toast.html' %}", level="error", text="<b>no</b>", undo_url="/undo/")
    assert "&lt;b&gt;no&lt;/b&gt;" in shown
    assert 'action="/undo/"' in shown


def test_quotes_and_diffs_escape_their_words():
    quote = render(
        "{% include 'components/quote.html' %}", exact="<i>80</i>", prefix="a < b", suffix="", stance="refutes"
    )
    diff = render(
        "{% include 'components/compare/diff.html' %}", ops=[("delete", "<80>"), ("insert", "45"), ("equal", " & more")]
    )
    assert "&lt;i&gt;80&lt;/i&gt;" in quote
    assert "stance-refutes" in quote
    assert "<del>" in diff
    assert "&lt;80&gt;" in diff
    assert "[inserted: " in diff


def test_the_first_minute_is_just_now():
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert ago(now - timedelta(seconds=59), now) == "just now"
    assert ago(now - timedelta(hours=3, minutes=26), now) == "3\xa0hours ago"


def test_no_clock_moves_a_day_that_has_no_time():
    midnight = datetime(2021, 6, 16, tzinfo=UTC)
    with timezone.override("America/New_York"):
        assert day(midnight) == "16 June 2021"
        assert day(midnight + timedelta(hours=1), "j M Y") == "15 Jun 2021"
    assert day(None) == ""


@pytest.mark.parametrize(
    ("zone", "words"), [("UTC", "09:30 UTC"), ("Europe/Berlin", "10:30 CET"), ("Asia/Tokyo", "18:30 JST")]
)
def test_a_moment_is_written_in_the_zone_of_its_reader(zone: str, words: str):
    at = datetime(2026, 3, 1, 9, 30, 17, tzinfo=UTC)
    with timezone.override(zone):
        for _ in range(2):  # what is kept of one zone is not another's
            assert f'title="1 March 2026, {words}"' in moment(at)
