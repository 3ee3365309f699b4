"""The HTML of an article's body into blocks."""

import time

import pytest

from articles.text.canonical import canonical_from_html
from articles.text.crowded_tags import has_crowded_tag
from articles.text.html_blocks import HtmlTooDeep, drop_struck_out


def tags_and_texts(html: str, title: str | None = None) -> list[tuple[str, str]]:
    canonical = canonical_from_html(html, title=title)
    return [(block.tag, canonical.of(block)) for block in canonical.blocks]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One &amp; <b>two</b></p><p>three&nbsp;four</p>", [("p", "One & two"), ("p", "three four")]),
        ("<p>a<br>b<br/><br>c</p>", [("p", "a\nb\nc")]),
        ("<p>source\n   line breaks</p>", [("p", "source line breaks")]),
        ("<h1>T</h1><h2>S</h2><p>x</p>", [("h1", "T"), ("h2", "S"), ("p", "x")]),
        ("<ul><li>a<ul><li>b</li></ul></li><li><p>c</p></li></ul>", [("li", "a"), ("li", "b"), ("li", "c")]),
        ("<blockquote><p>q1</p><p>q2</p></blockquote>", [("blockquote", "q1"), ("blockquote", "q2")]),
        ("<figure><img src=x><figcaption>cap</figcaption></figure>", [("figcaption", "cap")]),
        ("<table><tr><th>h</th><td>c</td></tr></table>", [("tr", "h"), ("td", "c")]),
        ("<table><tr><td></td><th>h</th></tr><tr><td>c</td></tr></table>", [("tr", "h"), ("tr", "c")]),
        ("<pre>a\n  b\n\nc</pre>", [("pre", "a\nb\nc")]),
        ("text <div>in div</div> tail", [("p", "text"), ("p", "in div"), ("p", "tail")]),
        ("<p>10<sup>9</sup> and H<sub>2</sub>O and 1<sup>st</sup></p>", [("p", "10⁹ and H₂O and 1st")]),
        ("<p>a<script>alert(1)</script><style>p{}</style>b</p>", [("p", "ab")]),
        ("<p onclick=x>a <img src=x onerror=alert(1)> b</p>", [("p", "a b")]),
        ("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", [("p", "<script>alert(1)</script>")]),
        ("<p dir=rtl>مرحبا &#8207;👋</p>", [("p", "مرحبا \u200f👋")]),
        ("<p>unclosed <b>bold<p>next", [("p", "unclosed bold"), ("p", "next")]),
        ("a<hr>b", [("p", "a"), ("p", "b")]),
        ("<!-- c --><p>x</p>", [("p", "x")]),
        ("<p>sent <del>80</del><ins>45</ins> letters</p>", [("p", "sent 45 letters")]),
        ('<p>sent <s class="x"><b>80</b></s> 45 letters</p>', [("p", "sent 45 letters")]),
        ("<p>sent <strike>80</STRIKE> 45</p>", [("p", "sent 45")]),
        ("<p>a <s>b<p>c</s> d</p>", [("p", "a b"), ("p", "c d")]),
        ("<p>a <del>b</p><p>c</p>", [("p", "a b"), ("p", "c")]),
    ],
)
def test_blocks(html, expected):
    assert tags_and_texts(html) == expected


def test_title_is_prepended_or_recognised():
    assert tags_and_texts("<p>x</p>", title="T") == [("h1", "T"), ("p", "x")]
    assert tags_and_texts("<h1>T</h1><p>x</p>", title="T") == [("h1", "T"), ("p", "x")]


def test_many_tags_side_by_side_are_fine_but_not_inside_one_another():
    assert len(tags_and_texts("<div><p>x</p></div>" * 5_000)) == 5_000
    with pytest.raises(HtmlTooDeep):
        tags_and_texts("<div>" * 100_000)


def test_struck_out_words_are_looked_for_once():
    started = time.process_time()
    for piece in ("<s>", "<s>x", "<del ", "<s>x</b>", "<s><b>", "</s>"):
        drop_struck_out(piece * 50_000)
    assert time.process_time() - started < 8


MANY = " ".join(f"a{n}" for n in range(300))


@pytest.mark.parametrize("written", ['a{}="1"', "a{}", "a{}='>'", 'a{}=b"c'])
@pytest.mark.parametrize(
    "tag", ["<p {}>x</p>", "x<!--><script {}>y</script>", "<scripty {}>", "<script>a<b</script><p/{}>"]
)
def test_a_tag_of_thousands_of_attributes_is_refused_before_it_is_parsed(tag, written):
    with pytest.raises(HtmlTooDeep, match="attributes"):
        canonical_from_html(tag.format(" ".join(written.format(n) for n in range(300))))


def test_words_in_quotes_and_what_scripts_compare_are_no_attributes():
    page = (
        f'<p class="{MANY}">x</p><svg><path d="{MANY}"/></svg>'
        f"<script>for (i=0;i<n;i++) {{ {MANY} }}</script><!-- a<b {MANY} --><style>a<b {MANY}</style>"
    )
    assert tags_and_texts(page) == [("p", "x")]
    assert tags_and_texts(f"<p>x</p><script>a<b {MANY}") == [("p", "x")]


def test_looking_for_crowded_tags_takes_each_character_once():
    pieces = (
        "if a <b and c ",
        '<a x="',
        "<a x='\"",
        "<script ",
        "<script>",
        "<!-",
        "<!--",
        "<![CDATA[",
        "<p a1 a2 a3 a4 a5>",
        "<a",
    )
    started = time.process_time()
    for piece in pieces:
        for is_xml in (False, True):
            has_crowded_tag(piece * 100_000, is_xml=is_xml)
            has_crowded_tag(f"<p {MANY}>" + piece * 100_000, is_xml=is_xml)
    assert time.process_time() - started < 8
