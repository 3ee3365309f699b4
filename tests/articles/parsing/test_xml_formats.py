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


NEWSML1 = """<?xml version="1.0"?><!DOCTYPE NewsML SYSTEM "NewsML_1.2.dtd"><NewsML><NewsEnvelope>
<DateAndTime>20260616T180000+0000</DateAndTime></NewsEnvelope>%s</NewsML>"""
ITEM1 = """<NewsItem xml:lang="de"><Identification><NewsIdentifier><ProviderId>wire.example</ProviderId>
<DateId>20260616</DateId><NewsItemId>bridge</NewsItemId><RevisionId PreviousRevision="1" Update="N">2</RevisionId>
<PublicIdentifier>urn:newsml:wire.example:20260616:bridge:2</PublicIdentifier></NewsIdentifier></Identification>
<NewsManagement><NewsItemType FormalName="News"/><FirstCreated>20260616T170816+0200</FirstCreated>
<Status FormalName="%s"/></NewsManagement><NewsComponent><NewsLines><HeadLine>Die Brücke wird
 gebaut</HeadLine><ByLine>Ann Lee</ByLine></NewsLines><AdministrativeMetadata><Provider><Party FormalName="The Wire"/>
</Provider><Source><Party FormalName="Other Agency"/></Source></AdministrativeMetadata>
<DescriptiveMetadata><Language FormalName="de-AT"/></DescriptiveMetadata>
<NewsComponent><Role FormalName="Caption"/><ContentItem><DataContent><p>A picture.</p></DataContent></ContentItem>
</NewsComponent><NewsComponent><Role FormalName="Main"/>%s</NewsComponent></NewsComponent></NewsItem>"""
CONTENT1 = "<ContentItem><MediaType FormalName='Text'/><DataContent>%s</DataContent></ContentItem>"
BODY1 = "<p>Es kostet 40 <b>Millionen</b>.</p><p>Im Jahr 2027.</p>"
PICTURE1 = "<ContentItem><Encoding Notation='Base64'><DataContent>AAAA%s</DataContent></Encoding></ContentItem>"


@pytest.mark.parametrize(
    "content",
    [
        BODY1,
        (
            "<nitf><body><body.head><byline>By B, <byttl>C</byttl></byline></body.head>"
            f"<body.content>{BODY1}</body.content></body></nitf>"
        ),
        f"<html><head><title>x</title></head><body>{BODY1}</body></html>",
        f"<![CDATA[{BODY1}]]>",
        "Es kostet 40 Millionen.\n\nIm Jahr 2027.",
    ],
)
def test_newsml_1(content):
    held = PICTURE1 % ("A" * 400) + CONTENT1 % content
    (article,) = outcomes(NEWSML1 % (ITEM1 % ("Usable", held)))
    assert article.canonical.text == "Die Brücke wird gebaut\n\nEs kostet 40 Millionen.\n\nIm Jahr 2027."
    assert article.external_id == "urn:newsml:wire.example:20260616:bridge"  # the same for every revision
    assert (article.source_name, article.source_domain) == ("The Wire", "wire.example")
    assert (article.origin_name, article.byline, article.language) == ("Other Agency", "Ann Lee", "de-AT")
    assert article.published_at.isoformat() == "2026-06-16T17:08:16+02:00"
    assert article.extra["version"] == "2"
    assert "warnings" not in article.extra


def test_newsml_1_items_stand_each_for_themselves():
    whole = ITEM1 % ("Withheld", CONTENT1 % BODY1)
    only_moves = "<NewsItem><Identification/><NewsManagement/><Update/></NewsItem>"
    alone, empty = outcomes(NEWSML1 % (whole + only_moves))
    assert (alone.name, empty.name, empty.code) == ("a.xml#1", "a.xml#2", "no-text")
    assert "withheld" in alone.extra["warnings"][0]
    (again,) = parse(alone.raw, name="again", content_type=alone.content_type)
    assert (again.canonical, again.external_id) == (alone.canonical, alone.external_id)
    (wrapped,) = outcomes(f"<envelope>{NEWSML1.partition('<NewsML>')[2].join(['<NewsML>', '']) % whole}</envelope>")
    assert wrapped.canonical == alone.canonical
    (refusal,) = outcomes("<NewsML><NewsEnvelope/></NewsML>")
    assert refusal.code == "no-text"


def laughs(root: str) -> str:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE x [<!ENTITY l0 "ha">{entities}]><{root}><channel><item><title>&l11;</title></item></channel></{root}>'


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (laughs("rss"), "xml-entities"),
        (laughs("nitf"), "xml-entities"),
        (laughs("rss").encode("utf-16"), "xml-entities"),
        (('<?xml version="1.0" encoding="UTF-32"?>' + laughs("rss")).encode("utf-32"), "xml-entities"),
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


@pytest.mark.parametrize(
    "message",
    [
        "<NewsML>" + "<NewsItem/>" * 10_001 + "</NewsML>",
        '<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>'
        + "<newsItem/>" * 10_001
        + "</itemSet></newsMessage>",
    ],
)
def test_no_item_of_a_long_message_is_left_out_without_a_word(message):
    assert len(outcomes(message)) == 10_001


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_tag_of_thousands_of_attributes_is_refused(encoding):
    many = " ".join(f'a{n}="1"' for n in range(300))
    feed = '<rss version="2.0"{}><channel><title>c</title><item><title>T</title><description>{}</description></item>'
    feed += "</channel></rss>"
    (refused,) = parse(feed.format(f" {many}", "Words.").encode(encoding), name="a.xml")
    assert (refused.code, "attributes" in refused.detail) == ("too-deep", True)
    feed = feed.format("", f"<![CDATA[<p>Words.</p><script>a<b {many}</script>]]>")
    (read,) = parse(feed.encode(), name="a.xml")
    assert read.title == "T"
