"""Text that is no article is refused by its name; articles that quote mail, times, code or tables are not."""

import base64
import json

import pytest

from articles.parsing import ParsedArticle, ParseFailure, parse

PROSE = "The mayor said on Monday that the bridge had cost forty million euros, and nobody disagreed with her at all."
MAIL = (
    f"Return-Path: <ann@paper.example>\nDate: Thu, 22 Aug 2002 12:36:23 +0100\nFrom: Ann\nSubject: Bridge\n\n{PROSE}\n"
)
USENET = f"From: ann@paper.example (Ann Lee)\nSubject: Re: Bridge\nOrganization: The Paper\nLines: 2\n\n{PROSE}\n"
SRT = "1\n00:00:01,000 --> 00:00:03,000\nThe bridge is new.\n\n2\n00:00:04,000 --> 00:00:06,500\nIt is not.\n"
WHATSAPP = (
    "[16.06.21, 17:08:11] Ann: Is it new?\n[16.06.21, 17:09:02] Bo: No.\nIt is old.\n[16.06.21, 17:09:30] Ann: Ok\n"
)
ANDROID = (
    "16/06/2021, 17:08 - Messages are end-to-end encrypted.\n"
    "16/06/2021, 17:08 - Ann: Is it new?\n16/06/2021, 5:09 pm - Bo: No\n"
)
TTML = '<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="0s">The bridge is new.</p></div></body></tt>'
MBOX = "From ann@paper.example Thu Aug 22 12:36:23 2002\n" + MAIL
MHTML = (
    "From: <Saved by Blink>\nSnapshot-Content-Location: https://paper.example/1\nMIME-Version: 1.0\n"
    'Content-Type: multipart/related;\n\ttype="text/html";\n\tboundary="x"\n\n--x\nContent-Type: text/html\n\n<p>Hi</p>\n'
)
IPTC_7901 = f"\x16\x16\x01abc0123 4 pol 120 ABC-0099\r\n\x02Bridge opens\r\n{PROSE}\r\n\x03160621 jun 21\r\n\x04"
CODE = "import os\nimport sys\n\n\ndef main(path):\n    for name in os.listdir(path):\n        print(name)\n\n\nmain(sys.argv)\n"
SCRIPT = "const a = require('b');\nfunction go(x) {\n  if (x > 1) {\n    return a(x);\n  }\n  return null;\n}\ngo(3);\n"
STYLES = "body { margin: 0; color: #333; }\n.claim > p { padding: 1rem; }\n@media print { nav { display: none; } }\n"
INI = "[database]\nhost = localhost\nport = 5432\nuser = ann\npassword = x\n"
LOG = (
    "2021-06-16 17:08:11,123 INFO started\n2021-06-16 17:08:12,001 ERROR no route\n2021-06-16 17:08:13,442 INFO done\n"
)
ACCESS = '10.0.0.1 - - [16/Jun/2021:17:08:11 +0000] "GET / HTTP/1.1" 200 12\n' * 3
CARD = "BEGIN:VCARD\nVERSION:4.0\nFN:Ann Lee\nEND:VCARD\n"
CALENDAR = "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nSUMMARY:Opening\nEND:VEVENT\nEND:VCALENDAR\n"
ENCODED = base64.encodebytes(PROSE.encode() * 3).decode()
TABLE = "id\tname\tcity\n1\tAnn\tGeneva\n2\tBo\tOslo\n3\tCy\tRome\n"

REFUSED = [
    ("e-mail", MAIL), ("e-mail", USENET), ("mbox", MBOX), ("MHTML", MHTML), ("SRT", SRT), ("WebVTT", "WEBVTT\n\n" + SRT),
    ("SRT", "\ufeff" + SRT.replace("\n", "\r\n")), ("TTML", f"<?xml version='1.0'?>{TTML}"), ("markup", TTML),
    ("Rich Text", r"{\rtf1\ansi The bridge is new.}"), ("service codes", IPTC_7901),
    ("service codes", f"bdt0123 4 pl 245 dpa 0456\n\n{PROSE}"), ("chat", WHATSAPP), ("chat", ANDROID),
    ("chat", "[17:08] <ann> Is it new?\n[17:09] <bo> No.\n"), ("source code", CODE), ("source code", SCRIPT),
    ("source code", "#!/bin/sh\nset -e\necho hello\n"), ("style sheet", STYLES), ("settings", INI), ("log file", LOG),
    ("log file", ACCESS), ("vCard", CARD), ("iCalendar", CALENDAR), ("base64", ENCODED), ("table", TABLE),
    ("XML", "<record><title>The bridge</title><body>It is new.</body></record>"), ("LaTeX", "\\documentclass{article}\nHi"),
    ("SQL", "CREATE TABLE a (b int);\nINSERT INTO a VALUES (1);\n"), ("key", "-----BEGIN PGP MESSAGE-----\nabc\n"),
    ("PostScript", "%!PS-Adobe-3.0\n"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), REFUSED)
