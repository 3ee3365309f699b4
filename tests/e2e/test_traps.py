"""The traps catch what they promise: else every other browser test's silence means nothing."""

import pytest

from tests.e2e.browser import Traps


@pytest.fixture
def loud(new_page, traps: Traps):
    """A page on which everything is allowed to go wrong."""
    traps.allow(".*")
    page = new_page()
    page.goto("/healthz")
    return page


def test_a_console_error_is_caught(loud, traps: Traps):
    loud.evaluate("console.error('something broke')")
    assert any("something broke" in line for line in traps.caught)


def test_an_uncaught_error_is_caught(loud, traps: Traps):
    with loud.expect_event("pageerror"):
        loud.evaluate("setTimeout(() => { throw new Error('nobody handled it') }, 0)")
    assert any("nobody handled it" in line for line in traps.caught)


def test_a_dialog_is_caught_and_dismissed(loud, traps: Traps):
    assert loud.evaluate("confirm('sure?')") is False
    assert "dialog confirm: sure?" in traps.caught


def test_a_violation_of_the_content_security_policy_is_caught(loud, traps: Traps):
    with loud.expect_console_message(lambda message: "CSP violation" in message.text):
        loud.evaluate("""() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.documentElement.append(script);
        }""")
    assert loud.evaluate("window.ran") is None
    assert any("CSP violation: script-src" in line for line in traps.caught)


def test_what_is_not_allowed_is_unexpected():
    traps = Traps()
    traps.allow("409")
    traps._add("console", "the server answered 409")
    traps._add("console", "the server answered 500")
    assert traps.unexpected() == ["console: the server answered 500"]


def test_login_as_gives_the_page_a_session(page, login_as, make_user, client):
    login_as(page, make_user(role=None, is_staff=True, is_superuser=True))
    page.goto("/support/")
    assert page.url.endswith("/support/")


def test_axe_names_the_rule_and_the_place(page, axe):
    page.goto("/healthz")
    with pytest.raises(AssertionError, match=r"document-title \(serious\): .*: html"):
        axe(page)
