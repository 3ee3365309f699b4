"""Article pages for the client's tests, offsets counted by Python: an independent judge of what JavaScript counts."""

import hashlib
import json
from html import escape
from typing import Any

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
FLAG = "\U0001f1fa\U0001f1e6"
THUMB = "\U0001f44d\U0001f3fd"
ACCENT = "e\u0301"  # stored text is NFC, but not every cluster has one code point
DEVANAGARI = "क्षि"

# (tag, text): every kind of trouble that text can make, and a list, a line break and an empty-looking block.
TROUBLE = [
    ("h1", f"Crime {FAMILY} doesn't pay, says {THUMB} minister"),
    ("p", f"Plain words, then {FLAG}{FLAG} and a caf{ACCENT} at 10\u2079 \U0001d49c\U0001d49e."),
    ("p", "قال الرئيس إن 80 طلبًا لم يُجب عليها"),
    ("li", "美国没有回应。共有80项请求"),
    ("li", f"{DEVANAGARI} two\nlines \U0001f600\U0001f600 here"),
    ("p", "The last words of all."),
]


def text_of(blocks: list[tuple[str, str]]) -> str:
    return "\n\n".join(text for _, text in blocks)


def article_html(blocks: list[tuple[str, str]], attributes: str = 'lang="en" dir="ltr"') -> str:
    parts, offset, is_list = [], 0, False
    for number, (tag, text) in enumerate(blocks):
        if (tag == "li") != is_list:
            is_list = tag == "li"
            parts.append('<ul class="reader-list">' if is_list else "</ul>")
        role = {"h1": "headline", "li": "list"}.get(tag, "body")
        data = f'data-block="{number}" data-role="{role}" data-start="{offset}"'
        parts.append(f"<{tag} {data}>{escape(text)}</{tag}>")
        offset += len(text) + 2
    parts.append("</ul>" if is_list else "")
    return f'<article class="reader" id="article-text" {attributes}>\n' + "\n".join(parts) + "\n</article>"


def card_key(span: dict[str, Any]) -> str:
    return f"evidence-{span['id']}" if span["kind"] == "evidence" else f"claim-{span['claim']}"


def card_html(span: dict[str, Any], extra: str = "") -> str:
    return (
        f'<div role="listitem" class="claim-card" id="{card_key(span)}" tabindex="-1" data-claim="{span["claim"]}"'
        f' data-group="{span["group"]}" data-start="{span["start"]}" data-end="{span["end"]}">'
        f'<p class="claim-card-statement" data-field="statement">{escape(span["label"])}</p>{extra}</div>'
    )


def cards_of(spans: list[dict[str, Any]], extra: str = "") -> list[dict[str, Any]]:
    """One card per claim or piece of evidence, in the order of their words, as a poll answers them."""
    cards: dict[str, dict[str, Any]] = {}
    for one in sorted(spans, key=lambda s: s["start"]):
        html = card_html(one, extra)
        stamp = hashlib.sha256(html.encode()).hexdigest()[:8]
        cards.setdefault(card_key(one), {"stamp": stamp, "html": html, "spans": []})
        cards[card_key(one)]["spans"].append([one["start"], one["end"], one["group"], one["id"]])
    return list(cards.values())


def span(
    start: int, end: int, claim: str, *, group: str = "claim-marked", label: str = "", key: str = ""
) -> dict[str, Any]:
    kind = "evidence" if group.startswith("evidence") else "claim"
    identity = {"id": key or f"s-{claim}-{start}", "claim": claim, "label": label or f"Claim {claim}"}
    return {"start": start, "end": end, "kind": kind, "group": group, **identity}


def span_of(blocks: list[tuple[str, str]], exact: str, claim: str, **more: Any) -> dict[str, Any]:
    start = text_of(blocks).index(exact)
    return span(start, start + len(exact), claim, **more)


STYLES = [
    "tokens.css",
    "base.css",
    "layout.css",
    "components/actions.css",
    "components/feedback.css",
    "components/lost-race.css",
    "highlights.css",
    "reader.css",
]


def page_html(body: str, *, scripts: list[str] | None = None, styles: bool = True) -> str:
    links = "".join(f'<link rel="stylesheet" href="/static/css/{name}">' for name in STYLES) if styles else ""
    tags = "".join(f'<script type="module" src="/static/js/{name}"></script>' for name in scripts or [])
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>t</title>{links}{tags}'
    csrf = '<input type="hidden" name="csrfmiddlewaretoken" value="token-of-the-page">'
    root = '<html lang="en" data-icons="/static/icons/sprite.svg">'
    return f"<!doctype html>{root}<head>{head}</head><body>{csrf}{body}</body></html>"


def reader_html(
    blocks: list[tuple[str, str]], spans: list[dict[str, Any]], *, pinned: dict[str, str] | None = None, extra: str = ""
) -> str:
    urls = {
        "claims": "/marks/claims",
        "evidence": "/marks/evidence",
        "appearances": "/marks/appearances",
        "poll": "/marks",
    }
    cards = cards_of(spans)
    data = {"revision": 3, "pinned": pinned, "cards": cards, "urls": urls}
    payload = json.dumps(data).replace("<", "\\u003C")
    quote = (
        '<form data-quote-form><label>Find or paste the quote <input name="quote"></label> <output></output>'
        '<button type="button" data-quote-step="1">Next</button><button type="button" data-action="claim">Claim</button></form>'
    )
    listed = "".join(card["html"] for card in cards)
    card_list = f'<div class="claim-list" id="claim-list" role="list"><div class="claim-chunk">{listed}</div></div>'
    body = f"""
    <main class="reader-screen" data-article="a1" data-revision="3" data-can-write="true">{quote}
      <div id="pinned-claim">{escape((pinned or {}).get("statement", ""))}</div>
      <div class="reader-layout"><div class="reader-layout-inner"><div class="reader-stage">
        {article_html(blocks)}
        <aside class="reader-margin" aria-label="Claims">{card_list}</aside>
      </div></div></div>{extra}
    </main><script type="application/json" id="reader-data">{payload}</script>"""
    return page_html(body, scripts=["reader/reader.js"])
