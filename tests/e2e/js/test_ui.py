"""static/js/ui: the keyboard map, errors in words, the combobox, polling, forms."""

import threading
import time
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.js.articles import page_html
from tests.e2e.js.conftest import Harness
from tests.e2e.js.server import Answer, HarnessServer, Request

pytestmark = pytest.mark.e2e

KEYS = """(m) => { window.did = [];
  m.createKeys({ claim: () => { window.did.push('claim'); }, 'next-claim': () => { window.did.push('next'); },
                 context: () => false, search: () => { window.did.push('search'); } }); }"""


def did(page: Page) -> list[str]:
    return page.evaluate("() => window.did.splice(0)")


def open_keys(js: Harness, body: str = "") -> Page:
    page = js.open(page_html(f"<main tabindex='-1'><input id='field'><textarea id='text'></textarea>{body}</main>"))
    js.run("ui/keyboard/keys.js", KEYS)
    return page


def test_letters_work_outside_fields_only_and_without_modifiers(js: Harness) -> None:
    page = open_keys(js)
    for key in ("c", "j", "/"):
        page.keyboard.press(key)
    assert did(page) == ["claim", "next", "search"]
    for key in ("Control+j", "Alt+c", "Shift+c", "Meta+j", "x"):
        page.keyboard.press(key)
    for field in ("#field", "#text"):
        page.locator(field).press("c")
    assert did(page) == []
    assert page.locator("#field").input_value() == "c"


def test_letters_of_another_script_and_of_an_input_method(js: Harness) -> None:
    page = open_keys(js)
    press = "(init) => document.body.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init }))"
    page.evaluate(press, {"key": "с", "code": "KeyC"})  # the Cyrillic letter
    assert did(page) == ["claim"]
    page.evaluate(press, {"key": "c", "code": "KeyC", "isComposing": True})
    page.evaluate(press, {"key": "Process", "code": "KeyC", "keyCode": 229})
    assert did(page) == []


