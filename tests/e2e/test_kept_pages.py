"""A page that one test hands on to the next is like a new one, or is not handed on."""

import pytest

from tests.e2e.browser import Traps

LEFT = """() => ({ cookies: document.cookie, local: localStorage.length, session: sessionStorage.length, width: innerWidth,
    dark: matchMedia("(prefers-color-scheme: dark)").matches, calm: matchMedia("(prefers-reduced-motion: reduce)").matches,
    paper: matchMedia("print").matches, forced: matchMedia("(forced-colors: active)").matches, online: navigator.onLine })"""


@pytest.fixture
def handed_on(kept_pages, new_page):
    """`handed_on()`: the page that the next test would get."""

    def hand_on():
        kept_pages.give_back()
        return kept_pages.take()

    yield hand_on
    kept_pages.give_back()


def test_nothing_is_left_of_the_test_before(new_page, handed_on):
    page = new_page()
    page.goto("/healthz")
    as_new = page.evaluate(LEFT)
    page.evaluate("() => { document.cookie = 'a=1'; localStorage.a = 1; sessionStorage.a = 1; }")
    page.evaluate("addEventListener('pagehide', () => { localStorage.late = 1; sessionStorage.late = 1; })")
    page.context.add_cookies([{"name": "b", "value": "1", "url": page.url}])
    page.emulate_media(media="print", color_scheme="dark", reduced_motion="reduce", forced_colors="active")
    page.set_viewport_size({"width": 400, "height": 400})
    page.context.set_offline(True)
    tab = page.context.new_page()
    again = handed_on()
    assert again is page
    assert tab.is_closed()
    again.goto("/healthz")
    assert again.evaluate(LEFT) == as_new
    assert again.context.cookies() == []


@pytest.mark.parametrize(
    "change",
    [lambda page: page.clock.install(), lambda page: page.context.close()],
    ids=["a clock", "closed"],
)
def test_a_page_that_keeps_what_was_done_to_it_is_not_handed_on(new_page, handed_on, change):
    page = new_page()
    page.goto("/healthz")
    change(page)
    again = handed_on()
    assert again is not page
    assert again.goto("/healthz").ok


def test_a_page_that_was_left_tells_nothing_more(new_page, traps: Traps):
    traps.allow("first")
    page = new_page()
    page.goto("/healthz")
    page.evaluate("console.error('first')")
    traps.leave(page.context)
    page.evaluate("console.error('after it was left')")
    assert [line for line in traps.caught if "after" in line] == []
