"""NewsML-G2 and NITF beyond the samples, and XML that means harm."""

import time
from typing import Any

import pytest

from articles.parsing import parse

NITF = """<?xml version="1.0"?><!DOCTYPE nitf SYSTEM "nitf-3-6.dtd"><nitf><head><title>Doc</title><docdata>
<doc-id id-string="n1"/>
<date.issue norm="20210616T170816Z"/></docdata><pubdata name="The Wire"/></head><body xml:lang="en">
<body.head><hedline><hl1>Bridge
 to be rebuilt</hl1><hl2>Second</hl2></hedline><byline>By Ann Lee</byline>
<abstract><p>In short.</p></abstract></body.head>
<body.content><p>One <em>é😀</em>.</p><ul><li>a</li></ul><bq><block><p>q</p></block></bq>
<media><media-caption>cap</media-caption></media><hl2>Sub</hl2><p>x<br/>y</p></body.content></body></nitf>"""
NEWSML = """<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="g1" xml:lang="en"><itemMeta><provider literal="Wire"/>
<firstCreated>2021-06-16T17:08:16Z</firstCreated></itemMeta><contentMeta><headline>H</headline></contentMeta>
<contentSet>%s</contentSet></newsItem>"""


def outcomes(document: str | bytes, name: str = "a.xml") -> list[Any]:
    return list(parse(document.encode() if isinstance(document, str) else document, name=name))


def test_nitf():
    (article,) = outcomes(NITF)
    assert [(block.tag, article.canonical.of(block)) for block in article.canonical.blocks] == [
        ("h1", "Bridge to be rebuilt"),
        ("p", "Second"),
        ("p", "In short."),
        ("p", "One é😀."),
        ("li", "a"),
        ("blockquote", "q"),
        ("figcaption", "cap"),
        ("h2", "Sub"),
        ("p", "x\ny"),
    ]
    assert [block.role for block in article.canonical.blocks[:4]] == ["headline", "standfirst", "standfirst", "body"]
    assert (article.external_id, article.source_name, article.byline) == ("n1", "The Wire", "By Ann Lee")
    assert article.published_at.isoformat() == "2021-06-16T17:08:16+00:00"


@pytest.mark.parametrize(
    "content",
    [
        '<inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><head/><body><p>One.</p><p>Two.</p></body></html></inlineXML>',
        '<inlineData contenttype="text/plain">One.\n\nTwo.</inlineData>',
        '<inlineData contenttype="text/html">&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</inlineData>',
        "<inlineXML><nitf><body><body.content><p>One.</p><p>Two.</p></body.content></body></nitf></inlineXML>",
        '<inlineXML contenttype="application/xhtml+xml"><section xmlns="x"><p>One.</p><p>Two.</p></section></inlineXML>',
        '<inlineXML><p xmlns="http://www.w3.org/1999/xhtml">One.</p><p xmlns="http://www.w3.org/1999/xhtml">Two.</p></inlineXML>',
        '<inlineData contenttype="application/xhtml+xml"><![CDATA[<p>One.</p><p>Two.</p>]]></inlineData>',
        "<inlineData>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</inlineData>",
        "<inlineXML><sports xmlns='s'><score>2</score></sports></inlineXML><inlineData>One.\n\nTwo.</inlineData>",
    ],
)
def test_newsml_content(content):
    (article,) = outcomes(NEWSML % content)
    assert article.canonical.text == "H\n\nOne.\n\nTwo."
    assert (article.external_id, article.source_name, article.language) == ("g1", "Wire", "en")


def test_what_an_agency_says_of_its_item():
    meta = '<pubStatus qcode="stat:canceled"/><embargoed>2030-01-01T00:00:00Z</embargoed></itemMeta>'
    content = "<inlineXML><div xmlns='http://www.w3.org/1999/xhtml'><h1>H</h1><p>10<sup>9</sup>.</p></div></inlineXML>"
    document = (NEWSML % content).replace("</itemMeta>", meta).replace('guid="g1"', 'guid="urn:newsml:tt.se:2021:g1"')
    lines = '<headline role="hlrole:sub">Below</headline><headline role="hlrole:main">H</headline>'
    (article,) = outcomes(document.replace("<headline>H</headline>", lines))
    assert [(block.role, article.canonical.of(block)) for block in article.canonical.blocks] == [
        ("headline", "H"),
        ("standfirst", "Below"),
        ("body", "10⁹."),
    ]
    assert article.source_domain == "tt.se"
    assert "canceled" in article.extra["warnings"][0]
    assert "2030-01-01" in article.extra["warnings"][1]


def test_nitf_notes_and_jobs_are_no_part_of_the_article():
    note = (
        "<note><body.content><p>Embargo</p></body.content></note><byline>By <person>Bo Ek</person><byttl>Staff</byttl>"
    )
    (article,) = outcomes(NITF.replace("<byline>By Ann Lee", note))
    assert article.byline == "Bo Ek"
    assert "Embargo" not in article.canonical.text
    assert "One é😀." in article.canonical.text


def test_a_news_message_gives_an_outcome_per_item():
    item = NEWSML % "<inlineData>One.</inlineData>"
    message = f'<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>{item}<planningItem/>{item}</itemSet></newsMessage>'
    found = outcomes(message)
    assert [getattr(outcome, "code", "ok") for outcome in found] == ["ok", "no-text", "ok"]
    (again,) = outcomes(found[0].raw)
    assert again.canonical == found[0].canonical


def test_older_newsml_is_refused_by_name():
    (failure,) = outcomes("<NewsML><NewsItem/></NewsML>")
    assert failure.code == "unsupported-format"


def laughs(root: str) -> str:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE x [<!ENTITY l0 "ha">{entities}]><{root}><channel><item><title>&l11;</title></item></channel></{root}>'


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (laughs("rss"), "xml-entities"),
        (laughs("nitf"), "xml-entities"),
        (laughs("rss").encode("utf-16"), "xml-entities"),
        ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><nitf><body>&e;</body></nitf>', "xml-entities"),
        ('<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1/x"> %e;]><nitf/>', "xml-entities"),
        ("<nitf>" + "<p>" * 100_000, "too-deep"),
        ("<nitf>" + "<p>" * 220 + "</p>" * 220 + "</nitf>", "too-deep"),
        ("<nitf><p></nitf>", "malformed-xml"),
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported-format"),
        ("<nitf/>", "no-text"),
    ],
)
def test_hostile_and_foreign_xml_is_refused_at_once(document, code):
    start = time.process_time()
    (failure,) = outcomes(document)
    assert failure.code == code
    assert time.process_time() - start < 2
