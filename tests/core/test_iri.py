import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core import iri
from core.iri import host, is_absolute, to_uri


@pytest.mark.parametrize(
    ("address", "uri"),
    [
        ("https://a.example/x?y=1&z=a%20b#f", "https://a.example/x?y=1&z=a%20b#f"),
        (
            "https://user:pw@مثال.example:8080/ب?ج=د#ه",
            "https://user:pw@xn--mgbh0fb.example:8080/%D8%A8?%D8%AC=%D8%AF#%D9%87",
        ),
        ("https://a.example/with space/ü", "https://a.example/with%20space/%C3%BC"),
        ("https://[::1]:80/x", "https://[::1]:80/x"),
        ("http://[broken/", "http://%5Bbroken/"),
        ("urn:uuid:0199f5aa", "urn:uuid:0199f5aa"),
        ("", ""),
    ],
)
def test_international_addresses_become_uris(address, uri):
    assert to_uri(address) == uri


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://WWW.A.example./x", "www.a.example"),
        ("https://مثال.example", "xn--mgbh0fb.example"),
        ("ftp://a.example", ""),
        ("//a.example/x", ""),
        ("https://[broken", ""),
        ("https://" + "a" * 70 + ".example", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_hosts(url, name):
    assert host(url) == name
    assert is_absolute(url) is bool(name)


def test_white_space_is_no_address():
    assert not is_absolute("https://a.example/x y")


@given(st.text() | st.text().map("https://{}".format))
@example("A://¹")
@example("https://ü:²")
def test_a_uri_is_ascii_and_stays_as_it_is(text):
    uri = to_uri(text)
    assert uri.isascii()
    assert to_uri(uri) == uri
    host(text)


_SOME = st.text("aZ09-._~:@!$&'()*+,;=%/?#[]{} \\\tü", max_size=12)


@given(st.tuples(st.sampled_from(["https://", "http://", "HTTP://", "ftp://", "//"]), _SOME, _SOME).map("".join))
@example("https://a.example:443/x/../y?a=b?c&d=%20#e?f")
@example("http://a.example?#")
@example("https://user:80@a.example")
def test_plain_addresses_are_read_as_any_other(url):
    assert to_uri(url) == iri._convert(url)
    assert host(url) == iri._read_host(url)
