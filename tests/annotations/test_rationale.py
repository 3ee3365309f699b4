import json
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.rationale import evidence_references, links, problems, render_html, render_text
from tests.publishing.formats.samples import shared

ALLOWED = {"p", "ul", "ol", "li", "blockquote", "em", "strong", "a", "br"}
pieces = [*"aE12 \n-*_>[]()<>/\\&!#`:.;'\"=", "http://", "javascript:", "[E2]", "😀", "ع"]
markdown = st.lists(st.sampled_from(pieces), max_size=60).map("".join)


class _Collector(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str | None]] = []
        self.words = ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_data(self, data):
        self.words += data


def parsed(html: str) -> _Collector:
    collector = _Collector()
    collector.feed(html)
    collector.close()
    return collector


def assert_harmless(html: str) -> None:
    found = parsed(html)
    assert found.tags <= ALLOWED
    for tag, name, value in found.attributes:
        assert (tag, name) in {("a", "href"), ("a", "rel"), ("a", "class"), ("ol", "start")}
        if name == "href":
            assert value is not None
            assert value.startswith(("http://", "https://", "#evidence-"))


def test_paragraphs_lists_quotes_links_and_emphasis():
    html = render_html("*a* **b**\n\n- one\n- [two](https://x.example/?a=1&b=2)\n\n> said", [])
    assert html == (
        "<p><em>a</em> <strong>b</strong></p>\n<ul>\n<li>one</li>\n"
        '<li><a href="https://x.example/?a=1&amp;b=2" rel="nofollow noopener">two</a></li>\n</ul>\n'
        "<blockquote>\n<p>said</p>\n</blockquote>"
    )


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "# heading",
        "`code`",
        "| a | b |",
        "~~gone~~",
        "&amp;",
        "[x](javascript:alert(1))",
        "[x](/relative)",
        "[x](data:text/html,1)",
        "[x](//host.example)",
        "[E2]: not a definition",
        "[E0] [E] [e1]",
    ],
)
def test_everything_else_is_shown_as_typed(source):
    html = render_html(source, [])
    assert_harmless(html)
    assert parsed(html).words == source
    assert "href" not in html


def test_references_link_to_evidence_that_is_there():
    html = render_html("see [E2] and [E9], not \\[E2\\]", [2])
    assert '<a class="evidence-ref" href="#evidence-2" rel="nofollow noopener">[E2]</a>' in html
    assert "and [E9], not [E2]" in html
    assert evidence_references("[E9] [E2] [E9] \\[E3\\]") == [9, 2]


def test_text_keeps_structure_and_addresses():
    source = "A *b* [c](https://x.example)\n\n1. one\n2. two\n   - deep [E1]\n\n> said  \n> again\n\n[https://y.example](https://y.example)"
    assert render_text(source) == (
        "A b c (https://x.example)\n\n1. one\n2. two\n  - deep [E1]\n\n> said\n> again\n\nhttps://y.example"
    )
    assert links(source) == ["https://x.example", "https://y.example"]


def test_problems_name_what_will_not_work():
    found = problems("[E1] [E4] [x](ftp://a.example) <b>", [1])
    assert [(problem.code, problem.message.split("”")[0]) for problem in found] == [
        ("unknown-evidence", "[E4] refers to evidence that this claim does not have."),
        ("link-not-allowed", "The link to “ftp://a.example"),
        ("html-is-text", "“<b>"),
    ]
    assert problems("[E1] [x](https://a.example) 1 < 2", [1]) == []


def test_naughty_strings_stay_text():
    for text in json.loads(shared("naughty", "blns.json").read_text("utf-8")):
        assert_harmless(render_html(text, [1]))
        render_text(text)
        problems(text, [1])


@settings(max_examples=300)
@given(markdown)
def test_no_input_makes_anything_but_the_allowed(source):
    assert_harmless(render_html(source, [1, 2]))
    text = render_text(source)
    assert all(f"[E{number}]" in text for number in evidence_references(source))


def test_deep_nesting_ends():
    assert_harmless(render_html("> " * 3000 + "x" + "[" * 3000, []))
