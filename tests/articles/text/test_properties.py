"""Properties of any text at all."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from articles.canonical_url import InvalidUrl, canonicalise_url, domain_of
from articles.text.canonical import canonical_from_html, canonical_from_plain, sentences
from articles.text.dates import find_date, is_date_line, parse_datetime
from articles.text.languages import cjk_bigrams, direction, normalise_language
from articles.text.proposals import propose

WORDS = st.lists(
    st.sampled_from(
        [
            "U.S.",
            "President",
            "Mr.",
            "3.5",
            "end.",
            "Why?",
            "“No.”",
            "(AP)",
            "-",
            "\n",
            "\n\n",
            "。",
            "a",
            "2.",
            "!",
            "…",
        ]
    ),
    max_size=30,
).map(" ".join)
DATES = st.from_regex(
    r"(Published )?[0-9]{1,4}[-./ ][0-9A-Za-z]{1,9}[-./ ,]+[0-9]{1,4}( [0-9]{1,2}:[0-9]{2}( ?[ap]m)?( [+-]?[A-Z0-9]{1,5})?)?"
)
URLS = st.builds(
    "{}://{}{}".format, st.sampled_from(["http", "https", "HTTP"]), st.text(max_size=12), st.text(max_size=40)
)


@settings(deadline=None)
@given(text=st.text(max_size=200) | WORDS, lang=st.sampled_from(["en", "de", "", "zh-Hans"]))
def test_sentences_are_in_order_trimmed_and_complete(text, lang):
    spans = sentences(text, lang)
    end = 0
    for start, stop in spans:
        assert end <= start < stop
        assert not text[end:start].strip()
        assert text[start:stop] == text[start:stop].strip()
        assert "\n" not in text[start:stop]
        end = stop
    assert not text[end:].strip()


@settings(deadline=None)
@given(text=st.text(max_size=200) | WORDS | DATES)
@example("16 Juni 2021 99:99 +99:99")
def test_proposals_and_dates_take_any_text(text):
    for raw in (text, f"Title\n\n{text}\n\n{text}"):
        for proposal in propose(canonical_from_plain(raw), file_name=text[:40]):
            assert proposal.value
            assert proposal.basis
    is_date_line(text)
    found = find_date(text)
    assert found is None or found.at.tzinfo
    parsed = parse_datetime(text)
    assert parsed is None or parsed.tzinfo


@settings(deadline=None)
@given(url=st.text(max_size=60) | URLS)
def test_a_canonical_url_is_its_own_canonical_url(url):
    try:
        canonical = canonicalise_url(url)
    except InvalidUrl:
        return
    assert canonicalise_url(canonical) == canonical
    assert canonical.isascii()
    assert domain_of(canonical)


@settings(deadline=None)
@given(tag=st.text(max_size=20))
def test_languages_take_anything(tag):
    assert normalise_language(normalise_language(tag)) == normalise_language(tag)
    assert direction(tag) in {"ltr", "rtl"}
    assert cjk_bigrams(tag) is not None


@settings(deadline=None)
@given(
    parts=st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<li>",
                "<br>",
                "<sup>",
                "</sup>",
                "2",
                " a ",
                "<div>",
                "</div>",
                "<pre>",
                "\n",
                "&lt;",
                "&nbsp;",
                "<td>",
            ]
        )
    )
)
def test_html_of_any_shape_keeps_all_its_words(parts):
    canonical = canonical_from_html("".join(parts))
    assert canonical.text.count("a") == parts.count(" a ")
    assert "\n\n".join(canonical.of(block) for block in canonical.blocks) == canonical.text
