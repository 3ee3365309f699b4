"""Actions of the reader's tests: open an article, select words, mark them."""

from playwright.sync_api import Locator, Page, expect

REQUESTS = "Russia has sent 80 cybercrime-related requests"

# Marks the first place where the words stand, as a mouse would have left them selected.
SELECT = """
(words) => {
  const root = document.querySelector("article.reader");
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const block = node.parentElement.closest("[data-start]");
    const at = node.data.indexOf(words);
    if (!block || at < 0) continue;
    node.parentElement.scrollIntoView({ block: "center" });
    getSelection().setBaseAndExtent(node, at, node, at + words.length);
    return true;
  }
  throw new Error(`The article does not hold: ${words}`);
}
"""


def select(page: Page, words: str) -> None:
    page.evaluate(SELECT, words)
    expect(page.locator(".selection-bar")).to_be_visible()


def card(page: Page) -> Locator:
    return page.locator(".claim-card.is-open")


def saved(page: Page) -> None:
    expect(card(page).locator("[data-save-state]")).to_have_text("Saved")


def mark(page: Page, words: str) -> None:
    before = page.locator(".claim-card").count()
    select(page, words)
    page.keyboard.press("c")
    expect(page.locator(".claim-card")).to_have_count(before + 1)