def test_letters_can_be_switched_off_in_help(js: Harness) -> None:
    page = open_keys(js)
    page.keyboard.press("?")
    dialog = page.locator("dialog#key-help")
    assert dialog.locator("dd").all_inner_texts()[:2] == ["Next claim, or line of a list", "Search"]
    assert "Undo" not in dialog.inner_text(), "only what this screen can do"
    page.keyboard.press("j")
    assert did(page) == [], "a dialog is open"
    dialog.locator("input[type=checkbox]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert did(page) == []
    page.reload()
    js.run("ui/keyboard/keys.js", KEYS)
    page.keyboard.press("j")
    assert did(page) == []


def test_ctrl_enter_submits_the_form_one_is_in(js: Harness) -> None:
    form = "<form action='/target' method='get'><textarea name='words'></textarea><button>Go</button></form>"
    page = open_keys(js, form)
    page.evaluate(
        "document.querySelector('form').addEventListener('submit', (e) => { e.preventDefault(); window.did.push('sent'); })"
    )
    page.locator("[name=words]").press("Control+Enter")
    assert did(page) == ["sent"]
    page.locator("#field").press("Control+Enter")
    assert did(page) == []


REQUEST = """async (m, [url, options]) => {
  try { const a = await m.request(url, options); return { status: a.status, data: a.data, etag: a.etag, same: a.isUnchanged }; }
  catch (e) { return { error: e.message, status: e.status, offline: e.isOffline }; } }"""


def test_posts_carry_the_token_and_problems_become_words(js: Harness) -> None:
    js.open(page_html(""))
    js.server.routes["POST /ok"] = lambda _: Answer({"id": 1}, status=201, headers={"ETag": '"7"'})
    js.server.routes["POST /bad"] = lambda _: Answer({"detail": "The quote is not there."}, status=422)
    js.server.routes["GET /same"] = lambda _: Answer(status=304)
    assert js.run("ui/server/api.js", REQUEST, ["/ok", {"method": "POST", "form": {"a": "ü&", "b": None}}]) == {
        "status": 201, "data": {"id": 1}, "etag": '"7"', "same": False,
    }  # fmt: skip
    call = js.server.calls("POST", "/ok")[0]
    assert call.headers["X-CSRFToken"] == "token-of-the-page"
    assert call.form == {"a": "ü&"}
    refused = js.run(
        "ui/server/api.js", REQUEST, ["/bad", {"method": "POST", "json": {}, "kept": "Your words are here."}]
    )
    assert refused["error"] == "The quote is not there. Your words are here."
    assert js.run("ui/server/api.js", REQUEST, ["/same", {}])["same"] is True
    js.page.context.set_offline(True)
    offline = js.run(
        "ui/server/api.js", REQUEST, ["/ok", {"method": "POST", "form": {}, "kept": "Your words are here."}]
    )
    assert offline["offline"] is True
    assert offline["error"] == "There is no connection. Your words are here. Try again when it is back."


COMBO = """<form><label for="who">Claimant</label><div class="combobox" data-combobox data-url="/people?kind=person">
  <input id="who" name="claimant"><input type="hidden" name="claimant_id"></div><button>Save</button></form>"""


def open_combo(js: Harness) -> Page:
    people = [{"id": "p1", "label": "Vladimir Putin", "hint": "President"}, {"id": "p2", "label": "Vladimir Kara"}]

    def suggest(request: Request) -> Answer:
        assert request.query["kind"] == ["person"]
        typed = request.query["q"][0].lower()
        return Answer({"results": [one for one in people if typed in str(one["label"]).lower()]})

    js.server.routes["GET /people"] = suggest
    page = js.open(page_html(COMBO))
    js.run("ui/fields/combobox.js", "(m) => m.mountComboboxes()")
    return page


VALUES = "() => Object.fromEntries(new FormData(document.querySelector('form')))"


def values(page: Page) -> dict[str, Any]:
    return page.evaluate(VALUES)


def test_a_claimant_is_chosen_by_keyboard(js: Harness) -> None:
    page = open_combo(js)
    box = page.get_by_role("combobox", name="Claimant")
    box.press_sequentially("vlad")
    js.wait("document.querySelectorAll('[role=option]').length === 3")
    assert box.get_attribute("aria-expanded") == "true"
    box.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    box.press("Enter")
    assert values(page) == {"claimant": "Vladimir Putin", "claimant_id": "p1"}
    assert box.get_attribute("aria-expanded") == "false"
    box.press_sequentially("!")
    assert values(page)["claimant_id"] == "", "an edited name is another person"


def test_free_text_stays_and_becomes_a_new_record(js: Harness) -> None:
    page = open_combo(js)
    box = page.get_by_role("combobox", name="Claimant")
    box.press_sequentially("Nobody Known")
    js.wait("document.querySelectorAll('[role=option]').length === 1")
    assert page.locator("[role=option]").inner_text() == "New: Nobody Known"
    box.press("Tab")
    assert values(page) == {"claimant": "Nobody Known", "claimant_id": ""}
    assert page.locator("[role=listbox]").is_hidden()


def test_a_click_chooses_and_escape_closes(js: Harness) -> None:
    page = open_combo(js)
    box = page.get_by_role("combobox", name="Claimant")
    box.press_sequentially("kara")
    page.locator("[role=option]").first.click()
    assert values(page)["claimant_id"] == "p2"
    box.fill("vlad")
    page.locator("[role=listbox]").wait_for(state="visible")
    box.press("Escape")
    assert page.locator("[role=listbox]").is_hidden()
    assert values(page)["claimant"] == "vlad"


POLL = """(m) => { window.seen = [];
  window.poll = m.createPoll({ url: '/state', interval: 100, onData: (d) => window.seen.push(d.n),
    onTrouble: (e) => { window.trouble = e?.message; } }); }"""


def test_polling_hands_on_changes_only_and_slows_down_in_trouble(js: Harness) -> None:
    page = js.open(page_html(""))
    state = {"n": 1, "fails": False}

    def answer(request: Request) -> Answer:
        if state["fails"]:
            return Answer(status=503)
        etag = f'"{state["n"]}"'
        is_same = request.headers["If-None-Match"] == etag
        return Answer(None if is_same else {"n": state["n"]}, status=304 if is_same else 200, headers={"ETag": etag})

    js.server.routes["GET /state"] = answer
    js.run("reader/sync/poll.js", POLL)
    js.wait("window.seen.length > 0")
    page.wait_for_timeout(300)
    assert page.evaluate("window.seen") == [1]
    state["n"] = 2
    js.wait("window.seen.length === 2")
    state["fails"] = True
    js.server.requests.clear()
    page.wait_for_timeout(1000)
    assert len(js.server.requests) <= 5, "100, 200, 400, 800 ms: not ten questions a second"
    js.wait("window.trouble?.includes('server could not')")
    state.update(fails=False, n=3)
    js.wait("window.seen.at(-1) === 3")
    page.evaluate("""() => { Object.defineProperty(document, 'hidden', { value: true, configurable: true });
      document.dispatchEvent(new Event('visibilitychange')); }""")
    page.wait_for_timeout(300)
    js.server.requests.clear()
    page.wait_for_timeout(500)
    assert js.server.requests == [], "a hidden tab asks nothing"


def test_a_form_is_sent_once_and_again_after_the_way_to_its_page_was_stopped(
    js: Harness, server: HarnessServer
) -> None:
    """The server takes its time; nothing may ask the page meanwhile, so the page looks at itself."""
    arrived, go_on = threading.Event(), threading.Event()

    def take_time(_request: Request) -> Answer:
        arrived.set()
        go_on.wait(20)
        return Answer(status=204)

    server.routes["POST /slow"] = take_time
    js.open(
        page_html(
            '<div id="toasts"></div><form method="post" action="/slow"><button class="button">Add</button></form>'
        )
    )
    js.run(
        "ui/server/requests.js",
        """(m) => {
          m.startRequests();
          const button = document.forms[0].elements[0];
          const look = () => [document.forms[0].dataset.sending !== undefined, button.ariaBusy];
          window.seen = [];
          const steps = [() => button.click(), () => window.seen.push(look()), () => button.click(), () => window.stop(),
                         () => window.seen.push(look())];
          steps.forEach((step, index) => setTimeout(step, 300 * index));
        }""",
    )
    assert arrived.wait(20)
    time.sleep(2)  # the page's five steps
    go_on.set()
    assert js.wait("window.seen.length === 2 && window.seen") == [[True, "true"], [False, None]]
    assert len(server.calls("POST", "/slow")) == 1


def test_a_text_that_is_too_long_is_counted_kept_and_not_sent(js: Harness) -> None:
    page = js.open(
        page_html(
            "<form><label>Note <textarea name='note' data-most='10'></textarea></label><button>Save</button></form>"
        )
    )
    js.run("ui/fields/length.js", "(m) => { m.startLengths(); }")
    page.evaluate(
        "() => { window.sent = 0; document.addEventListener('submit', (e) => { e.preventDefault(); window.sent += 1; }); }"
    )
    note, count = page.locator("textarea"), page.locator(".field-hint")
    note.fill("12345")
    assert count.count() == 0
    note.fill("🦊🦊🦊🦊🦊🦊🦊🦊🦊")
    assert count.text_content() == "9 of 10 characters"
    note.fill("a pasted text")
    assert count.text_content() == "3 characters too many: shorten it, nothing was cut."
    assert (note.input_value(), note.get_attribute("aria-invalid")) == ("a pasted text", "true")
    page.get_by_role("button").click()
    assert page.evaluate("() => window.sent") == 0
    note.fill("a pasted")
    page.get_by_role("button").click()
    assert (page.evaluate("() => window.sent"), note.get_attribute("aria-invalid"), count.count()) == (1, None, 0)


def test_on_a_phone_no_message_speaks_of_keys(js: Harness) -> None:
    said = """(m) => { m.createUndo({ onUndone: () => {} }).offer("Claim marked", { url: "/undo" });
      return document.querySelector(".toast-action").textContent; }"""
    page = js.open(page_html("<main></main>"))
    assert js.run("ui/server/undo.js", said) == "Undo (u)"
    page.set_viewport_size({"width": 390, "height": 800})
    js.open(page_html("<main></main>"))
    assert js.run("ui/server/undo.js", said) == "Undo"
