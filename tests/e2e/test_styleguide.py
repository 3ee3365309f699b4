"""Every component in a real browser: accessible in every theme and width, operable by keyboard, nothing blocked by the CSP."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.e2e.styleguide_urls")]

VIEWS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 800}},
    "wide": {"viewport": {"width": 2560, "height": 1300}},
    "high contrast": {"forced_colors": "active"},
}


# The wide one and system colours at full length only: the other three see every component and its colours.
IN_SOAK = ("wide", "high contrast")


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(options, id=name, marks=[pytest.mark.soak] if name in IN_SOAK else [])
        for name, options in VIEWS.items()
    ],
)
def test_no_accessibility_rule_is_broken_and_nothing_overflows(new_page, axe, options):
    page = new_page(**options)
    page.goto("/styleguide/")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_targets_are_at_least_24_pixels(page: Page):
    page.goto("/styleguide/")
    small = page.evaluate("""() => [...document.querySelectorAll("button, summary, input, select, .button, .tab, .facet, .chip")]
        .filter((element) => element.checkVisibility() && element.type !== "hidden")
        .map((element) => (["checkbox", "radio"].includes(element.type) ? element.closest("label") : element))
        .map((element) => [element.outerHTML.slice(0, 80), element.getBoundingClientRect()])
        .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24)).map(([html]) => html)""")
    assert small == []


def test_the_theme_is_kept(page: Page):
    page.goto("/styleguide/")
    page.locator(".topbar summary", has_text="Appearance").click()
    page.get_by_role("button", name="Dark").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_where_motion_is_reduced_every_colour_changes_at_once(new_page):
    page = new_page(reduced_motion="reduce")
    page.goto("/styleguide/")
    before, after, transitions = page.evaluate("""() => {
        const root = document.documentElement;
        const colors = () => [...document.querySelectorAll("#main p")].map((one) => getComputedStyle(one).color).join();
        root.dataset.theme = "light";
        const before = colors();
        root.dataset.theme = "dark";
        return [before, colors(), document.getAnimations().filter((one) => one instanceof CSSTransition).length];
    }""")
    assert transitions == 0
    assert "rgb(31, 27, 22)" in before
    assert "rgb(31, 27, 22)" not in after


def test_a_dialog_opens_closes_on_escape_and_gives_the_focus_back(page: Page, axe):
    page.goto("/styleguide/")
    opener = page.get_by_role("button", name="Open a dialog")
    opener.click()
    expect(page.locator("#sg-dialog")).to_be_visible()
    axe(page, "#sg-dialog")
    page.keyboard.press("Escape")
    expect(page.locator("#sg-dialog")).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_dangerous_form_asks_first(page: Page):
    page.goto("/styleguide/")
    page.get_by_role("button", name="Ask first").click()
    dialog = page.locator("#confirm-dialog")
    expect(dialog).to_contain_text("Retract this fact-check?")
    dialog.get_by_role("button", name="Cancel").click()
    assert "?" not in page.url
    page.get_by_role("button", name="Ask first").click()
    dialog.get_by_role("button", name="Retract").click()
    page.wait_for_url("**/styleguide/?#feedback")


def test_tabs_follow_the_arrow_keys(page: Page):
    page.goto("/styleguide/")
    page.get_by_role("tab", name="Evidence").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Verdict")).to_be_focused()
    expect(page.locator("#sg-panel-2")).to_be_visible()
    expect(page.locator("#sg-panel-1")).to_be_hidden()
    page.keyboard.press("End")
    expect(page.locator("#sg-panel-3")).to_be_visible()


def test_a_menu_works_by_keyboard(page: Page):
    page.goto("/styleguide/")
    summary = page.locator("#actions details.menu summary")
    summary.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Pin this claim")).to_be_focused()
    page.keyboard.press("Escape")
    expect(summary).to_be_focused()
    expect(page.get_by_role("button", name="Pin this claim")).to_be_hidden()


def test_a_toast_is_announced_and_errors_stay(page: Page):
    page.goto("/styleguide/")
    page.evaluate("""() => document.body.dispatchEvent(
        new CustomEvent("toast", {bubbles: true, detail: {text: "The claim was parked.", level: "success"}}))""")
    expect(page.locator("#toasts > .toast")).to_contain_text("The claim was parked.")
    expect(page.locator("#live-region")).to_have_text("The claim was parked.")
    page.locator("#toasts > .toast .toast-close").click()
    expect(page.locator("#toasts > .toast")).to_have_count(0)


def test_the_skip_link_leads_to_the_content(page: Page):
    page.goto("/styleguide/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_print_leaves_the_chrome_out(page: Page):
    page.goto("/styleguide/")
    page.emulate_media(media="print")
    expect(page.locator(".topbar")).to_be_hidden()
    expect(page.locator("article.reader")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize(
    ("path", "scheme"),
    [
        ("/accounts/login/", "light"),
        ("/accounts/password/reset/", "dark"),
        ("/accounts/signup/", "light"),
        pytest.param("/accounts/login/", "dark", marks=pytest.mark.soak),
        pytest.param("/accounts/password/reset/", "light", marks=pytest.mark.soak),
        pytest.param("/accounts/signup/", "dark", marks=pytest.mark.soak),
    ],
)
def test_the_screens_before_signing_in_are_accessible(new_page, axe, path, scheme):
    page = new_page(color_scheme=scheme)
    page.goto(path)
    axe(page)


@pytest.mark.parametrize(
    "path", ["/accounts/email/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/logout/"]
)
def test_the_account_screens_are_accessible(page: Page, axe, login_as, make_user, path):
    login_as(page, make_user("editor"))
    page.goto(path)
    axe(page)


def test_a_missing_page_says_so_in_the_desks_words(page: Page, axe, traps):
    traps.allow("404")
    page.goto("/nowhere/")
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
    axe(page)
