"""The reader's cold start: a browser that has nothing yet asks for a few files."""

from playwright.sync_api import expect

MOST_REQUESTS = 15


def test_it_is_loaded_in_a_few_requests(new_page, open_article):
    asked: list[str] = []
    page = new_page(locale="en-GB")  # with options, hence without a cache that earlier tests filled
    page.on("request", lambda request: asked.append(request.url))
    open_article(page, "004")
    expect(page.locator(".selection-bar")).to_be_attached()
    page.wait_for_load_state("networkidle")
    assert len(asked) <= MOST_REQUESTS, asked
