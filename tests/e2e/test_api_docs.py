"""The API's reference: its search, a link to an operation, and the page without the script."""

from playwright.sync_api import expect


def test_the_reference_is_searched_and_an_operation_is_opened_by_its_link(page, transactional_db, axe):
    page.goto("/api/v1/docs/")
    page.get_by_role("searchbox").fill("verdict post")
    expect(page.get_by_role("status").filter(has_text="match")).to_be_visible()
    shown = page.locator("[data-api-item]:visible")
    assert 3 < shown.count() < 30
    assert all("verdict" in one.lower() for one in shown.evaluate_all("all => all.map((one) => one.dataset.apiItem)"))
    axe(page)
    path = page.locator("#approveVerdict .api-path")
    assert path.inner_html() == "/<wbr>api/<wbr>v1/<wbr>verdicts/<wbr>{verdict_id}/<wbr>approve<wbr>"
    expect(path).to_have_text("/api/v1/verdicts/{verdict_id}/approve")
    page.get_by_role("searchbox").fill("no such thing")
    expect(page.get_by_text("0 matches")).to_be_visible()
    page.goto("/api/v1/docs/#approveVerdict")
    expect(page.locator("#approveVerdict")).to_have_attribute("open", "")
    axe(page)


def test_without_script_the_reference_shows_no_search(new_page, transactional_db):
    page = new_page(java_script_enabled=False)
    page.goto("/api/v1/docs/")
    expect(page.get_by_role("searchbox")).to_be_hidden()
    page.locator("#approveVerdict summary").click()
    expect(page.locator("#request-approveVerdict")).to_be_visible()
