import pytest

from articles.canonical_url import InvalidUrl, canonicalise_url, domain_of


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Www.Example.COM:443", "https://www.example.com/"),
        ("http://example.com:8080/a/../b/./c", "http://example.com:8080/b/c"),
        ("https://x.org/a?b=2&a=1&utm_source=x&UTM_Medium=y&fbclid=z&mc_cid=1", "https://x.org/a?b=2&a=1"),
        ("https://x.org/a?gclid=1#part", "https://x.org/a"),
        ("https://x.org/#!/story/1", "https://x.org/#!/story/1"),
        ("https://münchen.de/ä b?q=%7efoo%2f", "https://xn--mnchen-3ya.de/%C3%A4%20b?q=~foo%2F"),
        ("https://user:secret@x.org/", "https://x.org/"),
        ("https://x.org./a", "https://x.org/a"),
        (" https://x.org/a\n", "https://x.org/a"),
        ("https://[2001:DB8::1]/", "https://[2001:db8::1]/"),
        ("https://x.org/p?id=5&q=", "https://x.org/p?id=5&q="),
        ("https://例え.jp/記事", "https://xn--r8jz45g.jp/%E8%A8%98%E4%BA%8B"),
    ],
)
def test_one_spelling(url, expected):
    assert canonicalise_url(url) == expected
    assert canonicalise_url(expected) == expected


@pytest.mark.parametrize(
    "url",
    [
        "", "javascript:alert(1)", "ftp://x.org", "//x.org/a", "x.org", "http://", "http://a b/", "http://[::1",
        "data:text/html,x",        "http://x.org:99999/", "mailto:a@b.org", "file:///etc/passwd",
        "http://" + "a" * 64 + ".de/", "http://x.org/" + "a" * 2_000,
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url):
    with pytest.raises(InvalidUrl):
        canonicalise_url(url)


def test_domain():
    assert domain_of("https://www.xn--mnchen-3ya.de/a") == "münchen.de"
    assert domain_of("http://News.Example.co.uk:80/") == "news.example.co.uk"