@pytest.mark.parametrize("name", ["a.txt", "noname"])
def test_refused_by_name_with_the_list_of_formats(kind, text, name):
    (refusal,) = parse(text.encode(), name=name)
    assert isinstance(refusal, ParseFailure), refusal
    assert refusal.code == "unsupported-format"
    assert kind in refusal.detail
    assert "NewsML-G2" in refusal.detail


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.eml", "e-mail"),
        ("a.srt", "SRT"),
        ("a.css", "CSS"),
        ("a.py", "source code"),
        ("a.ini", "settings"),
        ("a.log", "log"),
    ],
)
def test_an_extension_alone_is_enough(name, kind):
    (refusal,) = parse(PROSE.encode(), name=name)
    assert (refusal.code, kind in refusal.detail) == ("unsupported-format", True)


def test_a_web_address_may_end_like_a_program():
    (article,) = parse(
        f"<h1>Bridge</h1><p>{PROSE}</p>".encode(), name="https://paper.example/a.js", content_type="text/html"
    )
    assert isinstance(article, ParsedArticle)
    (refusal,) = parse(b"body { margin: 0 }", name="https://paper.example/a", content_type="text/css; charset=utf-8")
    assert "CSS" in refusal.detail


RESOLUTION = """The General Assembly,

Recalling its resolution 1 (I) of 24 January 1946 on the bridge;

Noting the report (A/1/2) of the mayor on the matter;

1. Decides to open the bridge (see annex) to all;

2. Requests the mayor to report again (in June);
"""

ACCEPTED = [
    f"From: the mayor\n\n{PROSE}",
    f"To: all staff\nFrom: the mayor\nDate: 5 June\nSubject: The bridge\n\n{PROSE}\n\nFrom: ann@paper.example\n\nNo.",
    f"What the mayor wrote\n\n{PROSE}\n\nFrom: ann@paper.example\nTo: bo@paper.example\nSubject: Bridge\n\nIt is new.",
    f"As it happened\n\n17:08 The mayor arrives.\n\n17:15 She says: {PROSE}\n\n18:00 - The bridge is open: cars cross it.",
    f"Live\n\n16.06.2021, 17:08 Uhr: {PROSE}\n\n16.06.2021, 18:30 Uhr: {PROSE}",
    f"Interview\n\nAnn Lee: {PROSE}\n\nMayor: {PROSE}\n\nAnn Lee: And then?\n\nMayor: {PROSE}",
    f"How to print\n\n{PROSE}\n\nfor name in names:\n    print(name)\n\n{PROSE}\n\n{PROSE}\n\n$ make test; make bench\n\n{PROSE}",
    RESOLUTION,
    f"1.\t{PROSE}\n2.\t{PROSE}\n3.\t{PROSE}",
    f"May 2021 4 of 10 bridges\n\n{PROSE}",
    f"MZ Bank opens\n\n{PROSE}",
    f"ID3 and other tags\n\n{PROSE}",
    f"WARNING: read this first\n\n{PROSE}\n\n{PROSE}",
    f"{{Aside}}\n\n{PROSE}",
    f"[1] A note\n\n{PROSE}",
    f"<Name withheld> said\n\n{PROSE}",
    "Roses are red, violets are blue,\nsugar is sweet, and so are you.\n",
]


@pytest.mark.parametrize("text", ACCEPTED)
@pytest.mark.parametrize("name", ["a.txt", "noname", "a.md"])
def test_articles_that_quote_such_things_are_read(text, name):
    (article,) = parse(text.encode(), name=name)
    assert isinstance(article, ParsedArticle), article


@pytest.mark.parametrize(
    "item", [{"text": PROSE}, {"content": PROSE, "level": "info", "pid": 3}, {"html": f"<p>{PROSE}</p>"}]
)
def test_an_item_with_one_known_field_is_no_article(item):
    for data, name in (
        (json.dumps(item), "a.json"),
        (json.dumps([item]), "b.json"),
        (json.dumps(item) + "\n", "c.jsonl"),
    ):
        (refusal,) = parse(data.encode(), name=name)
        assert isinstance(refusal, ParseFailure)
        assert refusal.code == "unsupported-format"
        assert "only" in refusal.detail
    assert isinstance(next(iter(parse(json.dumps({**item, "id": "1"}).encode(), name="a.json"))), ParsedArticle)
